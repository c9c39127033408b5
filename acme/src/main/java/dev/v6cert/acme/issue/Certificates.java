package dev.v6cert.acme.issue;

import dev.v6cert.acme.AcmeFailure.StateProblem;
import dev.v6cert.acme.AcmeFailure.StateUnusable;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.store.Lineage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;

/** Reads the certificates of lineages. */
final class Certificates {

  private Certificates() {}

  /** The lineage's present certificate. */
  static X509Certificate present(Lineage lineage) throws AcmeFailureException {
    Path file = lineage.live().resolve("cert.pem");
    try (InputStream in = Files.newInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    } catch (IOException | CertificateException e) {
      throw new AcmeFailureException(
          new StateUnusable(file, StateProblem.CORRUPT, String.valueOf(e.getMessage())), e);
    }
  }
}

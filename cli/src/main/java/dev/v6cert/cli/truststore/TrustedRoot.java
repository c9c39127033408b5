package dev.v6cert.cli.truststore;

import dev.v6cert.acme.localca.LocalAuthorityStore;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HexFormat;

/**
 * The root of a local CA, as trust stores take it.
 *
 * @param id the first 64 bits of its SHA-256, in hexadecimal
 * @param certificate the root
 * @param file a copy of it in PEM
 */
public record TrustedRoot(String id, X509Certificate certificate, Path file) {

  static final String PREFIX = "v6cert-";

  /** Its name in every store; no other root has it, so removal finds what was installed. */
  public String alias() {
    return PREFIX + id;
  }

  /** The certificate as PEM. */
  public String pem() {
    return LocalAuthorityStore.pem(certificate);
  }

  /** The common name. */
  public String name() {
    return certificate.getSubjectX500Principal().getName().replaceFirst("^CN=", "");
  }

  /** The SHA-256 as browsers show it: pairs in upper case, colons between. */
  public String fingerprint() {
    return fingerprint("SHA-256").replaceAll("(..)(?!$)", "$1:");
  }

  /** The fingerprint in upper-case hexadecimal. */
  String fingerprint(String algorithm) {
    try {
      return HexFormat.of()
          .withUpperCase()
          .formatHex(MessageDigest.getInstance(algorithm).digest(certificate.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks " + algorithm, e);
    }
  }

  /**
   * The root in PEM text, whose id is in the name of its file.
   *
   * @throws CertificateException when it is no certificate
   */
  static TrustedRoot parse(String id, Path file, String pem) throws CertificateException {
    X509Certificate certificate =
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(
                    new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    return new TrustedRoot(id, certificate, file);
  }
}

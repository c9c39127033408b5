package dev.v6cert.acme.lineage;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.state.StateFailures;
import dev.v6cert.ipv6.IpAddress;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The facts in an X.509 certificate that renewal needs. */
public final class CertificateFile {

  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;

  private CertificateFile() {}

  static X509Certificate read(Path file) throws AcmeFailureException {
    return readAll(file).getFirst();
  }

  /** The lineage's present certificate, without a look at its key. */
  public static X509Certificate present(Lineage lineage) throws AcmeFailureException {
    return read(lineage.live().resolve("cert.pem"));
  }

  /** The certificates of a PEM file, at least one. */
  static List<X509Certificate> readAll(Path file) throws AcmeFailureException {
    try (InputStream in = Files.newInputStream(file)) {
      List<X509Certificate> all = new ArrayList<>();
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        all.add((X509Certificate) one);
      }
      if (all.isEmpty()) {
        throw StateFailures.corrupt(file, "it holds no certificate");
      }
      return all;
    } catch (CertificateException e) {
      throw StateFailures.corrupt(file, "it holds no certificate");
    } catch (IOException e) {
      throw StateFailures.unreadable(file, e);
    }
  }

  static Generation generation(
      int number, X509Certificate certificate, Instant issuedAt, Optional<Instant> renewAt)
      throws CertificateException {
    return new Generation(
        number,
        new Generation.Facts(
            subjects(certificate),
            certificate.getSerialNumber().toString(16),
            certificate.getIssuerX500Principal().getName(),
            certificate.getNotBefore().toInstant(),
            certificate.getNotAfter().toInstant()),
        issuedAt,
        renewAt);
  }

  /**
   * The subject alternative names (RFC 5280 section 4.2.1.6).
   *
   * @throws CertificateException when there are none, or one is neither a DNS name nor an IPv6
   *     address
   */
  public static List<Subject> subjects(X509Certificate certificate) throws CertificateException {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    if (names == null) {
      throw new CertificateException("it has no subject alternative names");
    }
    List<Subject> subjects = new ArrayList<>();
    for (List<?> name : names) {
      subjects.add(subject((Integer) name.get(0), String.valueOf(name.get(1))));
    }
    return subjects;
  }

  private static Subject subject(int kind, String value) throws CertificateException {
    try {
      return switch (kind) {
        case DNS_NAME -> Subject.ofDnsName(value);
        case IP_ADDRESS -> new Subject.Ip(IpAddress.from(InetAddress.ofLiteral(value)));
        default -> throw new CertificateException("it has a name of kind " + kind);
      };
    } catch (RuntimeException e) {
      throw new CertificateException("it has the name \"" + value + "\"", e);
    }
  }
}

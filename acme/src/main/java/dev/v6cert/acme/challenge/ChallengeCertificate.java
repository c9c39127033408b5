package dev.v6cert.acme.challenge;

import dev.v6cert.acme.Subject;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.IpFamily;
import dev.v6cert.ipv6.name.HostName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The self-signed certificate that answers a TLS-ALPN-01 challenge (RFC 8737 section 3): for the
 * subject alone, with the digest of the key authorization in a critical extension.
 *
 * @param key its key, used for nothing else
 */
public record ChallengeCertificate(PrivateKey key, X509Certificate certificate) {

  /** id-pe-acmeIdentifier (RFC 8737 section 6.1). */
  private static final ASN1ObjectIdentifier ACME_IDENTIFIER =
      new ASN1ObjectIdentifier("1.3.6.1.5.5.7.1.31");

  /** Wide, because the local clock may be off. */
  private static final Duration MARGIN = Duration.ofDays(7);

  static ChallengeCertificate of(Subject subject, String keyAuthorization, Instant now) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair keys = generator.generateKeyPair();
      byte[] digest = digest(keyAuthorization);
      X500Name nobody = new X500Name("CN=ACME challenge");
      byte[] der =
          new JcaX509v3CertificateBuilder(
                  nobody,
                  BigInteger.ONE,
                  Date.from(now.minus(MARGIN)),
                  Date.from(now.plus(MARGIN)),
                  nobody,
                  keys.getPublic())
              .addExtension(
                  Extension.subjectAlternativeName, false, new GeneralNames(name(subject)))
              .addExtension(ACME_IDENTIFIER, true, new DEROctetString(digest))
              .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
              .getEncoded();
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      return new ChallengeCertificate(
          keys.getPrivate(),
          (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("a key of ours cannot sign", e);
    }
  }

  /**
   * The reason why a certificate does not answer the challenge, as a clause; empty where it does.
   */
  public static Optional<String> fault(
      X509Certificate certificate, Subject subject, String keyAuthorization) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      if (names == null || names.size() != 1 || !subject.equals(subject(names.iterator().next()))) {
        return Optional.of("it is not for " + subject + " alone");
      }
      byte[] extension = certificate.getExtensionValue(ACME_IDENTIFIER.getId());
      Set<String> critical = certificate.getCriticalExtensionOIDs();
      if (extension == null || critical == null || !critical.contains(ACME_IDENTIFIER.getId())) {
        return Optional.of("it has no critical acmeIdentifier extension");
      }
      byte[] expected = new DEROctetString(digest(keyAuthorization)).getEncoded();
      byte[] found = ASN1OctetString.getInstance(extension).getOctets();
      return MessageDigest.isEqual(expected, found)
          ? Optional.empty()
          : Optional.of("it answers another challenge");
    } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
      return Optional.of("it cannot be read");
    }
  }

  private static @Nullable Subject subject(List<?> name) {
    return switch (name.getFirst()) {
      case Integer tag when tag == GeneralName.dNSName ->
          new Subject.Dns(HostName.of(String.valueOf(name.get(1))));
      case Integer tag when tag == GeneralName.iPAddress ->
          new Subject.Ip(IpAddress.from(InetAddress.ofLiteral(String.valueOf(name.get(1)))));
      default -> null;
    };
  }

  private static byte[] digest(String keyAuthorization) throws GeneralSecurityException {
    return MessageDigest.getInstance("SHA-256")
        .digest(keyAuthorization.getBytes(StandardCharsets.US_ASCII));
  }

  private static GeneralName name(Subject subject) {
    return switch (subject) {
      case Subject.Dns dns -> new GeneralName(GeneralName.dNSName, dns.value());
      case Subject.Wildcard any -> new GeneralName(GeneralName.dNSName, any.value());
      case Subject.Ip ip ->
          new GeneralName(GeneralName.iPAddress, new DEROctetString(ip.address().octets()));
    };
  }

  /**
   * The server name that the authority asks for: the name itself, or for an address its name in
   * {@code ip6.arpa} or {@code in-addr.arpa} (RFC 8738 section 6, RFC 3596 section 2.5, RFC 1035
   * section 3.5).
   */
  public static String serverName(Subject subject) {
    return switch (subject) {
      case Subject.Dns dns -> dns.value();
      case Subject.Wildcard any -> any.base().text();
      case Subject.Ip ip -> reverseName(ip.address());
    };
  }

  private static String reverseName(IpAddress address) {
    StringBuilder name = new StringBuilder();
    byte[] octets = address.octets();
    boolean ipv4 = address.family() == IpFamily.IPV4;
    for (int i = octets.length - 1; i >= 0; i--) {
      if (ipv4) {
        name.append(octets[i] & 0xff).append('.');
      } else {
        name.append(Character.forDigit(octets[i] & 0xf, 16))
            .append('.')
            .append(Character.forDigit(octets[i] >> 4 & 0xf, 16))
            .append('.');
      }
    }
    return name + (ipv4 ? "in-addr.arpa" : "ip6.arpa");
  }
}

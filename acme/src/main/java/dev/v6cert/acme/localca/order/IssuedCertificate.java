package dev.v6cert.acme.localca.order;

import dev.v6cert.acme.localca.LocalAuthorityStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;

/**
 * A certificate that was signed for a peer.
 *
 * @param serial its serial number in hexadecimal
 * @param issuer the key identifier of its issuer, in hexadecimal
 * @param pem the certificate and the intermediate
 */
public record IssuedCertificate(
    String serial, String issuer, Instant notBefore, Instant notAfter, String pem) {

  public static IssuedCertificate of(List<X509Certificate> chain) {
    X509Certificate leaf = chain.getFirst();
    return new IssuedCertificate(
        leaf.getSerialNumber().toString(16),
        issuer(leaf),
        leaf.getNotBefore().toInstant(),
        leaf.getNotAfter().toInstant(),
        chain.stream().map(LocalAuthorityStore::pem).collect(Collectors.joining()));
  }

  /** The key identifier of an authority's certificate, in hexadecimal. */
  public static String keyId(X509Certificate authority) {
    byte[] extension = authority.getExtensionValue(Extension.subjectKeyIdentifier.getId());
    return HexFormat.of()
        .formatHex(
            SubjectKeyIdentifier.getInstance(ASN1OctetString.getInstance(extension).getOctets())
                .getKeyIdentifier());
  }

  private static String issuer(X509Certificate leaf) {
    byte[] extension = leaf.getExtensionValue(Extension.authorityKeyIdentifier.getId());
    return HexFormat.of()
        .formatHex(
            AuthorityKeyIdentifier.getInstance(ASN1OctetString.getInstance(extension).getOctets())
                .getKeyIdentifierOctets());
  }

  /** Adds its values to those of its order's file. */
  public void addTo(Map<String, String> values) {
    values.put("certificate.serial", serial);
    values.put("certificate.issuer", issuer);
    values.put("certificate.not-before", notBefore.toString());
    values.put("certificate.not-after", notAfter.toString());
    values.put("certificate.pem", pem);
  }

  /** The certificate that was written among these values, if one was. */
  public static Optional<IssuedCertificate> of(Map<String, String> values) {
    if (!values.containsKey("certificate.pem")) {
      return Optional.empty();
    }
    return Optional.of(
        new IssuedCertificate(
            PropertiesDirectory.need(values, "certificate.serial"),
            PropertiesDirectory.need(values, "certificate.issuer"),
            PropertiesDirectory.instant(values, "certificate.not-before"),
            PropertiesDirectory.instant(values, "certificate.not-after"),
            PropertiesDirectory.need(values, "certificate.pem")));
  }
}

package dev.v6cert.acme.issue;

import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.Subject;
import java.io.IOException;
import java.security.KeyPair;
import java.security.interfaces.ECKey;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * A PKCS#10 certification request (RFC 2986), written so that a CA may sign it as it stands: its
 * subjectAltName extension is critical where the subject is empty (RFC 5280 section 4.2.1.6).
 */
final class SigningRequest {

  /** The upper bound of a common name (RFC 5280 appendix A.1, ub-common-name). */
  private static final int LONGEST_COMMON_NAME = 64;

  private SigningRequest() {}

  /**
   * The request for the authority. A common name is obsolete, and Let's Encrypt is not sent one.
   * Others are sent the first DNS name that fits: some sign the subject as it was asked for, and
   * mark the extension as they please. RFC 8555 section 7.4 has every CA take one.
   */
  static byte[] der(List<Subject> subjects, KeyPair keys, CertificateAuthority authority) {
    Optional<String> commonName =
        authority.isLetsEncrypt() ? Optional.empty() : commonName(subjects);
    return der(subjects, keys, commonName);
  }

  private static Optional<String> commonName(List<Subject> subjects) {
    return subjects.stream()
        .filter(Subject.Dns.class::isInstance)
        .map(Subject::value)
        .filter(name -> name.length() <= LONGEST_COMMON_NAME)
        .findFirst();
  }

  private static byte[] der(List<Subject> subjects, KeyPair keys, Optional<String> commonName) {
    try {
      X500NameBuilder name = new X500NameBuilder();
      commonName.ifPresent(text -> name.addRDN(BCStyle.CN, text));
      GeneralName[] names = subjects.stream().map(SigningRequest::name).toArray(GeneralName[]::new);
      ExtensionsGenerator extensions = new ExtensionsGenerator();
      extensions.addExtension(
          Extension.subjectAlternativeName, commonName.isEmpty(), new GeneralNames(names));
      return new JcaPKCS10CertificationRequestBuilder(name.build(), keys.getPublic())
          .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate())
          .build(new JcaContentSignerBuilder(algorithm(keys)).build(keys.getPrivate()))
          .getEncoded();
    } catch (IOException | OperatorCreationException e) {
      throw new IllegalStateException("a key of ours cannot sign", e);
    }
  }

  private static GeneralName name(Subject subject) {
    return switch (subject) {
      case Subject.Dns dns -> new GeneralName(GeneralName.dNSName, dns.value());
      case Subject.Wildcard any -> new GeneralName(GeneralName.dNSName, any.value());
      case Subject.Ip ip ->
          new GeneralName(GeneralName.iPAddress, new DEROctetString(ip.address().octets()));
    };
  }

  private static String algorithm(KeyPair keys) {
    if (keys.getPublic() instanceof ECKey ec) {
      return ec.getParams().getOrder().bitLength() > 256 ? "SHA384withECDSA" : "SHA256withECDSA";
    }
    return "SHA256withRSA";
  }
}

package dev.v6cert.acme.issue;

import dev.v6cert.acme.Subject;
import java.io.IOException;
import java.security.KeyPair;
import java.security.interfaces.ECKey;
import java.util.List;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * A PKCS#10 certification request (RFC 2986) that names its subjects in the subjectAltName
 * extension alone: a common name is obsolete, and cannot hold a long name or an address.
 */
final class SigningRequest {

  private SigningRequest() {}

  static byte[] der(List<Subject> subjects, KeyPair keys) {
    try {
      GeneralName[] names = subjects.stream().map(SigningRequest::name).toArray(GeneralName[]::new);
      ExtensionsGenerator extensions = new ExtensionsGenerator();
      extensions.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
      return new JcaPKCS10CertificationRequestBuilder(new X500Name(""), keys.getPublic())
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

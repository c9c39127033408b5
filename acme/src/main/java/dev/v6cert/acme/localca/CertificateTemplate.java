package dev.v6cert.acme.localca;

import dev.v6cert.acme.Subject;
import dev.v6cert.ipv6.AddressBlock;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.name.HostName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** The contents of the certificates of a local authority. Signs with the JDK's own providers. */
final class CertificateTemplate {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int SERIAL_BITS = 127;

  /** The longest common name (RFC 5280 appendix A, ub-common-name). */
  private static final int LONGEST_NAME = 64;

  private CertificateTemplate() {}

  /** The first and the last instant of a certificate. */
  record Validity(Instant from, Instant until) {}

  /** A self-signed root that may sign one level of authorities. */
  static X509Certificate root(
      String name, PublicKey key, PrivateKey signer, NameConstraints permitted, Validity validity) {
    try {
      X509v3CertificateBuilder builder =
          builder(name(name), name(name), validity, key)
              .addExtension(
                  Extension.subjectKeyIdentifier,
                  false,
                  new JcaX509ExtensionUtils().createSubjectKeyIdentifier(key));
      return signed(authority(builder, 1, permitted), signer);
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw unable(e);
    }
  }

  /** An authority below the root, which may sign no other authority. */
  static X509Certificate intermediate(
      String name,
      PublicKey key,
      X509Certificate root,
      PrivateKey signer,
      NameConstraints permitted,
      Validity validity) {
    try {
      X509v3CertificateBuilder builder =
          builder(subject(root), name(name), validity, key)
              .addExtension(
                  Extension.authorityKeyIdentifier,
                  false,
                  new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(root))
              .addExtension(
                  Extension.subjectKeyIdentifier,
                  false,
                  new JcaX509ExtensionUtils().createSubjectKeyIdentifier(key));
      return signed(authority(builder, 0, permitted), signer);
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw unable(e);
    }
  }

  /** A server's certificate: no subject, so its names are critical (RFC 5280 section 4.2.1.6). */
  static X509Certificate leaf(
      List<Subject> subjects,
      PublicKey key,
      X509Certificate issuer,
      PrivateKey signer,
      Validity validity) {
    GeneralName[] names =
        subjects.stream().map(CertificateTemplate::name).toArray(GeneralName[]::new);
    int usage =
        key.getAlgorithm().equals("RSA")
            ? KeyUsage.digitalSignature | KeyUsage.keyEncipherment
            : KeyUsage.digitalSignature;
    try {
      return signed(
          builder(subject(issuer), new X500NameBuilder(BCStyle.INSTANCE).build(), validity, key)
              .addExtension(Extension.subjectAlternativeName, true, new GeneralNames(names))
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
              .addExtension(Extension.keyUsage, true, new KeyUsage(usage))
              .addExtension(
                  Extension.extendedKeyUsage,
                  false,
                  new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
              .addExtension(
                  Extension.authorityKeyIdentifier,
                  false,
                  new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(issuer)),
          signer);
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw unable(e);
    }
  }

  /**
   * The permitted names of an authority's certificate.
   *
   * @throws IllegalArgumentException when it has none of a kind
   */
  static NameConstraints permitted(X509Certificate certificate) {
    byte[] extension = certificate.getExtensionValue(Extension.nameConstraints.getId());
    if (extension == null) {
      throw new IllegalArgumentException("it has no name constraints");
    }
    org.bouncycastle.asn1.x509.NameConstraints constraints =
        org.bouncycastle.asn1.x509.NameConstraints.getInstance(
            ASN1OctetString.getInstance(extension).getOctets());
    List<HostName> domains = new ArrayList<>();
    List<AddressBlock> blocks = new ArrayList<>();
    for (GeneralSubtree subtree : constraints.getPermittedSubtrees()) {
      GeneralName base = subtree.getBase();
      switch (base.getTagNo()) {
        case GeneralName.dNSName ->
            domains.add(HostName.of(DERIA5String.getInstance(base.getName()).getString()));
        case GeneralName.iPAddress ->
            blocks.add(block(ASN1OctetString.getInstance(base.getName()).getOctets()));
        default -> throw new IllegalArgumentException("it permits names of another kind");
      }
    }
    return new NameConstraints(domains, blocks);
  }

  /** The block of a name constraint: an address, then its mask (RFC 5280 section 4.2.1.10). */
  private static AddressBlock block(byte[] addressAndMask) {
    int size = addressAndMask.length / 2;
    byte[] mask = Arrays.copyOfRange(addressAndMask, size, addressAndMask.length);
    int length = 0;
    for (byte octet : mask) {
      length += Integer.bitCount(octet & 0xff);
    }
    try {
      InetAddress base = InetAddress.getByAddress(Arrays.copyOf(addressAndMask, size));
      AddressBlock block = AddressBlock.parse(IpAddress.from(base) + "/" + length);
      if (!Arrays.equals(addressAndMask, octets(block))) {
        throw new IllegalArgumentException("a name constraint has a mask with gaps");
      }
      return block;
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("a name constraint has no address", e);
    }
  }

  /** The base and the mask in one array: 8 octets for IPv4, 32 for IPv6. */
  private static byte[] octets(AddressBlock block) {
    byte[] base = block.address().octets();
    byte[] both = Arrays.copyOf(base, base.length * 2);
    for (int bit = 0; bit < block.length(); bit++) {
      both[base.length + bit / Byte.SIZE] |= (byte) (0x80 >>> bit % Byte.SIZE);
    }
    return both;
  }

  private static X509v3CertificateBuilder authority(
      X509v3CertificateBuilder builder, int below, NameConstraints permitted) throws IOException {
    List<GeneralSubtree> subtrees = new ArrayList<>();
    for (HostName domain : permitted.domains()) {
      subtrees.add(new GeneralSubtree(new GeneralName(GeneralName.dNSName, domain.text())));
    }
    for (AddressBlock block : permitted.blocks()) {
      subtrees.add(
          new GeneralSubtree(
              new GeneralName(GeneralName.iPAddress, new DEROctetString(octets(block)))));
    }
    org.bouncycastle.asn1.x509.NameConstraints constraints =
        new org.bouncycastle.asn1.x509.NameConstraints(
            subtrees.toArray(GeneralSubtree[]::new), null);
    return builder
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(below))
        .addExtension(
            Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
        .addExtension(Extension.nameConstraints, true, constraints);
  }

  private static X509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, Validity validity, PublicKey key) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(SERIAL_BITS, RANDOM).setBit(SERIAL_BITS - 1),
        Date.from(validity.from()),
        Date.from(validity.until()),
        subject,
        key);
  }

  private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey signer)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    byte[] der =
        builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer)).getEncoded();
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  private static X500Name name(String text) {
    String fitting = text.length() > LONGEST_NAME ? text.substring(0, LONGEST_NAME) : text;
    return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, fitting).build();
  }

  private static X500Name subject(X509Certificate certificate) {
    return X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
  }

  private static GeneralName name(Subject subject) {
    return switch (subject) {
      case Subject.Dns dns -> new GeneralName(GeneralName.dNSName, dns.value());
      case Subject.Wildcard any -> new GeneralName(GeneralName.dNSName, any.value());
      case Subject.Ip ip ->
          new GeneralName(GeneralName.iPAddress, new DEROctetString(ip.address().octets()));
    };
  }

  private static IllegalStateException unable(Exception cause) {
    return new IllegalStateException("a key of ours cannot sign", cause);
  }

  /** Whether both certificates carry the same name constraints. */
  static boolean sameConstraints(X509Certificate one, X509Certificate other) {
    String id = Extension.nameConstraints.getId();
    return Arrays.equals(one.getExtensionValue(id), other.getExtensionValue(id));
  }
}

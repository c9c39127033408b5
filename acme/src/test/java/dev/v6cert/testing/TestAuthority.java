package dev.v6cert.testing;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;

/** A small certificate authority: one root, and what it signs, made anew for each test. */
public final class TestAuthority {

  private static final ASN1ObjectIdentifier SUBJECT_ALTERNATIVE_NAMES =
      Extension.subjectAlternativeName;

  private final KeyPair keys = newKeys();
  private final X500Name name;
  private final X509Certificate root;

  /** A self-signed root of the given common name. */
  public TestAuthority(String commonName) {
    this.name = new X500Name("CN=" + commonName);
    this.root = sign(name, keys.getPublic(), List.of(), true, Instant.now(), Duration.ofDays(30));
  }

  /** A new P-256 key. */
  public static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The root certificate. */
  public X509Certificate root() {
    return root;
  }

  /** An end-entity certificate for the DNS names and addresses, valid from now. */
  public X509Certificate leaf(PublicKey key, List<GeneralName> names, Duration lifetime) {
    return sign(new X500Name("CN=leaf"), key, names, false, Instant.now(), lifetime);
  }

  /** An end-entity certificate with chosen validity. */
  public X509Certificate leaf(
      PublicKey key, List<GeneralName> names, Instant notBefore, Duration lifetime) {
    return sign(new X500Name("CN=leaf"), key, names, false, notBefore, lifetime);
  }

  /**
   * An end-entity certificate, PEM, with the subject of the request and its names: as CAs sign that
   * copy what they are asked for.
   *
   * @param critical whether the names may be marked critical; some CAs never do that
   */
  public String copy(PKCS10CertificationRequest request, boolean critical, Duration lifetime)
      throws IOException {
    Extension asked =
        request.getRequestedExtensions().getExtension(Extension.subjectAlternativeName);
    Instant now = Instant.now();
    X509v3CertificateBuilder builder =
        new X509v3CertificateBuilder(
            name,
            new BigInteger(64, new SecureRandom()).add(BigInteger.ONE),
            Date.from(now.minusSeconds(60)),
            Date.from(now.plus(lifetime)),
            request.getSubject(),
            request.getSubjectPublicKeyInfo());
    try {
      builder.addExtension(
          SUBJECT_ALTERNATIVE_NAMES, critical && asked.isCritical(), asked.getParsedValue());
      return pem("CERTIFICATE", builder.build(signer()).getEncoded());
    } catch (OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  private ContentSigner signer() throws OperatorCreationException {
    return new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
  }

  /** A subordinate authority's certificate. */
  public X509Certificate subordinate(PublicKey key, String commonName) {
    return sign(
        new X500Name("CN=" + commonName), key, List.of(), true, Instant.now(), Duration.ofDays(30));
  }

  private X509Certificate sign(
      X500Name subject,
      PublicKey key,
      List<GeneralName> names,
      boolean authority,
      Instant notBefore,
      Duration lifetime) {
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            name,
            new BigInteger(64, new SecureRandom()).add(BigInteger.ONE),
            Date.from(notBefore.minusSeconds(60)),
            Date.from(notBefore.plus(lifetime)),
            subject,
            key);
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(keys.getPublic()));
      if (!names.isEmpty()) {
        builder.addExtension(
            SUBJECT_ALTERNATIVE_NAMES, false, new GeneralNames(names.toArray(GeneralName[]::new)));
      }
      return new JcaX509CertificateConverter().getCertificate(builder.build(signer()));
    } catch (CertIOException | GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes the root as PEM, and returns the file. */
  public Path writeRoot(Path file) throws IOException {
    return Files.writeString(file, pem(root));
  }

  /** TLS of a server at {@code localhost} and 127.0.0.1, with a certificate valid from now. */
  public SSLContext serverTls() throws IOException {
    return serverTls(List.of(dns("localhost"), ip("127.0.0.1")), Instant.now());
  }

  /** TLS of a server with a certificate for the names that is valid for a day. */
  public SSLContext serverTls(List<GeneralName> names, Instant notBefore) throws IOException {
    KeyPair server = newKeys();
    X509Certificate leaf = leaf(server.getPublic(), names, notBefore, Duration.ofDays(1));
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setKeyEntry("https", server.getPrivate(), new char[0], new Certificate[] {leaf});
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /** A DNS name for {@link #leaf}. */
  public static GeneralName dns(String name) {
    return new GeneralName(GeneralName.dNSName, name);
  }

  /** An address for {@link #leaf}. */
  public static GeneralName ip(String address) {
    return new GeneralName(GeneralName.iPAddress, address);
  }

  /** The certificate as PEM. */
  public static String pem(X509Certificate certificate) {
    try {
      return pem("CERTIFICATE", certificate.getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The key as PKCS#8 PEM. */
  public static String pem(PrivateKey key) {
    return pem("PRIVATE KEY", key.getEncoded());
  }

  private static String pem(String label, byte[] der) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }
}

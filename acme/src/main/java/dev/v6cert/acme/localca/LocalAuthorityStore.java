package dev.v6cert.acme.localca;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.lineage.Generation;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.state.DurableFiles;
import dev.v6cert.acme.state.KeyPairFile;
import dev.v6cert.acme.state.Pem;
import dev.v6cert.acme.state.PropertiesText;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.acme.state.StateFailures;
import dev.v6cert.acme.state.StateFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The local authority of a state directory. One file holds all of it, and one rename replaces it: a
 * run that is killed leaves the old authority or the new one. The copy of the root is written after
 * it, and again by the next run that finds another one there.
 */
public final class LocalAuthorityStore {

  private static final int FORMAT = 1;
  private static final String KEY = "private-key";
  private static final String INTERMEDIATE = "intermediate";
  private static final String ROOT = "root";

  /** Kept beside its certificate for runs that only compare it. */
  private static final String ISSUER = "issuer";

  private final StateDirectory directory;

  /** The store in the directory, which need not exist. */
  public LocalAuthorityStore(StateDirectory directory) {
    this.directory = directory;
  }

  /** The file with the certificate for trust stores. */
  public Path rootFile() {
    return directory.localAuthority().resolve("root.pem");
  }

  private Path file() {
    return directory.localAuthority().resolve("authority" + StateFile.SUFFIX);
  }

  /**
   * The authority, if there is one.
   *
   * @throws AcmeFailureException as {@code StateUnusable} when its file is damaged, readable by
   *     other users, or in a directory that this user may not read
   */
  public Optional<LocalAuthority> find() throws AcmeFailureException {
    if (!isThere()) {
      return Optional.empty();
    }
    KeyPairFile.refuseReaders(file());
    Map<String, String> values = StateFile.read(file(), FORMAT);
    try {
      X509Certificate root = certificate(values, ROOT);
      X509Certificate intermediate = certificate(values, INTERMEDIATE);
      PrivateKey key =
          KeyFactory.getInstance("EC")
              .generatePrivate(new PKCS8EncodedKeySpec(octets(values, KEY)));
      intermediate.verify(root.getPublicKey());
      if (!KeyPairFile.belongTogether(key, intermediate.getPublicKey())) {
        throw StateFailures.corrupt(file(), "its key is not the one of its certificate");
      }
      if (!CertificateTemplate.sameConstraints(root, intermediate)) {
        throw StateFailures.corrupt(file(), "its certificates permit different names");
      }
      return Optional.of(
          new LocalAuthority(root, intermediate, key, CertificateTemplate.permitted(intermediate)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw StateFailures.corrupt(file(), String.valueOf(e.getMessage()));
    }
  }

  private boolean isThere() throws AcmeFailureException {
    try {
      Files.readAttributes(file(), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return true;
    } catch (AccessDeniedException e) {
      throw StateFailures.unreadable(file(), e);
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * The name (RFC 4514) of the authority as the issuer of certificates, read without any of its
   * keys; empty where there is none, or it cannot be read.
   */
  public Optional<String> issuer() {
    if (!Files.exists(file(), LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(StateFile.read(file(), FORMAT).get(ISSUER));
    } catch (AcmeFailureException e) {
      return Optional.empty(); // Whoever needs it to sign says so.
    }
  }

  /**
   * Whether the lineage's certificate is by an authority of this machine that another one has
   * replaced since.
   */
  public boolean hasReplacedIssuerOf(Lineage lineage) {
    return lineage.plan().request().authority().isLocal()
        && lineage
            .generation()
            .map(Generation::issuer)
            .flatMap(own -> issuer().filter(present -> !present.equals(own)))
            .isPresent();
  }

  /**
   * The authority; a new one where there is none.
   *
   * @param owner for the name of a new root
   * @param permitted what a new authority may sign
   */
  public LocalAuthority findOrCreate(
      StateLock lock, String owner, NameConstraints permitted, Instant now)
      throws AcmeFailureException {
    Optional<LocalAuthority> present = find();
    if (present.isEmpty()) {
      return create(lock, owner, permitted, now);
    }
    copyRoot(present.get());
    return present.get();
  }

  /**
   * A new authority, in place of the present one if there is one. Certificates of the old one are
   * good until they end, wherever its root is trusted.
   */
  public LocalAuthority create(StateLock lock, String owner, NameConstraints permitted, Instant now)
      throws AcmeFailureException {
    requireOwn(lock);
    LocalAuthority made = LocalAuthority.create(owner, permitted, now);
    Map<String, String> values = new TreeMap<>();
    values.put(StateFile.VERSION, Integer.toString(FORMAT));
    values.put(ISSUER, made.intermediate().getSubjectX500Principal().getName());
    try {
      values.put(KEY, base64(made.key().getEncoded()));
      values.put(INTERMEDIATE, base64(made.intermediate().getEncoded()));
      values.put(ROOT, base64(made.root().getEncoded()));
      DurableFiles.createDirectory(directory.localAuthority());
      DurableFiles.write(file(), PropertiesText.format(values));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate without its encoding", e);
    } catch (IOException e) {
      throw StateFailures.unwritable(file(), e);
    }
    copyRoot(made);
    return made;
  }

  /** Deletes the authority, its key first. False where there is none. */
  public boolean remove(StateLock lock) throws AcmeFailureException {
    requireOwn(lock);
    try {
      if (!Files.exists(directory.localAuthority(), LinkOption.NOFOLLOW_LINKS)) {
        return false;
      }
      DurableFiles.deleteTree(file());
      DurableFiles.deleteTree(directory.localAuthority());
      return true;
    } catch (IOException e) {
      throw StateFailures.unwritable(directory.localAuthority(), e);
    }
  }

  private void copyRoot(LocalAuthority authority) throws AcmeFailureException {
    String text = pem(authority.root());
    try {
      if (!Files.exists(rootFile()) || !Files.readString(rootFile()).equals(text)) {
        DurableFiles.write(rootFile(), text);
      }
    } catch (IOException e) {
      throw StateFailures.unwritable(rootFile(), e);
    }
  }

  /** The certificate as PEM text. */
  public static String pem(X509Certificate certificate) {
    try {
      return new Pem("CERTIFICATE", certificate.getEncoded()).text();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate without its encoding", e);
    }
  }

  private void requireOwn(StateLock lock) {
    if (!lock.directory().equals(directory)) {
      throw new IllegalArgumentException("the lock is of " + lock.directory().root());
    }
  }

  private static X509Certificate certificate(Map<String, String> values, String name)
      throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(octets(values, name)));
  }

  private static byte[] octets(Map<String, String> values, String name) {
    String text = values.get(name);
    if (text == null) {
      throw new IllegalArgumentException("it has no \"" + name + "\"");
    }
    return Base64.getDecoder().decode(text);
  }

  private static String base64(byte[] octets) {
    return Base64.getEncoder().encodeToString(octets);
  }

  /**
   * The authority.
   *
   * @throws AcmeFailureException as {@code NoLocalAuthority} when there is none
   */
  public LocalAuthority present() throws AcmeFailureException {
    Optional<LocalAuthority> authority = find();
    if (authority.isEmpty()) {
      throw new AcmeFailureException(new AcmeFailure.NoLocalAuthority());
    }
    return authority.get();
  }
}

package dev.v6cert.acme.state;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.StoreFailure.StateProblem;
import dev.v6cert.acme.StoreFailure.StateUnusable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A key pair in a file: PKCS#8 for the private half, then SubjectPublicKeyInfo for the public one,
 * which PKCS#8 alone does not hold for EC keys.
 */
public final class KeyPairFile {

  private static final String PRIVATE = "PRIVATE KEY";
  private static final String PUBLIC = "PUBLIC KEY";
  private static final Set<PosixFilePermission> SECRET =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private KeyPairFile() {}

  public static String privateText(PrivateKey key) {
    return new Pem(PRIVATE, key.getEncoded()).text();
  }

  public static String text(KeyPair keys) {
    return privateText(keys.getPrivate()) + new Pem(PUBLIC, keys.getPublic().getEncoded()).text();
  }

  /**
   * Reads a pair, and proves that its halves belong together.
   *
   * @throws AcmeFailureException when others can read the file, or it is not a whole pair
   */
  public static KeyPair read(Path file) throws AcmeFailureException {
    refuseReaders(file);
    try {
      return parse(file, Files.readString(file));
    } catch (IOException e) {
      throw StateFailures.unreadable(file, e);
    }
  }

  /**
   * Refuses a file with a key that anybody but its owner can read.
   *
   * @throws AcmeFailureException as {@code TOO_OPEN}
   */
  public static void refuseReaders(Path file) throws AcmeFailureException {
    try {
      if (DurableFiles.POSIX
          && !SECRET.containsAll(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS))) {
        throw new AcmeFailureException(
            new StateUnusable(file, StateProblem.TOO_OPEN, "a key that other users can read"));
      }
    } catch (IOException e) {
      throw StateFailures.unreadable(file, e);
    }
  }

  private static KeyPair parse(Path file, String text) throws AcmeFailureException {
    List<Pem> blocks = Pem.parse(text);
    if (blocks.size() != 2
        || !blocks.get(0).label().equals(PRIVATE)
        || !blocks.get(1).label().equals(PUBLIC)) {
      throw StateFailures.corrupt(file, text.isBlank() ? "it is empty" : "it holds no key pair");
    }
    for (String algorithm : List.of("EC", "RSA")) {
      try {
        KeyPair keys =
            new KeyPair(
                publicKey(algorithm, blocks.get(1).der()),
                privateKey(algorithm, blocks.get(0).der()));
        if (belongTogether(keys.getPrivate(), keys.getPublic())) {
          return keys;
        }
        throw StateFailures.corrupt(file, "its two halves do not belong together");
      } catch (GeneralSecurityException e) {
        // Another algorithm, then.
      }
    }
    throw StateFailures.corrupt(file, "its key cannot be read");
  }

  private static PublicKey publicKey(String algorithm, byte[] der) throws GeneralSecurityException {
    return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der));
  }

  private static PrivateKey privateKey(String algorithm, byte[] der)
      throws GeneralSecurityException {
    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
  }

  /** The private half alone, of a PKCS#8 file. */
  public static PrivateKey readPrivate(Path file, String algorithm) throws AcmeFailureException {
    try {
      List<Pem> blocks = Pem.parse(Files.readString(file));
      if (blocks.isEmpty() || !blocks.getFirst().label().equals(PRIVATE)) {
        throw StateFailures.corrupt(file, "it holds no PKCS#8 private key");
      }
      return privateKey(algorithm, blocks.getFirst().der());
    } catch (IOException e) {
      throw StateFailures.unreadable(file, e);
    } catch (GeneralSecurityException e) {
      throw StateFailures.corrupt(file, "its key cannot be read");
    }
  }

  public static boolean belongTogether(PrivateKey ours, PublicKey theirs)
      throws GeneralSecurityException {
    String algorithm = ours.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
    byte[] sample = "v6cert".getBytes(StandardCharsets.US_ASCII);
    Signature signer = Signature.getInstance(algorithm);
    signer.initSign(ours);
    signer.update(sample);
    byte[] signature = signer.sign();
    Signature verifier = Signature.getInstance(algorithm);
    verifier.initVerify(theirs);
    verifier.update(sample);
    return verifier.verify(signature);
  }
}

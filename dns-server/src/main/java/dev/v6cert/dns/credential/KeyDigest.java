package dev.v6cert.dns.credential;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The SHA-256 digest of a key. A key has 240 random bits, so that a slow hash would protect it no
 * better, and would make wrong keys expensive for the server.
 */
public final class KeyDigest implements AccountKey {
  /** The length of a digest, in octets. */
  public static final int LENGTH = 32;

  private static final int KEY_OCTETS = 30; // 40 characters of base64.
  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] digest;

  private KeyDigest(byte[] digest) {
    this.digest = digest;
  }

  /** A new random key: 40 characters of the URL-safe base64 alphabet. */
  public static String newKey() {
    byte[] octets = new byte[KEY_OCTETS];
    RANDOM.nextBytes(octets);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
  }

  /** The digest of a key. */
  public static KeyDigest of(String key) {
    try {
      return new KeyDigest(
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The digest with these octets. */
  public static KeyDigest ofDigest(byte[] digest) {
    return new KeyDigest(digest.clone());
  }

  /** The octets of the digest. */
  public byte[] octets() {
    return digest.clone();
  }

  /** The digest in URL-safe base64 without padding. */
  public String base64() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
  }

  /** Whether this is the digest of the key, compared in constant time. */
  @Override
  public boolean matches(String key) {
    return MessageDigest.isEqual(digest, of(key).digest);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeyDigest that && MessageDigest.isEqual(digest, that.digest);
  }

  @Override
  public int hashCode() {
    return digest[0] << 24
        | (digest[1] & 0xff) << 16
        | (digest[2] & 0xff) << 8
        | (digest[3] & 0xff);
  }

  /** A fixed text: the digest belongs in no log. */
  @Override
  public String toString() {
    return "KeyDigest";
  }
}

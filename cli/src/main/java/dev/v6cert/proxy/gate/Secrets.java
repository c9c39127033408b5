package dev.v6cert.proxy.gate;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/** Random words, and comparisons whose time tells nothing of the secret. */
final class Secrets {

  /** 128 bits: nobody guesses them over a network. */
  private static final int OCTETS = 16;

  private Secrets() {}

  /** A new word of letters, digits, {@code -} and {@code _}. */
  static String random() {
    byte[] octets = new byte[OCTETS];
    new SecureRandom().nextBytes(octets);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
  }

  /** Whether both are the same; the time depends on neither, nor on their lengths. */
  static boolean isSame(String one, String other) {
    return MessageDigest.isEqual(digest(one), digest(other));
  }

  static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JDK has no SHA-256", e);
    }
  }
}

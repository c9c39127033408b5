package dev.v6cert.acme.localca.server;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Nonces (RFC 8555 section 6.5): a number and its MAC, so that those that are given out take no
 * memory. One bit is kept for each of the last million, for whether it was used. A restart makes
 * all of them invalid, which clients meet with a new try.
 */
final class Nonces {

  private static final int WINDOW = 1 << 20;
  private static final int TAG_OCTETS = 16;
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;
  private final BitSet used = new BitSet(WINDOW);
  private long given;

  Nonces() {
    byte[] octets = new byte[32];
    new SecureRandom().nextBytes(octets);
    key = new SecretKeySpec(octets, ALGORITHM);
  }

  /** A nonce that was never given out before. */
  String next() {
    long number;
    synchronized (this) {
      number = given++;
      used.clear(slot(number));
    }
    byte[] octets =
        ByteBuffer.allocate(Long.BYTES + TAG_OCTETS).putLong(number).put(tag(number)).array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
  }

  /** Whether the nonce is one of ours, and not used before; from now on it is. */
  boolean redeem(String nonce) {
    byte[] octets;
    try {
      octets = Base64.getUrlDecoder().decode(nonce);
    } catch (IllegalArgumentException e) {
      return false;
    }
    if (octets.length != Long.BYTES + TAG_OCTETS) {
      return false;
    }
    long number = ByteBuffer.wrap(octets).getLong();
    byte[] tag = Arrays.copyOfRange(octets, Long.BYTES, octets.length);
    if (!MessageDigest.isEqual(tag, tag(number))) {
      return false;
    }
    synchronized (this) {
      if (number < given - WINDOW || used.get(slot(number))) {
        return false;
      }
      used.set(slot(number));
      return true;
    }
  }

  private static int slot(long number) {
    return (int) (number % WINDOW);
  }

  private byte[] tag(long number) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return Arrays.copyOf(
          mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(number).array()), TAG_OCTETS);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks " + ALGORITHM, e);
    }
  }
}

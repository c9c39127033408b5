package dev.v6cert.dns.fast;

import static dev.v6cert.dns.fast.Octets.lower;
import static dev.v6cert.dns.fast.Octets.put64;
import static dev.v6cert.dns.fast.Octets.s64;

import java.util.Arrays;

/**
 * Octets that are looked for in any case, eight at a time. Whatever they are looked for in must be
 * readable for seven octets beyond.
 */
final class Caseless {
  private final byte[] octets;
  private final int length;

  /** The given octets. */
  Caseless(byte[] octets) {
    this.length = octets.length;
    this.octets = Arrays.copyOf(octets, length + Long.BYTES);
    for (int i = 0; i < length; i += Long.BYTES) {
      put64(this.octets, i, lower(s64(this.octets, i)));
    }
  }

  /** Whether they stand at {@code at}. */
  boolean matches(byte[] other, int at) {
    for (int i = 0; i < length; i += Long.BYTES) {
      long difference = s64(octets, i) ^ lower(s64(other, at + i));
      if ((difference & first(length - i)) != 0) {
        return false;
      }
    }
    return true;
  }

  /** The hash of a label, its length octet first, and of the labels right of it. */
  static long hash(long right, byte[] octets, int label) {
    int length = 1 + octets[label];
    long sum = right;
    for (int i = 0; i < length; i += Long.BYTES) {
      sum = (sum ^ (lower(s64(octets, label + i)) & first(length - i))) * 0x9e3779b97f4a7c15L;
      sum ^= sum >>> 32;
    }
    return sum;
  }

  /** The hash of the labels in these octets, {@code count} of them, as {@link #hash} adds it up. */
  long hash(int count) {
    int[] starts = new int[count];
    for (int i = 0, at = 0; i < count; i++) {
      starts[i] = at;
      at += 1 + octets[at];
    }
    long sum = 0;
    for (int i = count - 1; i >= 0; i--) {
      sum = hash(sum, octets, starts[i]);
    }
    return sum;
  }

  /** The mask of the first {@code count} of eight octets; of all of them where it is more. */
  private static long first(int count) {
    return count >= Long.BYTES ? -1L : -1L << (Long.SIZE - Byte.SIZE * count);
  }
}

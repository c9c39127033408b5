package dev.v6cert.dns.fast;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers and letters in the order and the case of the wire. */
final class Octets {
  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** Each octet in lower case, as DNS compares names (RFC 4343). */
  private static final byte[] LOWER = new byte[256];

  static {
    for (int octet = 0; octet < LOWER.length; octet++) {
      LOWER[octet] = (byte) (octet >= 'A' && octet <= 'Z' ? octet + 'a' - 'A' : octet);
    }
  }

  private Octets() {}

  static int u16(byte[] octets, int at) {
    return (short) SHORTS.get(octets, at) & 0xffff;
  }

  static long s64(byte[] octets, int at) {
    return (long) LONGS.get(octets, at);
  }

  static void put16(byte[] octets, int at, int value) {
    SHORTS.set(octets, at, (short) value);
  }

  static void put32(byte[] octets, int at, int value) {
    INTS.set(octets, at, value);
  }

  static void put64(byte[] octets, int at, long value) {
    LONGS.set(octets, at, value);
  }

  /** Adds a label, its length octet first, to the hash of the labels right of it. */
  static long hash(long hash, byte[] octets, int label) {
    int end = label + 1 + octets[label];
    long sum = hash;
    for (int i = label; i < end; i++) {
      sum = (sum ^ LOWER[octets[i] & 0xff]) * 0x100000001b3L; // FNV-1a
    }
    return sum ^ (sum >>> 29);
  }

  /** Whether {@code wanted}, in lower case, stands at {@code at} in any case. */
  static boolean matches(byte[] wanted, byte[] octets, int at) {
    if (at + wanted.length > octets.length) {
      return false;
    }
    for (int i = 0; i < wanted.length; i++) {
      if (LOWER[octets[at + i] & 0xff] != wanted[i]) {
        return false;
      }
    }
    return true;
  }

  /** A copy in lower case. */
  static byte[] lower(byte[] octets) {
    byte[] copy = new byte[octets.length];
    for (int i = 0; i < octets.length; i++) {
      copy[i] = LOWER[octets[i] & 0xff];
    }
    return copy;
  }
}

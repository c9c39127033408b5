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

  private static final long EACH = 0x0101_0101_0101_0101L;
  private static final long HIGH_BITS = EACH << 7;

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

  /** Eight octets in lower case, as DNS compares names: ASCII letters only (RFC 4343). */
  static long lower(long octets) {
    long low = octets & ~HIGH_BITS;
    long beyondZ = low + (0x7f - 'Z') * EACH;
    long fromA = low + (0x80 - 'A') * EACH;
    long upper = (fromA ^ beyondZ) & ~octets & HIGH_BITS;
    return octets | upper >>> 2;
  }
}

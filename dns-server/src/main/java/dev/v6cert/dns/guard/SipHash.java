package dev.v6cert.dns.guard;

/**
 * SipHash-2-4 (Aumasson and Bernstein, 2012): a short keyed hash that nobody without the key
 * foretells.
 */
final class SipHash {
  private static final int ROUNDS = 2;
  private static final int FINAL_ROUNDS = 4;
  private static final long MAPPED = 0xffff; // ::ffff:0:0/96

  private SipHash() {}

  /**
   * The hash of two words and an address behind them, as octets in the order of the wire; without
   * an object.
   *
   * @param key0 the first half of the key, little-endian
   * @param key1 its second half
   * @param high the first half of the address; one of IPv4 is mapped into IPv6, and has 4 octets
   * @param low its second half
   */
  static long hash(long key0, long key1, long first, long second, long high, long low) {
    boolean ipv4 = high == 0 && low >>> 32 == MAPPED;
    int whole = ipv4 ? 2 : 4;
    long last = ipv4 ? ((20L << 56) | (Integer.reverseBytes((int) low) & 0xffff_ffffL)) : 32L << 56;
    long v0 = key0 ^ 0x736f6d6570736575L;
    long v1 = key1 ^ 0x646f72616e646f6dL;
    long v2 = key0 ^ 0x6c7967656e657261L;
    long v3 = key1 ^ 0x7465646279746573L;
    for (int i = 0; i <= whole + 1; i++) {
      boolean isEnd = i > whole;
      long next = i == 0 ? first : i == 1 ? second : i == 2 ? high : low;
      long word = isEnd ? 0 : i == whole ? last : Long.reverseBytes(next);
      v2 ^= isEnd ? 0xff : 0;
      v3 ^= word;
      for (int round = isEnd ? FINAL_ROUNDS : ROUNDS; round > 0; round--) {
        v0 += v1;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v3;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v2 = Long.rotateLeft(v2, 32);
      }
      v0 ^= word;
    }
    return v0 ^ v1 ^ v2 ^ v3;
  }
}

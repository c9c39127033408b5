package dev.v6cert.dns.guard;

/**
 * SipHash-2-4 (Aumasson and Bernstein, 2012): a short keyed hash that nobody without the key
 * foretells.
 */
final class SipHash {
  private static final int BLOCK = 8;

  private SipHash() {}

  /** The hash of {@code message}, under a key given as two little-endian halves. */
  static long hash(long key0, long key1, byte[] message) {
    State state = new State(key0, key1);
    int blocks = message.length / BLOCK;
    for (int i = 0; i < blocks; i++) {
      state.take(littleEndian(message, i * BLOCK, BLOCK));
    }
    int rest = message.length % BLOCK;
    state.take((long) message.length << 56 | littleEndian(message, blocks * BLOCK, rest));
    return state.finish();
  }

  static long littleEndian(byte[] octets, int from, int count) {
    long value = 0;
    for (int i = 0; i < count; i++) {
      value |= (octets[from + i] & 0xffL) << (8 * i);
    }
    return value;
  }

  private static final class State {
    private long v0;
    private long v1;
    private long v2;
    private long v3;

    State(long key0, long key1) {
      v0 = key0 ^ 0x736f6d6570736575L;
      v1 = key1 ^ 0x646f72616e646f6dL;
      v2 = key0 ^ 0x6c7967656e657261L;
      v3 = key1 ^ 0x7465646279746573L;
    }

    void take(long block) {
      v3 ^= block;
      round();
      round();
      v0 ^= block;
    }

    long finish() {
      v2 ^= 0xff;
      for (int i = 0; i < 4; i++) {
        round();
      }
      return v0 ^ v1 ^ v2 ^ v3;
    }

    private void round() {
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
  }
}

package dev.v6cert.ipv6.name;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The octets of a relative name, classified eight at a time into sets of positions, so that runs
 * and separators are found without a loop, and without branches that depend on the digits: the
 * processor cannot predict those of a name that it has not seen. One thread at a time.
 */
final class NameOctets {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private static final long EACH = 0x0101_0101_0101_0101L;
  private static final long HIGH_BITS = EACH << 7;

  /** Multiplied with the high bits of eight octets, it leaves these in the highest octet. */
  private static final long GATHER = 0x0102_0408_1020_4080L;

  /** The most digits of a group of an IPv6 address. */
  private static final int GROUP = 4;

  /** Enough for any name in DNS. */
  private static final int USUAL_WORDS = 4;

  private byte[] name = {};
  private int from;
  private int to;

  // Sets of positions, counted from the start of the name; all behind its end are in both.
  private long[] noDigits = new long[USUAL_WORDS];
  private long[] boundaries = new long[USUAL_WORDS];

  private int dashes;
  private int dots;
  private boolean hasGap;

  /** Takes the name at {@code from} (inclusive) to {@code to} (exclusive). */
  void read(byte[] name, int from, int to) {
    this.name = name;
    this.from = from;
    this.to = to;
    dashes = 0;
    dots = 0;
    hasGap = false;
    int words = (to - from) / Long.SIZE + 1;
    if (words > noDigits.length) {
      noDigits = new long[words];
      boundaries = new long[words];
    }
    long lastDash = 0;
    for (int word = 0; word < words; word++) {
      lastDash = classify(word, from + word * Long.SIZE, lastDash);
    }
  }

  /** Classifies up to 64 octets; 1 where the last of them is a dash, or else 0. */
  private long classify(int word, int start, long lastDash) {
    long dash = 0;
    long dot = 0;
    long digit = 0;
    int end = Math.min(start + Long.SIZE, to);
    for (int at = start; at < end; at += Long.BYTES) {
      long octets = eight(at);
      dash |= gather(equal(octets, '-')) << (at - start);
      dot |= gather(equal(octets, '.')) << (at - start);
      digit |= gather(hexDigits(octets)) << (at - start);
    }
    long inside = end - start == Long.SIZE ? -1L : (1L << (end - start)) - 1;
    dash &= inside;
    dot &= inside;
    noDigits[word] = ~(digit & inside);
    boundaries[word] = dash | dot | ~inside;
    dashes += Long.bitCount(dash);
    dots += Long.bitCount(dot);
    hasGap |= (dash & (dash << 1 | lastDash)) != 0;
    return dash >>> (Long.SIZE - 1);
  }

  /** The high bit of each octet that is {@code wanted}. */
  private static long equal(long octets, char wanted) {
    long difference = octets ^ wanted * EACH;
    return ~(((difference & ~HIGH_BITS) + 0x7f * EACH) | difference) & HIGH_BITS;
  }

  /** The high bit of each octet that is a hexadecimal digit. */
  private static long hexDigits(long octets) {
    long low = octets & ~HIGH_BITS;
    long decimal = (low + (0x80 - '0') * EACH) & ~(low + (0x7f - '9') * EACH);
    long lower = low | 0x20 * EACH;
    long letter = (lower + (0x80 - 'a') * EACH) & ~(lower + (0x7f - 'f') * EACH);
    return (decimal | letter) & ~octets & HIGH_BITS;
  }

  private static long gather(long highBits) {
    return ((highBits >>> 7) * GATHER) >>> (Long.SIZE - Byte.SIZE);
  }

  /** Eight octets, the first one lowest; what lies behind the array counts as 0. */
  private long eight(int at) {
    if (at + Long.BYTES <= name.length) {
      return (long) LONGS.get(name, at);
    }
    long octets = 0;
    for (int i = name.length - 1; i >= at; i--) {
      octets = octets << Byte.SIZE | (name[i] & 0xff);
    }
    return octets;
  }

  /** The first {@code length} octets at {@code at}, 1 to 4, as a number. */
  private int number(int at, int length) {
    int four =
        at + Integer.BYTES <= name.length
            ? (int) INTS.get(name, at)
            : Integer.reverseBytes((int) eight(at));
    return four >>> (Integer.SIZE - Byte.SIZE * length);
  }

  /** The number of dashes. */
  int dashes() {
    return dashes;
  }

  /** The number of dots. */
  int dots() {
    return dots;
  }

  /** Whether two dashes stand side by side. */
  boolean hasGap() {
    return hasGap;
  }

  /** The end of the hexadecimal digits that begin at {@code start}. */
  int runEnd(int start) {
    return next(noDigits, start);
  }

  /**
   * The start of the token behind the one at {@code start}; beyond the end where it is the last.
   */
  int nextToken(int start) {
    return next(boundaries, start) + 1;
  }

  /** The first position of a set at or behind {@code at}. */
  private int next(long[] set, int at) {
    int bit = at - from;
    int word = bit / Long.SIZE;
    long left = set[word] >>> bit;
    if (left != 0) {
      return at + Long.numberOfTrailingZeros(left);
    }
    do {
      word++;
    } while (set[word] == 0);
    return from + word * Long.SIZE + Long.numberOfTrailingZeros(set[word]);
  }

  /** Whether the name ends at {@code at}, or a separator stands there. */
  boolean isBoundary(int at) {
    return contains(boundaries, at);
  }

  /** Whether a hexadecimal digit stands at {@code at}. */
  boolean isDigit(int at) {
    return !contains(noDigits, at);
  }

  private boolean contains(long[] set, int at) {
    int bit = at - from;
    return (set[bit / Long.SIZE] >>> bit & 1) != 0;
  }

  /** Whether {@code octet} stands at {@code at}. */
  boolean is(char octet, int at) {
    return at < to && name[at] == octet;
  }

  /** Whether two dashes stand at {@code at}. */
  boolean isGap(int at) {
    return is('-', at) && is('-', at + 1);
  }

  /** The value of up to 16 hexadecimal digits. */
  long hex(int start, int end) {
    long value = 0;
    int at = start;
    while (end - at > GROUP) {
      value = value << (4 * GROUP) | group(at, GROUP);
      at += GROUP;
    }
    return value << (4 * (end - at)) | group(at, end - at);
  }

  /** The value of 1 to 4 hexadecimal digits. */
  int group(int at, int length) {
    int digits = number(at, length);
    int nibbles = (digits & 0x0f0f_0f0f) + 9 * (digits >>> 6 & 0x0101_0101); // Letters have bit 6.
    int pairs = (nibbles | nibbles >>> 4) & 0x00ff_00ff;
    return (pairs | pairs >>> 8) & 0xffff;
  }

  /** The value of a run of digits as a decimal octet without a leading zero, or -1. */
  int octet(int start, int end) {
    int length = end - start;
    if (length < 1 || length > 3 || (length > 1 && name[start] == '0')) {
      return -1;
    }
    int digits = number(start, length);
    int value = 100 * (digits >>> 16 & 0xf) + 10 * (digits >>> 8 & 0xf) + (digits & 0xf);
    boolean hasLetter = (digits & 0x40_4040) != 0;
    return hasLetter || value > 255 ? -1 : value;
  }
}

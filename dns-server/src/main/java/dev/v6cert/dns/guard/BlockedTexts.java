package dev.v6cert.dns.guard;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.stream.IntStream;

/**
 * Texts that are looked for anywhere in a name, in any case. The cost of a look does not grow with
 * their number: four octets of a name are hashed, at each of its places or at every fourth one, and
 * a Bloom filter says that no text has them near its start. Only where it does not, the texts are
 * searched, in an ordered array in which none starts with another, so that one comparison decides.
 * A text takes its length and 20 to 32 octets.
 */
final class BlockedTexts {
  /** The number of octets beyond the end of a name that must be readable. */
  static final int SLACK = Long.BYTES;

  /** The length of texts that are looked for at every fourth place of a name. */
  static final int LONG = 7;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  /** Makes letters lower case; what it does to other octets is undone by the comparison. */
  private static final int CASE = 0x2020_2020;

  private static final long EACH = 0x0101_0101_0101_0101L;
  private static final long HIGH_BITS = EACH << 7;
  private static final long MULTIPLIER = 0x9e37_79b9_7f4a_7c15L;
  private static final int BITS_FOR_EACH = 16;
  private static final int LONGEST_STRIDE = 4;
  private static final int WORD_BITS = 6;

  // All texts one after the other, in ascending order; one more offset ends the last one.
  private final byte[] octets;
  private final int[] offsets;

  // The texts that start with the same four octets are neighbours. Where a group starts is found by
  // these octets; a shorter text is a group of its own, zeros behind it.
  private final int[] keys;
  private final int[] groups;
  private final int[] groupStarts;
  private final int shift;

  // How far the looked-at places of a name are apart, and of how many places of a text the filter
  // knows the four octets, so that each place of a text meets one of a name.
  private final int stride;
  private final long[] filter;
  private final int filterShift;

  /** The lengths of keys that there are, as masks of the octets that they cover. */
  private final int[] masks;

  /** The given texts, in lower case and ASCII. */
  BlockedTexts(Collection<String> texts) {
    String[] sorted = texts.toArray(String[]::new);
    Arrays.sort(sorted);
    int count = withoutExtensions(sorted);
    offsets = offsets(sorted, count);
    octets = octets(sorted, offsets);
    int shortest = Arrays.stream(sorted, 0, count).mapToInt(String::length).min().orElse(0);
    stride = Math.clamp(shortest - Integer.BYTES + 1, 1, LONGEST_STRIDE);

    int[] starts = new int[count + 1];
    int found = 0;
    int lengths = 0;
    for (int i = 0; i < count; i++) {
      if (i == 0 || key(i) != key(i - 1)) {
        starts[found++] = i;
        lengths |= 1 << Math.min(offsets[i + 1] - offsets[i], Integer.BYTES);
      }
    }
    starts[found] = count;
    groupStarts = Arrays.copyOf(starts, found + 1);
    int bits = bitsFor(2 * found);
    shift = Long.SIZE - bits;
    keys = new int[1 << bits];
    groups = new int[1 << bits];
    for (int i = 0; i < found; i++) {
      add(key(starts[i]), i);
    }

    int[] known = known(count);
    int words = Math.max(bitsFor(BITS_FOR_EACH * known.length) - WORD_BITS, 1);
    filter = new long[1 << words];
    filterShift = Long.SIZE - words;
    for (int key : known) {
      long hash = key * MULTIPLIER;
      filter[(int) (hash >>> filterShift)] |= bits(hash);
    }
    masks = masks(lengths);
  }

  private static int[] offsets(String[] sorted, int count) {
    int[] offsets = new int[count + 1];
    for (int i = 0; i < count; i++) {
      offsets[i + 1] = offsets[i] + sorted[i].length();
    }
    return offsets;
  }

  private static byte[] octets(String[] sorted, int[] offsets) {
    int count = offsets.length - 1;
    byte[] octets = new byte[offsets[count] + SLACK];
    for (int i = 0; i < count; i++) {
      byte[] text = sorted[i].getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(text, 0, octets, offsets[i], text.length);
    }
    return octets;
  }

  /** The masks of the lengths whose bit is set. */
  private static int[] masks(int lengths) {
    return IntStream.of(4, 3, 2, 1)
        .filter(length -> (lengths >> length & 1) != 0)
        .map(length -> -1 << (Integer.SIZE - Byte.SIZE * length))
        .toArray();
  }

  /** The four octets at the first places of all texts, each only once. */
  private int[] known(int count) {
    int[] all = new int[count * stride];
    for (int i = 0; i < count; i++) {
      for (int at = 0; at < stride; at++) {
        // Texts that are looked for at more than one place have more than four octets.
        all[i * stride + at] =
            stride == 1 ? key(i) : (int) INTS.get(octets, offsets[i] + at) | CASE;
      }
    }
    Arrays.sort(all);
    int kept = 0;
    for (int key : all) {
      if (kept == 0 || key != all[kept - 1]) {
        all[kept++] = key;
      }
    }
    return Arrays.copyOf(all, kept);
  }

  /** The length of numbers below a power of two that is not below {@code number}, in bits. */
  private static int bitsFor(int number) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(number, 8) - 1);
  }

  /** Moves those that start with no other one to the front; their number. */
  private static int withoutExtensions(String[] sorted) {
    int kept = 0;
    for (String text : sorted) {
      if (kept == 0 || !text.startsWith(sorted[kept - 1])) {
        sorted[kept++] = text;
      }
    }
    return kept;
  }

  private int key(int text) {
    int length = Math.min(offsets[text + 1] - offsets[text], Integer.BYTES);
    int mask = -1 << (Integer.SIZE - Byte.SIZE * length);
    return ((int) INTS.get(octets, offsets[text]) | CASE) & mask;
  }

  private void add(int key, int group) {
    long hash = key * MULTIPLIER;
    int slot = (int) (hash >>> shift);
    while (keys[slot] != 0) {
      slot = (slot + 1) & (keys.length - 1);
    }
    keys[slot] = key;
    groups[slot] = group;
  }

  /** Two bits of a word of the filter, chosen by parts of the hash that did not choose the word. */
  private static long bits(long hash) {
    return 1L << (hash >>> 26) | 1L << (hash >>> 32);
  }

  /**
   * Whether the first octets of a name, up to {@code to}, have a letter that is no hexadecimal
   * digit, or an underscore; most names that carry an address have none there.
   */
  static boolean hasLetter(byte[] name, int to) {
    long found = 0;
    for (int at = 0; at < to; at += Long.BYTES) {
      int count = to - at;
      long mask = count >= Long.BYTES ? -1L : -1L << (Long.SIZE - Byte.SIZE * count);
      long octets = ((long) LONGS.get(name, at) & mask & ~HIGH_BITS) | 0x20 * EACH;
      found |= octets + (0x80 - 'g') * EACH;
    }
    return (found & HIGH_BITS) != 0;
  }

  /**
   * Whether one of the texts stands in a name.
   *
   * @param name the octets of the name, {@link #SLACK} more of them readable
   * @param from where a text may start first
   * @param starts where texts may start, the end of these places
   * @param to the end of the name
   */
  boolean occursIn(byte[] name, int from, int starts, int to) {
    for (int mask : masks) {
      // A text of four octets and more ends before the name does.
      int end = mask == -1 ? Math.min(starts + stride - 1, to - Integer.BYTES + 1) : starts;
      for (int at = from + stride - 1; at < end; at += stride) {
        long hash = (((int) INTS.get(name, at) | CASE) & mask) * MULTIPLIER;
        long bits = bits(hash);
        if ((filter[(int) (hash >>> filterShift)] & bits) == bits
            && startsIn(mask, name, at - stride + 1, Math.min(at + 1, starts), to)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether a text starts at one of some places. */
  private boolean startsIn(int mask, byte[] name, int from, int starts, int to) {
    for (int at = from; at < starts; at++) {
      if (standsAt(((int) INTS.get(name, at) | CASE) & mask, name, at, to)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a text with this key stands at a place. */
  private boolean standsAt(int key, byte[] name, int at, int to) {
    int slot = (int) ((key * MULTIPLIER) >>> shift);
    while (keys[slot] != key) {
      if (keys[slot] == 0) {
        return false;
      }
      slot = (slot + 1) & (keys.length - 1);
    }
    int first = groupStarts[groups[slot]];
    int end = groupStarts[groups[slot] + 1];
    while (first < end) { // Ends behind the last text that is not above what stands there.
      int middle = (first + end) >>> 1;
      int order = compare(middle, name, at, to);
      if (order == 0) {
        return true;
      }
      if (order < 0) {
        first = middle + 1;
      } else {
        end = middle;
      }
    }
    return false;
  }

  /** The order of a text and of what stands at a place; 0 where the latter starts with the text. */
  private int compare(int text, byte[] name, int at, int to) {
    int length = offsets[text + 1] - offsets[text];
    int common = Math.min(length, to - at);
    for (int i = 0; i < common; i++) {
      int other = name[at + i];
      int lower = other >= 'A' && other <= 'Z' ? other + ('a' - 'A') : other & 0xff;
      int order = octets[offsets[text] + i] - lower;
      if (order != 0) {
        return order;
      }
    }
    return length - common;
  }
}

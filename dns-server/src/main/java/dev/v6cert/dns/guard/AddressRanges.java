package dev.v6cert.dns.guard;

import dev.v6cert.dns.file.ReadBudget;
import dev.v6cert.ipv6.AddressBlock;
import dev.v6cert.ipv6.Ipv6Address;
import java.util.Arrays;

/**
 * Address blocks of one family, 17 octets each, looked up in logarithmic time however many there
 * are. Lists of a million are real.
 */
final class AddressRanges {
  // Disjoint and ascending: where each block starts, and how many bits behind its prefix are free.
  private final long[] high;
  private final long[] low;
  private final byte[] free;
  private final int count;

  private AddressRanges(long[] high, long[] low, byte[] free, int count) {
    this.high = high;
    this.low = low;
    this.free = free;
    this.count = count;
  }

  /** Blocks as they are gathered, in any order. */
  static final class Builder {
    private static final int FIRST_CAPACITY = 16;
    private static final int STEPS_BETWEEN_PAUSES = 1024;

    /** While the second array grows; the first has let its old one go. */
    private static final long OCTETS_TO_GROW = 3L * Long.BYTES;

    private long[] high = new long[FIRST_CAPACITY];
    private long[] low = new long[FIRST_CAPACITY];
    private byte[] free = new byte[FIRST_CAPACITY];
    private int count;

    /** Adds a block. */
    void add(AddressBlock block) {
      if (count == high.length) {
        high = Arrays.copyOf(high, 2 * count);
        low = Arrays.copyOf(low, 2 * count);
        free = Arrays.copyOf(free, 2 * count);
      }
      high[count] = block.base().high();
      low[count] = block.base().low();
      free[count] = (byte) block.freeBits();
      count++;
    }

    /** The octets that must be free for the next block: none, or many at once. */
    long growth() {
      return count < high.length ? 0 : count * OCTETS_TO_GROW;
    }

    /** All that were added; nothing may be added afterwards. */
    AddressRanges build() {
      return build(ReadBudget.NONE);
    }

    /** The same, of so many that queries would have to wait. */
    AddressRanges build(ReadBudget budget) {
      sort(budget);
      int kept = 0;
      for (int i = 0; i < count; i++) {
        // Blocks lie inside others or apart from them, and the wider one comes first.
        if (kept == 0 || !covers(high, low, free, kept - 1, high[i], low[i])) {
          move(i, kept++);
        }
      }
      return new AddressRanges(high, low, free, kept);
    }

    /** A heap sort: it needs no memory, and no list makes it slow. */
    private void sort(ReadBudget budget) {
      for (int root = count / 2 - 1; root >= 0; root--) {
        sink(root, count);
        giveWay(root, budget);
      }
      for (int end = count - 1; end > 0; end--) {
        swap(0, end);
        sink(0, end);
        giveWay(end, budget);
      }
    }

    private static void giveWay(int step, ReadBudget budget) {
      if (step % STEPS_BETWEEN_PAUSES == 0) {
        budget.giveWay();
      }
    }

    private void sink(int start, int end) {
      int root = start;
      while (2 * root + 1 < end) {
        int child = 2 * root + 1;
        if (child + 1 < end && isBefore(child, child + 1)) {
          child++;
        }
        if (!isBefore(root, child)) {
          return;
        }
        swap(root, child);
        root = child;
      }
    }

    private boolean isBefore(int one, int other) {
      int order = compare(high[one], low[one], high[other], low[other]);
      // Unsigned: all of 128 bits are free in ::/0.
      return order != 0 ? order < 0 : (free[one] & 0xff) > (free[other] & 0xff);
    }

    private void swap(int one, int other) {
      long otherHigh = high[other];
      long otherLow = low[other];
      byte otherFree = free[other];
      move(one, other);
      high[one] = otherHigh;
      low[one] = otherLow;
      free[one] = otherFree;
    }

    private void move(int from, int to) {
      high[to] = high[from];
      low[to] = low[from];
      free[to] = free[from];
    }
  }

  /** Whether one of the blocks contains the address. */
  boolean contains(Ipv6Address address) {
    return contains(address.high(), address.low());
  }

  /** Whether one of the blocks contains the address with these halves. */
  boolean contains(long addressHigh, long addressLow) {
    int beyond = 0; // Becomes the first block that starts behind the address.
    int end = count;
    while (beyond < end) {
      int middle = (beyond + end) >>> 1;
      if (compare(high[middle], low[middle], addressHigh, addressLow) <= 0) {
        beyond = middle + 1;
      } else {
        end = middle;
      }
    }
    return beyond > 0 && covers(high, low, free, beyond - 1, addressHigh, addressLow);
  }

  private static boolean covers(
      long[] high, long[] low, byte[] free, int block, long addressHigh, long addressLow) {
    int bits = free[block] & 0xff;
    return ((high[block] ^ addressHigh) & ~AddressBlock.ones(bits - Long.SIZE)) == 0
        && ((low[block] ^ addressLow) & ~AddressBlock.ones(bits)) == 0;
  }

  private static int compare(long high, long low, long otherHigh, long otherLow) {
    int byHigh = Long.compareUnsigned(high, otherHigh);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, otherLow);
  }
}

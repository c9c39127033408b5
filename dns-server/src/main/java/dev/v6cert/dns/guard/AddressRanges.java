package dev.v6cert.dns.guard;

import dev.v6cert.ipv6.Ipv6Address;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Address blocks of one family, looked up in logarithmic time however many there are. */
final class AddressRanges {
  // Disjoint and ascending.
  private final long[] firstHigh;
  private final long[] firstLow;
  private final long[] lastHigh;
  private final long[] lastLow;

  AddressRanges(List<Cidr> blocks) {
    List<Cidr> disjoint = disjoint(blocks);
    int count = disjoint.size();
    firstHigh = new long[count];
    firstLow = new long[count];
    lastHigh = new long[count];
    lastLow = new long[count];
    for (int i = 0; i < count; i++) {
      firstHigh[i] = disjoint.get(i).base().high();
      firstLow[i] = disjoint.get(i).base().low();
      lastHigh[i] = disjoint.get(i).last().high();
      lastLow[i] = disjoint.get(i).last().low();
    }
  }

  /** Without blocks that lie inside others; blocks never overlap otherwise. */
  private static List<Cidr> disjoint(List<Cidr> blocks) {
    List<Cidr> sorted = new ArrayList<>(blocks);
    sorted.sort(Comparator.comparing(Cidr::base).thenComparingInt(Cidr::length));
    List<Cidr> kept = new ArrayList<>();
    for (Cidr block : sorted) {
      if (kept.isEmpty() || block.base().compareTo(kept.getLast().last()) > 0) {
        kept.add(block);
      }
    }
    return kept;
  }

  /** Whether one of the blocks contains the address. */
  boolean contains(Ipv6Address address) {
    return contains(address.high(), address.low());
  }

  /** Whether one of the blocks contains the address with these halves. */
  boolean contains(long addressHigh, long addressLow) {
    int low = 0;
    int high = firstHigh.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (compare(firstHigh[middle], firstLow[middle], addressHigh, addressLow) > 0) {
        high = middle - 1;
      } else if (compare(lastHigh[middle], lastLow[middle], addressHigh, addressLow) < 0) {
        low = middle + 1;
      } else {
        return true;
      }
    }
    return false;
  }

  private static int compare(long high, long low, long otherHigh, long otherLow) {
    int byHigh = Long.compareUnsigned(high, otherHigh);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, otherLow);
  }
}

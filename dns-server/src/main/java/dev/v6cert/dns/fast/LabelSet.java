package dev.v6cert.dns.fast;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Labels, found in any case and in the same time however many there are. */
final class LabelSet {
  private final long[] hashes;
  private final @Nullable Caseless[] labels;
  private long lengths;

  /** The given labels, each with its length octet first. */
  LabelSet(Collection<byte[]> members) {
    int capacity = Integer.highestOneBit(Math.max(members.size(), 2)) << 2;
    hashes = new long[capacity];
    labels = new @Nullable Caseless[capacity];
    for (byte[] member : members) {
      Caseless label = new Caseless(member);
      long hash = label.hash(1);
      int at = (int) hash & (capacity - 1);
      while (labels[at] != null) {
        at = (at + 1) & (capacity - 1);
      }
      hashes[at] = hash;
      labels[at] = label;
      lengths |= 1L << member[0];
    }
  }

  /** Whether the label at {@code at}, its length octet first, is one of them. */
  boolean contains(byte[] octets, int at) {
    if ((lengths >>> octets[at] & 1) == 0) {
      return false;
    }
    long hash = Caseless.hash(0, octets, at);
    int mask = hashes.length - 1;
    for (int i = (int) hash & mask; ; i = (i + 1) & mask) {
      Caseless label = labels[i];
      if (label == null) {
        return false;
      }
      if (hashes[i] == hash && label.matches(octets, at)) {
        return true;
      }
    }
  }
}

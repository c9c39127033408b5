package dev.v6cert.dns.fast;

import dev.v6cert.dns.answer.ZoneSummary;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DNSOutput;
import org.xbill.DNS.Name;
import org.xbill.DNS.SOARecord;

/** A magic zone, as the fast path knows it. */
final class FastZone {
  private static final int POINTER = 0xc000;

  /** The apex on the wire. */
  final Caseless apex;

  /** The number of its labels, without the root's. */
  final int labels;

  /** The TTL of synthesized records, in seconds. */
  final int ttl;

  /** The labels below the apex that explicit records stand at or under. */
  private final LabelSet explicit;

  private final byte[] soa;

  private final Pointer[] pointers;

  /**
   * A compressed end of a name in the SOA record.
   *
   * @param at where the pointer stands, from the start of the record
   * @param offset where it leads, from the start of the apex
   */
  private record Pointer(int at, int offset) {}

  /** Whether names in it are synthesized. */
  final boolean magic;

  /** Whether the challenges of a host are delegated to the host. */
  final boolean challenges;

  /** Whether a wildcard stands below the apex, and answers names without an address. */
  final boolean wildcard;

  /** Its place in the order of the zones, by which it is counted. */
  final int place;

  FastZone(ZoneSummary summary, int place) {
    this.place = place;
    Name name = summary.apex();
    this.apex = new Caseless(name.toWire());
    this.labels = name.labels() - 1;
    this.ttl = (int) summary.ttl().toSeconds();
    this.magic = summary.magic();
    this.challenges = summary.challenges();
    this.wildcard = summary.explicit().stream().anyMatch(FastZone::isWildcard);
    this.explicit = new LabelSet(summary.explicit());
    List<Pointer> found = new ArrayList<>();
    this.soa = soa(name, summary.negativeSoa(), found);
    this.pointers = found.toArray(Pointer[]::new);
  }

  private static boolean isWildcard(byte[] label) {
    return label[0] == 1 && label[1] == '*';
  }

  /** Whether a name with {@code count} labels, which start at {@code starts}, lies in it. */
  boolean contains(byte[] octets, int[] starts, int count) {
    return labels == 0 || (count >= labels && apex.matches(octets, starts[count - labels]));
  }

  /** Whether names at or under the label at {@code at} are left to others. */
  boolean isExplicit(byte[] octets, int at) {
    return explicit.contains(octets, at);
  }

  private static byte[] soa(Name apex, SOARecord soa, List<Pointer> pointers) {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    putName(record, apex, apex, 0, pointers);
    int dataAt = record.size() + 10;
    putName(data, soa.getHost(), apex, dataAt, pointers);
    putName(data, soa.getAdmin(), apex, dataAt, pointers);
    DNSOutput numbers = new DNSOutput();
    numbers.writeU32(soa.getSerial());
    numbers.writeU32(soa.getRefresh());
    numbers.writeU32(soa.getRetry());
    numbers.writeU32(soa.getExpire());
    numbers.writeU32(soa.getMinimum());
    data.writeBytes(numbers.toByteArray());
    DNSOutput fixed = new DNSOutput();
    fixed.writeU16(soa.getType());
    fixed.writeU16(soa.getDClass());
    fixed.writeU32(soa.getTTL());
    fixed.writeU16(data.size());
    record.writeBytes(fixed.toByteArray());
    record.writeBytes(data.toByteArray());
    return record.toByteArray();
  }

  /** Writes a name with a pointer for what it shares with the apex (RFC 1035 section 4.1.4). */
  private static void putName(
      ByteArrayOutputStream out, Name name, Name apex, int base, List<Pointer> pointers) {
    byte[] wire = name.toWire();
    Name shared = apex;
    while (!name.subdomain(shared)) {
      shared = new Name(shared, 1);
    }
    if (shared.equals(Name.root)) {
      out.writeBytes(wire);
      return;
    }
    out.write(wire, 0, wire.length - shared.length());
    pointers.add(new Pointer(base + out.size(), apex.length() - shared.length()));
    out.write(0);
    out.write(0);
  }

  /** The length of the SOA record that {@link #putSoa} writes. */
  int soaLength() {
    return soa.length;
  }

  /**
   * Writes the SOA record of negative answers.
   *
   * @param apexOffset where the apex stands in the message
   */
  void putSoa(byte[] octets, int at, int apexOffset) {
    System.arraycopy(soa, 0, octets, at, soa.length);
    for (Pointer pointer : pointers) {
      Octets.put16(octets, at + pointer.at, POINTER | (apexOffset + pointer.offset));
    }
  }

  /** Labels, found in any case and in the same time however many there are. */
  private static final class LabelSet {
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
}

package dev.v6cert.dns.content;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.xbill.DNS.Name;

/**
 * The last changes of records, so that others can be told the difference to what they have. It is
 * bounded; who was away for longer gets everything anew. One thread at a time.
 */
final class ChangeHistory {
  /** The number of changes that are remembered; each is some 250 octets. */
  static final int MOST_CHANGES = 10_000;

  /** Of the heap: what they may take. */
  private static final int PART_OF_HEAP = 16;

  private static final int OCTETS_OF_AN_ENTRY = 56;

  private final int most;
  private final long mostOctets;
  private final Deque<Entry> entries = new ArrayDeque<>();
  private long octets;

  /** The serial from which on all changes are here. */
  private long floor;

  private long current;

  /** The records that a name had before the step to a serial, as the codec writes them. */
  private static final class Entry {
    private final long serial;
    private final byte[] before;

    Entry(long serial, byte[] before) {
      this.serial = serial;
      this.before = before;
    }

    int octets() {
      return before.length + OCTETS_OF_AN_ENTRY;
    }
  }

  ChangeHistory(long serial, int most) {
    this(serial, most, Runtime.getRuntime().maxMemory() / PART_OF_HEAP);
  }

  ChangeHistory(long serial, int most, long mostOctets) {
    this.floor = serial;
    this.current = serial;
    this.most = most;
    this.mostOctets = mostOctets;
  }

  /**
   * Begins a step. One that is not to the next serial comes from a journal that was written anew,
   * or from elsewhere: what lies before it is not known.
   */
  void step(long from, long to) {
    if (to != from + 1) {
      entries.clear();
      octets = 0;
      floor = to;
    }
    current = to;
  }

  /** Adds the records that a name had before the step, which are perhaps none. */
  void add(byte[] before) {
    if (floor == current) {
      return;
    }
    Entry entry = new Entry(current, before);
    entries.addLast(entry);
    octets += entry.octets();
    while (entries.size() > most || octets > mostOctets) {
      floor = entries.getFirst().serial;
      while (!entries.isEmpty() && entries.getFirst().serial == floor) {
        octets -= entries.removeFirst().octets();
      }
    }
  }

  /**
   * The names that have changed after a serial, with the records that they had at it; empty where
   * the history does not reach so far.
   */
  Optional<Map<Name, byte[]>> since(long serial) {
    if (serial < floor || serial > current) {
      return Optional.empty();
    }
    Map<Name, byte[]> before = new LinkedHashMap<>();
    for (Entry entry : entries) {
      if (entry.serial > serial) {
        before.putIfAbsent(ChangeCodec.records(entry.before).name(), entry.before);
      }
    }
    return Optional.of(before);
  }
}

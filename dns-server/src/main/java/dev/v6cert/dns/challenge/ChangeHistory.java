package dev.v6cert.dns.challenge;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.xbill.DNS.Name;

/**
 * The last changes of records, so that others can be told the difference to what they have. It is
 * bounded; who was away for longer gets everything anew. One thread at a time.
 */
final class ChangeHistory {
  /** The number of changes that are remembered; each is some 100 octets beside its records. */
  static final int MOST_CHANGES = 10_000;

  private final int most;
  private final Deque<Entry> entries = new ArrayDeque<>();

  /** The serial from which on all changes are here. */
  private long floor;

  private long current;

  /** The records that a name had before the step to a serial. */
  private record Entry(long serial, Name name, List<HostedRecord> before) {}

  ChangeHistory(long serial, int most) {
    this.floor = serial;
    this.current = serial;
    this.most = most;
  }

  /**
   * Begins a step. One that is not to the next serial comes from a journal that was written anew,
   * or from elsewhere: what lies before it is not known.
   */
  void step(long from, long to) {
    if (to != from + 1) {
      entries.clear();
      floor = to;
    }
    current = to;
  }

  /** Adds the records that a name had before the step. */
  void add(Name name, List<HostedRecord> before) {
    if (floor == current) {
      return;
    }
    entries.addLast(new Entry(current, name, before));
    if (entries.size() > most) {
      floor = entries.getFirst().serial();
      while (!entries.isEmpty() && entries.getFirst().serial() == floor) {
        entries.removeFirst();
      }
    }
  }

  /**
   * The names that have changed after a serial, with the records that they had at it; empty where
   * the history does not reach so far.
   */
  Optional<Map<Name, List<HostedRecord>>> since(long serial) {
    if (serial < floor || serial > current) {
      return Optional.empty();
    }
    Map<Name, List<HostedRecord>> before = new LinkedHashMap<>();
    for (Entry entry : entries) {
      if (entry.serial() > serial) {
        before.putIfAbsent(entry.name(), entry.before());
      }
    }
    return Optional.of(before);
  }
}

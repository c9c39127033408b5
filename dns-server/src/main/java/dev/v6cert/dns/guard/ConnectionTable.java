package dev.v6cert.dns.guard;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The open TCP connections, the longest idle one first. A full table gives up that one for a new
 * connection, so idle connections cost their holders and nobody else; a prefix at its limit gives
 * up the longest idle one of its own. Safe for any number of threads.
 *
 * @param <C> a connection, compared by identity
 */
public final class ConnectionTable<C> {
  private final TcpLimits limits;

  // Both in access order: what was touched last stands last.
  private final SequencedMap<C, Entry> all = accessOrdered();
  private final Map<ClientPrefix, SequencedMap<C, Entry>> byPrefix = new HashMap<>();

  private static final class Entry {
    final ClientPrefix prefix;
    long touched;

    Entry(ClientPrefix prefix, long touched) {
      this.prefix = prefix;
      this.touched = touched;
    }
  }

  /** An empty table with the given limits. */
  public ConnectionTable(TcpLimits limits) {
    this.limits = limits;
  }

  private static <K, V> SequencedMap<K, V> accessOrdered() {
    return new LinkedHashMap<>(16, 0.75f, true);
  }

  /**
   * Enters a connection.
   *
   * @param now the time, in nanoseconds of {@link System#nanoTime}
   * @return the connection that had to go for it, which the caller closes
   */
  public synchronized Optional<C> add(C connection, InetAddress client, long now) {
    ClientPrefix prefix = ClientPrefix.of(client);
    SequencedMap<C, Entry> siblings = byPrefix.getOrDefault(prefix, accessOrdered());
    Optional<C> evicted = Optional.empty();
    if (siblings.size() >= limits.connectionsPerPrefix()) {
      evicted = Optional.of(siblings.firstEntry().getKey());
    } else if (all.size() >= limits.connections()) {
      evicted = Optional.of(all.firstEntry().getKey());
    }
    evicted.ifPresent(this::remove);
    Entry entry = new Entry(prefix, now);
    all.put(connection, entry);
    byPrefix.computeIfAbsent(prefix, _ -> accessOrdered()).put(connection, entry);
    return evicted;
  }

  /** Notes that the connection got on: a query came, or an answer was taken. */
  public synchronized void touch(C connection, long now) {
    Entry entry = all.get(connection);
    if (entry != null) {
      entry.touched = now;
      byPrefix.getOrDefault(entry.prefix, accessOrdered()).get(connection);
    }
  }

  /** Forgets a connection; does nothing where it is not here any more. */
  public synchronized void remove(C connection) {
    Entry entry = all.remove(connection);
    if (entry != null) {
      SequencedMap<C, Entry> siblings = byPrefix.getOrDefault(entry.prefix, accessOrdered());
      siblings.remove(connection);
      if (siblings.isEmpty()) {
        byPrefix.remove(entry.prefix);
      }
    }
  }

  /**
   * Takes out the connections that did not get on since {@code instant}; the caller closes them.
   */
  public synchronized List<C> removeUntouchedSince(long instant) {
    List<C> stale = new ArrayList<>();
    for (Map.Entry<C, Entry> connection : all.entrySet()) {
      if (connection.getValue().touched - instant > 0) {
        break;
      }
      stale.add(connection.getKey());
    }
    stale.forEach(this::remove);
    return stale;
  }

  /** Takes out all connections; the caller closes them. */
  public synchronized List<C> removeAll() {
    List<C> open = List.copyOf(all.keySet());
    all.clear();
    byPrefix.clear();
    return open;
  }

  /** The number of open connections. */
  public synchronized int size() {
    return all.size();
  }
}

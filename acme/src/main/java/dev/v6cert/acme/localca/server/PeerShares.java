package dev.v6cert.acme.localca.server;

import dev.v6cert.base.Ticker;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Counts what each peer has of the server, within {@link PeerLimits}. A peer is one address: those
 * of one IPv6 network are the whole LAN.
 */
final class PeerShares {

  private static final int MOST_PEERS = 4_096;
  private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

  private final PeerLimits limits;
  private final Ticker ticker;
  private final List<Held> held = new ArrayList<>();

  /** The peer that asked last is the last one. */
  private final Map<InetAddress, Credit> credits = new LinkedHashMap<>();

  /** A connection of a peer, as the server holds it. */
  interface Connection {
    InetAddress peer();

    boolean isOpen();

    void close();
  }

  private record Held(InetAddress peer, Connection connection) {}

  /** The requests that a peer had left at an instant. */
  private record Credit(double left, long at) {}

  PeerShares(PeerLimits limits, Ticker ticker) {
    this.limits = limits;
    this.ticker = ticker;
  }

  /**
   * Takes a new connection, for which an older one may be closed. One of a peer without credit is
   * not taken, and the caller closes it.
   */
  synchronized boolean admits(Connection connection) {
    if (!spend(connection.peer(), PeerLimits.PER_CONNECTION)) {
      return false;
    }
    held.removeIf(one -> !one.connection().isOpen());
    List<Held> own = held.stream().filter(one -> one.peer().equals(connection.peer())).toList();
    if (own.size() >= limits.connectionsOfOne()) {
      close(own.getFirst());
    } else if (held.size() >= limits.connections()) {
      oldestOfTheLargest().ifPresent(this::close);
    }
    return held.add(new Held(connection.peer(), connection));
  }

  /** Whether the peer may have one more request answered. */
  synchronized boolean admitsRequest(InetAddress peer) {
    return spend(peer, 1);
  }

  private void close(Held one) {
    held.remove(one);
    one.connection().close();
  }

  private Optional<Held> oldestOfTheLargest() {
    Map<InetAddress, Integer> counts = new HashMap<>();
    held.forEach(one -> counts.merge(one.peer(), 1, Integer::sum));
    int most = counts.values().stream().max(Comparator.naturalOrder()).orElse(0);
    return held.stream().filter(one -> counts.getOrDefault(one.peer(), 0) == most).findFirst();
  }

  private boolean spend(InetAddress peer, int cost) {
    long now = ticker.nanos();
    Credit before = credits.remove(peer);
    double left =
        before == null
            ? limits.burst()
            : Math.min(
                limits.burst(), before.left() + (now - before.at()) * limits.perSecond() / NANOS);
    boolean enough = left >= cost;
    credits.put(peer, new Credit(enough ? left - cost : left, now));
    if (credits.size() > MOST_PEERS) {
      credits.remove(credits.keySet().iterator().next());
    }
    return enough;
  }
}

package dev.v6cert.dns.http;

import dev.v6cert.base.Ticker;
import dev.v6cert.ipv6.AddressBlock;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** A limit of what one network may do in a time: an IPv4 address, or an IPv6 /56. */
final class NetworkLimit {
  private static final int MOST_NETWORKS = 10_000;
  private static final int IPV4_LENGTH = 32;
  private static final int IPV6_LENGTH = 56;

  private final int most;
  private final Duration window;
  private final Ticker ticker;

  /** The counts by network, the one that began first at the head. */
  private final Map<AddressBlock, Count> counts = new LinkedHashMap<>();

  private record Count(long began, int used) {}

  /** A limit of {@code most} in each window. */
  NetworkLimit(int most, Duration window, Ticker ticker) {
    this.most = most;
    this.window = window;
    this.ticker = ticker;
  }

  /** Counts one more for the network of a client; false where it has had its share. */
  synchronized boolean admit(InetAddress client) {
    AddressBlock network =
        AddressBlock.around(client, client instanceof Inet4Address ? IPV4_LENGTH : IPV6_LENGTH);
    long now = ticker.nanos();
    Count count = counts.get(network);
    if (count == null || now - count.began() >= window.toNanos()) {
      counts.remove(network);
      counts.put(network, new Count(now, 1));
      if (counts.size() > MOST_NETWORKS) {
        counts.remove(counts.keySet().iterator().next());
      }
      return true;
    }
    if (count.used() >= most) {
      return false;
    }
    counts.put(network, new Count(count.began(), count.used() + 1));
    return true;
  }
}

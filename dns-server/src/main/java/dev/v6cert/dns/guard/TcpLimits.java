package dev.v6cert.dns.guard;

import java.time.Duration;

/**
 * What TCP clients may hold (RFC 7766 section 6.2; RFC 9210 section 4).
 *
 * @param connections the most connections at a time; one more evicts the longest idle one
 * @param connectionsPerPrefix the most connections of one IPv4 /24 or IPv6 /48
 * @param idle how long a connection may stand without a query
 * @param frame how long a query may take to arrive from its first octet on
 */
public record TcpLimits(int connections, int connectionsPerPrefix, Duration idle, Duration frame) {
  /** Limits for a server on the Internet. */
  public static final TcpLimits DEFAULT =
      new TcpLimits(4096, 1024, Duration.ofSeconds(10), Duration.ofSeconds(2));
}

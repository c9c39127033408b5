package dev.v6cert.proxy.limit;

import java.time.Duration;

/**
 * The connections that a run may have open at a time, so that it never lacks a descriptor. Clients
 * beyond the number wait in the system's queue; their requests wait for a slot.
 *
 * @param clients the most connections of clients, at least one
 * @param redirects the most connections to port 80, at least one
 * @param slots one for each connection to a server behind
 * @param firstRequestLimit the time that a connection has until its first request
 */
public record Capacity(
    int clients, int redirects, ConnectionSlots slots, Duration firstRequestLimit) {

  private static final int MOST_CLIENTS = 4_000;
  private static final int MOST_REDIRECTS = 1_000;
  private static final int REDIRECTS_PART = 16;
  private static final int FEW_CLIENTS = 1_000;
  private static final int FEWEST = 8;

  /** A small machine takes many seconds for a thousand handshakes at once. */
  private static final Duration FIRST_REQUEST_LIMIT = Duration.ofMinutes(1);

  /** A capacity without an effect: for tests, and for the training of the cache. */
  public static Capacity ample() {
    return of(1_000_000, 1);
  }

  /**
   * A fair part for clients and one for their requests: each request of HTTP/1.1 takes one of both.
   *
   * @param descriptors those that connections may take
   * @param each those that one connection to a server behind takes; zero where there is none
   */
  public static Capacity of(int descriptors, int each) {
    int redirects = Math.clamp(descriptors / REDIRECTS_PART, FEWEST, MOST_REDIRECTS);
    int rest = descriptors - redirects;
    int clients = Math.clamp(rest / (1 + each), FEWEST, MOST_CLIENTS);
    return new Capacity(
        clients,
        redirects,
        new ConnectionSlots(Math.max(FEWEST, (rest - clients) / Math.max(1, each))),
        FIRST_REQUEST_LIMIT);
  }

  /** These for one of several addresses; all of them have the same slots. */
  public Capacity share(int addresses) {
    return new Capacity(
        Math.max(FEWEST, clients / addresses),
        Math.max(FEWEST, redirects / addresses),
        slots,
        firstRequestLimit);
  }

  /** These with another time until the first request. */
  public Capacity withFirstRequestLimit(Duration time) {
    return new Capacity(clients, redirects, slots, time);
  }

  /** Whether clients must not hold a connection that they do not use. */
  public boolean isScarce() {
    return clients < FEW_CLIENTS;
  }
}

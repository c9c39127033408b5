package dev.v6cert.acme.localca.server;

import java.time.Duration;

/**
 * The share of one peer, so that none keeps the others out.
 *
 * @param connections those of all peers; the oldest of the peer that has most makes room
 * @param connectionsOfOne those of one peer; its own oldest makes room
 * @param burst the requests of one peer without a pause; a new connection counts for five
 * @param perSecond the requests of one peer in a second, from then on
 */
public record PeerLimits(int connections, int connectionsOfOne, int burst, int perSecond) {

  /** Far above what an order of 25 names takes with any client. */
  public static final PeerLimits STANDARD = new PeerLimits(256, 32, 1_000, 50);

  /** As a peer may ask for 25 names by 200 requests, and a handshake is worth about five. */
  static final int PER_CONNECTION = 5;

  /** The time that a peer at its limit is told to wait. */
  static final Duration PAUSE = Duration.ofSeconds(5);
}

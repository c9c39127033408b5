package dev.v6cert.dns.publish;

import java.net.InetSocketAddress;

/**
 * One query that a {@link TxtServer} got.
 *
 * @param from who asked
 * @param at the local address that was asked
 * @param byTcp whether it came over TCP
 * @param type the record type, such as {@code TXT}
 * @param name the name asked for, in the case it was asked in, without the trailing dot
 * @param outcome what was answered
 */
public record TxtQuery(
    InetSocketAddress from,
    InetSocketAddress at,
    boolean byTcp,
    String type,
    String name,
    Outcome outcome) {

  /** The answer to a query. */
  public enum Outcome {
    /** The values of the name. */
    VALUES,
    /** Over UDP, that the values are there over TCP. */
    OVER_TCP,
    /** Nothing of that type is at the name, which is in a zone of ours. */
    NO_DATA,
    /** The name is in no zone of ours. */
    REFUSED
  }

  /** Takes queries. Called from the server's threads, and must not block. */
  @FunctionalInterface
  public interface Listener {

    /** Takes the query. */
    void on(TxtQuery query);
  }
}

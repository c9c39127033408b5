package dev.v6cert.acme;

import java.net.InetSocketAddress;
import java.time.Instant;

/**
 * One request that a responder got. The texts are a stranger's: printable, but to be trusted no
 * further.
 *
 * @param from who asked
 * @param at the local address that was asked
 * @param method the HTTP method, at most 16 characters; {@code TLS} for a handshake; {@link
 *     #DNS_BY_UDP} or {@link #DNS_BY_TCP} for a query
 * @param path the path, at most 256 characters, unprintable ones as {@code \xHH}; the server name
 *     of a handshake; type and name of a query
 * @param answer what was answered
 * @param when the moment of the answer
 */
public record ChallengeRequest(
    InetSocketAddress from,
    InetSocketAddress at,
    String method,
    String path,
    Answer answer,
    Instant when) {

  /** The method of a DNS query in a datagram. */
  public static final String DNS_BY_UDP = "DNS/UDP";

  /** The method of a DNS query over a connection. */
  public static final String DNS_BY_TCP = "DNS/TCP";

  /** Whether it is a DNS query. */
  public boolean isByDns() {
    return method.equals(DNS_BY_UDP) || method.equals(DNS_BY_TCP);
  }

  /** The responder's answer. */
  public enum Answer {
    /** The key authorization of a presented token, or for TLS and DNS its digest. */
    KEY_AUTHORIZATION,
    /** 404: a challenge path, but no token that is presented; for TLS and DNS, such a name. */
    UNKNOWN_TOKEN,
    /** 404: no challenge path; for TLS, not the challenge's protocol; for DNS, another name. */
    OTHER_PATH,
    /** 405: neither GET nor HEAD. */
    METHOD_REFUSED
  }

  /** Takes requests. Called from the responder's threads, and must not block. */
  @FunctionalInterface
  public interface Listener {

    /** Takes the request. */
    void on(ChallengeRequest request);
  }
}

package dev.v6cert.acme;

import java.net.InetSocketAddress;
import java.time.Instant;

/**
 * One request that a responder got. The texts are a stranger's: printable, but to be trusted no
 * further.
 *
 * @param from who asked
 * @param at the local address that was asked
 * @param method the HTTP method, at most 16 characters; {@code TLS} for a handshake
 * @param path the path, at most 256 characters, unprintable ones as {@code \xHH}; the server name
 *     of a handshake
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

  /** The responder's answer. */
  public enum Answer {
    /** The key authorization of a presented token, or for TLS its digest. */
    KEY_AUTHORIZATION,
    /** 404: a challenge path, but no token that is presented; for TLS, such a name. */
    UNKNOWN_TOKEN,
    /** 404: no challenge path; for TLS, not the challenge's protocol. */
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

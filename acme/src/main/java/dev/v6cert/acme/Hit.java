package dev.v6cert.acme;

import java.net.InetSocketAddress;
import java.time.Instant;

/**
 * One request that the HTTP-01 responder got. The texts are a stranger's: printable, but to be
 * trusted no further.
 *
 * @param from who asked
 * @param at the local address that was asked
 * @param method the HTTP method, at most 16 characters
 * @param path the path, at most 256 characters, unprintable ones as {@code \xHH}
 * @param answer what was answered
 * @param when the moment of the answer
 */
public record Hit(
    InetSocketAddress from,
    InetSocketAddress at,
    String method,
    String path,
    Answer answer,
    Instant when) {

  /** What the responder answered. */
  public enum Answer {
    /** The key authorization of a presented token. */
    KEY_AUTHORIZATION,
    /** 404: a challenge path, but no token that is presented. */
    UNKNOWN_TOKEN,
    /** 404: no challenge path. */
    OTHER_PATH,
    /** 405: neither GET nor HEAD. */
    METHOD_REFUSED
  }
}

package dev.v6cert.dns.telemetry;

import dev.v6cert.dns.guard.ServerCookies;
import dev.v6cert.dns.transport.Peer;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;
import org.xbill.DNS.Name;

/**
 * One message and its outcome; after the fields of dnstap.
 *
 * @param time the time of its arrival
 * @param peer its sender
 * @param query the message
 * @param outcome its outcome
 * @param response the response, also where none was sent
 */
public record QueryEvent(Instant time, Peer peer, Query query, Outcome outcome, Response response) {

  /**
   * A message.
   *
   * @param name the name asked for; the root where there was no question
   * @param type the type asked for; empty where there was no question
   * @param cookie the state of its cookie
   * @param size its length, in octets
   */
  public record Query(Name name, OptionalInt type, ServerCookies.State cookie, int size) {}

  /**
   * A response.
   *
   * @param rcode the response code; meaningless where there was no response
   * @param size the length, in octets; 0 where there was no response
   * @param latency the time that the answer took to make
   */
  public record Response(int rcode, int size, Duration latency) {}

  /** The outcome of a message. */
  public enum Outcome {
    /** It was answered. */
    ANSWERED,
    /** It was answered without the address in the name, since that or the name is blocked. */
    BLOCKED,
    /** It was answered without the address in the name, which is never answered. */
    ALWAYS_REFUSED,
    /** It was answered without the address in the name, since the policy does not answer it. */
    AGAINST_POLICY,
    /** It was answered without the address in the name, which is not on the allow list. */
    NOT_ALLOWED,
    /** It was answered with TC, since the answer did not fit. */
    TRUNCATED,
    /** It was answered empty with TC, since its network asks for too much. */
    LIMITED_TRUNCATED,
    /** It was dropped, since its network asks for too much. */
    LIMITED_DROPPED,
    /** It was dropped: no message is that short. */
    TOO_SHORT,
    /** It was dropped: it is a response. */
    NOT_A_QUERY,
    /** This server failed on it, and said so with SERVFAIL. */
    FAILED;

    /** Whether a response was sent. */
    public boolean isAnswered() {
      return switch (this) {
        case ANSWERED, BLOCKED, ALWAYS_REFUSED, AGAINST_POLICY, NOT_ALLOWED, TRUNCATED -> true;
        case LIMITED_TRUNCATED -> true;
        case LIMITED_DROPPED, TOO_SHORT, NOT_A_QUERY, FAILED -> false;
      };
    }
  }
}

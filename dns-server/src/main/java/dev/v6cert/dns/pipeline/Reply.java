package dev.v6cert.dns.pipeline;

import dev.v6cert.dns.guard.ServerCookies;
import dev.v6cert.dns.pipeline.QueryGuard.Admission;
import dev.v6cert.dns.telemetry.QueryEvent;
import dev.v6cert.dns.telemetry.QueryEvent.Outcome;
import dev.v6cert.dns.transport.Peer;
import dev.v6cert.dns.tsig.TsigResult;
import dev.v6cert.dns.wire.MessageHeader;
import dev.v6cert.dns.wire.ReceivedMessage;
import dev.v6cert.dns.wire.ResponseWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;

/**
 * A reply, and how it came about.
 *
 * @param octets the message that is sent; empty where nothing is
 */
record Reply(
    ByteBuffer octets,
    Outcome outcome,
    int rcode,
    Optional<ReceivedMessage.Query> query,
    ServerCookies.State cookie) {
  private static final ByteBuffer SILENCE = ByteBuffer.allocate(0).asReadOnlyBuffer();

  /** Nothing to send at once. */
  static ByteBuffer silence() {
    return SILENCE.duplicate();
  }

  /** No reply to a message that is never answered. */
  static Reply unanswered(ReceivedMessage.Cause cause) {
    Outcome outcome =
        switch (cause) {
          case SHORTER_THAN_A_HEADER -> Outcome.TOO_SHORT;
          case RESPONSE -> Outcome.NOT_A_QUERY;
        };
    return new Reply(SILENCE, outcome, 0, Optional.empty(), ServerCookies.State.NONE);
  }

  /** No reply to a client that asks too much. */
  static Reply limited(ReceivedMessage inbound, Admission admission) {
    Optional<ReceivedMessage.Query> query =
        switch (inbound) {
          case ReceivedMessage.Query whole -> Optional.of(whole);
          case ReceivedMessage.MalformedQuery(var part) -> Optional.of(part);
          default -> Optional.empty();
        };
    return new Reply(SILENCE, Outcome.LIMITED_DROPPED, 0, query, admission.cookie());
  }

  /** The reply to an update; none where there are no octets. */
  static Reply update(byte[] octets) {
    int rcode = octets.length > 3 ? octets[3] & 0xf : Rcode.SERVFAIL;
    Outcome outcome = octets.length > 3 ? Outcome.ANSWERED : Outcome.FAILED;
    return new Reply(
        ByteBuffer.wrap(octets), outcome, rcode, Optional.empty(), ServerCookies.State.NONE);
  }

  /** A reply of many messages, the last of which is given; none where it has no octets. */
  static Reply transfer(byte[] last, ReceivedMessage.Query query) {
    Reply sent = update(last);
    return new Reply(
        sent.octets, sent.outcome, sent.rcode, Optional.of(query), ServerCookies.State.NONE);
  }

  /** The reply to a signed query, or to one for a transfer. */
  static Reply signed(byte[] octets, ReceivedMessage.Query query, Admission admission) {
    return new Reply(
        ByteBuffer.wrap(octets),
        Outcome.ANSWERED,
        octets[3] & 0xf,
        Optional.of(query),
        admission.cookie());
  }

  /** This one with a signature; with TC where it does not fit any more. */
  Reply signed(TsigResult.Verified client, int limit) {
    try {
      byte[] signed = client.sign(new Message(octets), limit);
      return new Reply(
          ByteBuffer.wrap(signed),
          ResponseWriter.isTruncated(signed) ? Outcome.TRUNCATED : outcome,
          rcode,
          query,
          cookie);
    } catch (IOException e) {
      throw new AssertionError("a reply that was just written", e);
    }
  }

  static Reply headerOnly(MessageHeader header, int rcode, Outcome outcome) {
    ByteBuffer octets = ByteBuffer.wrap(ResponseWriter.headerOnly(header, rcode));
    return new Reply(octets, outcome, rcode, Optional.empty(), ServerCookies.State.NONE);
  }

  /** The event of a query of {@code size} octets that was read at {@code start}. */
  QueryEvent event(int size, Peer peer, long start) {
    return event(size, peer, start, octets.remaining());
  }

  /** The same, where the reply has {@code sent} octets in all. */
  QueryEvent event(int size, Peer peer, long start, int sent) {
    return new QueryEvent(
        Instant.now(),
        peer,
        new QueryEvent.Query(
            query.map(ReceivedMessage.Query::name).orElse(Name.root),
            query.map(known -> OptionalInt.of(known.type())).orElse(OptionalInt.empty()),
            cookie,
            size),
        outcome,
        new QueryEvent.Response(rcode, sent, Duration.ofNanos(System.nanoTime() - start)));
  }
}

package dev.v6cert.dns.pipeline;

import dev.v6cert.dns.answer.ServedZones;
import dev.v6cert.dns.guard.RateLimiter;
import dev.v6cert.dns.guard.ServerCookies;
import dev.v6cert.dns.pipeline.QueryAnswerer.Answered;
import dev.v6cert.dns.pipeline.QueryGuard.Admission;
import dev.v6cert.dns.telemetry.QueryEvent;
import dev.v6cert.dns.telemetry.QueryEvent.Outcome;
import dev.v6cert.dns.transport.FastHandler;
import dev.v6cert.dns.transport.MessageHandler;
import dev.v6cert.dns.transport.MessageHandler.LateReply;
import dev.v6cert.dns.transport.Peer;
import dev.v6cert.dns.transport.ReplyStream;
import dev.v6cert.dns.transport.Transport;
import dev.v6cert.dns.tsig.TsigResult;
import dev.v6cert.dns.wire.QueryReader;
import dev.v6cert.dns.wire.ReceivedMessage;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/**
 * Answers queries, by the stages of this package. A fault costs one query, which is answered with
 * SERVFAIL, and never a thread.
 */
public final class QueryPipeline implements MessageHandler {
  private final QueryGuard guard;
  private final QueryAnswerer answerer;
  private final ReplyWriter writer;
  private final FaultBarrier faults;
  private final Consumer<QueryEvent> observer;
  private final Function<Transport, FastHandler> fast;
  private final HostedMessageHandlers hosted;

  /**
   * A pipeline.
   *
   * @param zones the zones of this moment, asked for again with each query
   * @param observer told of every message that gets here, and of its outcome
   * @param fast the short cut of each reading thread
   */
  public QueryPipeline(
      Supplier<ServedZones> zones,
      ServerCookies cookies,
      RateLimiter limiter,
      ServerIdentity identity,
      Consumer<QueryEvent> observer,
      Function<Transport, FastHandler> fast) {
    this(zones, cookies, limiter, identity, observer, fast, HostedMessageHandlers.NONE);
  }

  /**
   * A pipeline beside a hosted zone.
   *
   * @param hosted answers messages that only such a zone answers
   */
  public QueryPipeline(
      Supplier<ServedZones> zones,
      ServerCookies cookies,
      RateLimiter limiter,
      ServerIdentity identity,
      Consumer<QueryEvent> observer,
      Function<Transport, FastHandler> fast,
      HostedMessageHandlers hosted) {
    this.guard = new QueryGuard(cookies, limiter);
    this.answerer = new QueryAnswerer(zones, identity);
    this.writer = new ReplyWriter(cookies, identity);
    this.faults = new FaultBarrier(observer);
    this.observer = observer;
    this.fast = fast;
    this.hosted = hosted;
  }

  @Override
  public ByteBuffer handle(ByteBuffer message, Peer peer, ByteBuffer scratch) {
    return handle(message, peer, Optional.empty());
  }

  @Override
  public ByteBuffer handle(ByteBuffer message, Peer peer, ByteBuffer scratch, LateReply late) {
    return handle(message, peer, Optional.of(late));
  }

  private ByteBuffer handle(ByteBuffer message, Peer peer, Optional<LateReply> late) {
    long start = System.nanoTime();
    try {
      ReceivedMessage inbound = QueryReader.read(message);
      Optional<Reply> reply = answer(inbound, message, peer, late, start);
      reply.ifPresent(now -> observer.accept(now.event(message.remaining(), peer, start)));
      return reply.map(Reply::octets).orElseGet(Reply::silence);
    } catch (RuntimeException | StackOverflowError e) {
      return faults.failed(e, message, peer, start);
    }
  }

  /** The reply; empty where it is written later, and the observer told of it then. */
  private Optional<Reply> answer(
      ReceivedMessage inbound, ByteBuffer message, Peer peer, Optional<LateReply> late, long now) {
    if (inbound instanceof ReceivedMessage.Dropped(var cause)) {
      return Optional.of(Reply.unanswered(cause));
    }
    Admission admission = guard.admit(inbound, peer, now);
    return switch (admission.decision()) {
      case DROP -> Optional.of(Reply.limited(inbound, admission));
      case TRUNCATE -> Optional.of(writer.truncated(inbound, admission, peer));
      case ANSWER ->
          isBegun(inbound, message, peer, late, now)
              ? Optional.empty()
              : hosted(inbound, message, admission, peer)
                  .or(() -> Optional.of(answer(inbound, message, admission, peer)));
    };
  }

  /** Whether this is an update over UDP whose reply another thread sends, once it is stored. */
  private boolean isBegun(
      ReceivedMessage inbound,
      ByteBuffer message,
      Peer peer,
      Optional<LateReply> late,
      long start) {
    if (late.isEmpty() || !isUpdate(inbound)) {
      return false;
    }
    Optional<ReplyStream> reply = hosted.updates().stream(octets(message));
    reply.ifPresent(begun -> late.get().begin(observedUpdate(begun, message, peer, start)));
    return reply.isPresent();
  }

  private static boolean isUpdate(ReceivedMessage inbound) {
    return inbound instanceof ReceivedMessage.OtherOpcode(var header)
        && header.opcode() == Opcode.UPDATE;
  }

  /** The reply to an update, a transfer or a signed query, where there is a hosted zone. */
  private Optional<Reply> hosted(
      ReceivedMessage inbound, ByteBuffer message, Admission admission, Peer peer) {
    return switch (inbound) {
      case ReceivedMessage.OtherOpcode _ when isUpdate(inbound) ->
          hosted.updates().reply(octets(message)).map(Reply::update);
      case ReceivedMessage.Query query when isTransfer(query) ->
          hosted
              .transfers()
              .reply(octets(message))
              .map(octets -> Reply.signed(octets, query, admission));
      case ReceivedMessage.Query query when query.signed() && !hosted.keys().isEmpty() ->
          Optional.of(signed(query, message, admission, peer));
      default -> Optional.empty();
    };
  }

  private static boolean isTransfer(ReceivedMessage.Query query) {
    return query.type() == Type.AXFR || query.type() == Type.IXFR;
  }

  private static byte[] octets(ByteBuffer message) {
    byte[] octets = new byte[message.remaining()];
    message.get(message.position(), octets);
    return octets;
  }

  /** Answers a signed query as one without a signature, and signs the reply. */
  private Reply signed(
      ReceivedMessage.Query query, ByteBuffer message, Admission admission, Peer peer) {
    byte[] octets = octets(message);
    return switch (hosted.keys().verify(octets)) {
      case TsigResult.Verified verified -> {
        Reply plain = answer(query.withoutSignature(), message, admission, peer);
        yield plain.signed(verified, ReplyWriter.limit(query, peer));
      }
      case TsigResult.Invalid invalid -> Reply.signed(invalid.octets(), query, admission);
      case TsigResult.Malformed(), TsigResult.Unsigned(_) ->
          Reply.headerOnly(query.header(), Rcode.FORMERR, Outcome.ANSWERED);
    };
  }

  @Override
  public Optional<ReplyStream> stream(ByteBuffer message, Peer peer) {
    if (hosted.keys().isEmpty()) {
      return Optional.empty(); // Nobody can sign anything.
    }
    long start = System.nanoTime();
    ReceivedMessage inbound = QueryReader.read(message);
    return switch (inbound) {
      case ReceivedMessage.Query query when isTransfer(query) ->
          hosted.transfers().stream(octets(message))
              .map(reply -> observedTransfer(reply, query, message, peer, start));
      case ReceivedMessage.OtherOpcode _ when isUpdate(inbound) ->
          hosted.updates().stream(octets(message))
              .map(reply -> observedUpdate(reply, message, peer, start));
      default -> Optional.empty();
    };
  }

  private ReplyStream observedUpdate(ReplyStream reply, ByteBuffer message, Peer peer, long start) {
    int size = message.remaining();
    return new ObservedStream(
        reply, (octets, _) -> observer.accept(Reply.update(octets).event(size, peer, start)));
  }

  private ReplyStream observedTransfer(
      ReplyStream reply, ReceivedMessage.Query query, ByteBuffer message, Peer peer, long start) {
    int size = message.remaining();
    return new ObservedStream(
        reply,
        (octets, total) ->
            observer.accept(Reply.transfer(octets, query).event(size, peer, start, total)));
  }

  private Reply answer(
      ReceivedMessage inbound, ByteBuffer message, Admission admission, Peer peer) {
    Answered answered = answerer.answer(inbound, message, peer);
    return writer.write(inbound, answered, admission, peer);
  }

  @Override
  public FastHandler fast(Transport transport) {
    return faults.around(fast.apply(transport), transport);
  }
}

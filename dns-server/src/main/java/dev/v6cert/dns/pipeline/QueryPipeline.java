package dev.v6cert.dns.pipeline;

import dev.v6cert.dns.answer.ServedZones;
import dev.v6cert.dns.guard.RateLimiter;
import dev.v6cert.dns.guard.ServerCookies;
import dev.v6cert.dns.pipeline.QueryAnswerer.Answered;
import dev.v6cert.dns.pipeline.QueryGuard.Admission;
import dev.v6cert.dns.telemetry.QueryEvent;
import dev.v6cert.dns.transport.FastHandler;
import dev.v6cert.dns.transport.MessageHandler;
import dev.v6cert.dns.transport.Peer;
import dev.v6cert.dns.transport.Transport;
import dev.v6cert.dns.update.UpdateHandler;
import dev.v6cert.dns.wire.Inbound;
import dev.v6cert.dns.wire.QueryReader;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.xbill.DNS.Opcode;

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
  private final UpdateHandler updates;

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
    this(zones, cookies, limiter, identity, observer, fast, UpdateHandler.NONE);
  }

  /**
   * A pipeline that takes updates.
   *
   * @param updates answers messages that change a zone
   */
  public QueryPipeline(
      Supplier<ServedZones> zones,
      ServerCookies cookies,
      RateLimiter limiter,
      ServerIdentity identity,
      Consumer<QueryEvent> observer,
      Function<Transport, FastHandler> fast,
      UpdateHandler updates) {
    this.guard = new QueryGuard(cookies, limiter);
    this.answerer = new QueryAnswerer(zones, identity);
    this.writer = new ReplyWriter(cookies, identity);
    this.faults = new FaultBarrier(observer);
    this.observer = observer;
    this.fast = fast;
    this.updates = updates;
  }

  @Override
  public ByteBuffer handle(ByteBuffer message, Peer peer, ByteBuffer scratch) {
    long start = System.nanoTime();
    try {
      Reply reply = answer(message, peer, start);
      observer.accept(reply.event(message.remaining(), peer, start));
      return reply.octets();
    } catch (RuntimeException | StackOverflowError e) {
      return faults.failed(e, message, peer, start);
    }
  }

  private Reply answer(ByteBuffer message, Peer peer, long now) {
    Inbound inbound = QueryReader.read(message);
    if (inbound instanceof Inbound.Dropped(var cause)) {
      return Reply.unanswered(cause);
    }
    Admission admission = guard.admit(inbound, peer, now);
    return switch (admission.decision()) {
      case DROP -> Reply.limited(inbound, admission);
      case TRUNCATE -> writer.truncated(inbound, admission, peer);
      case ANSWER ->
          updated(inbound, message).orElseGet(() -> answer(inbound, message, admission, peer));
    };
  }

  /** The reply to an update, where updates are taken. */
  private Optional<Reply> updated(Inbound inbound, ByteBuffer message) {
    if (!(inbound instanceof Inbound.OtherOpcode(var header)) || header.opcode() != Opcode.UPDATE) {
      return Optional.empty();
    }
    byte[] octets = new byte[message.remaining()];
    message.get(message.position(), octets);
    return updates.handle(octets).map(Reply::update);
  }

  private Reply answer(Inbound inbound, ByteBuffer message, Admission admission, Peer peer) {
    Answered answered = answerer.answer(inbound, message, peer);
    return writer.write(inbound, answered, admission, peer);
  }

  @Override
  public FastHandler fast(Transport transport) {
    return faults.around(fast.apply(transport), transport);
  }
}

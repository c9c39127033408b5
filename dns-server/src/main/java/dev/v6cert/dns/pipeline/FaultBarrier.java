package dev.v6cert.dns.pipeline;

import dev.v6cert.dns.telemetry.QueryEvent;
import dev.v6cert.dns.telemetry.QueryEvent.Outcome;
import dev.v6cert.dns.transport.FastHandler;
import dev.v6cert.dns.transport.Peer;
import dev.v6cert.dns.transport.Transport;
import dev.v6cert.dns.wire.MessageHeader;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Rcode;

/** Turns a fault of this server into SERVFAIL for one query. The message is never logged. */
final class FaultBarrier {
  private static final Logger LOG = LoggerFactory.getLogger(FaultBarrier.class);
  private static final Duration LOG_PERIOD = Duration.ofMinutes(1);

  private final Consumer<QueryEvent> observer;
  private final AtomicLong nextLogged = new AtomicLong(System.nanoTime());

  FaultBarrier(Consumer<QueryEvent> observer) {
    this.observer = observer;
  }

  /** The reply to a query that met a fault. */
  ByteBuffer failed(Throwable fault, ByteBuffer message, Peer peer, long start) {
    long next = nextLogged.get();
    if (start - next >= 0 && nextLogged.compareAndSet(next, start + LOG_PERIOD.toNanos())) {
      LOG.error(
          "this server failed on a query; more of this within a minute is only counted", fault);
    }
    int at = message.position();
    MessageHeader header =
        new MessageHeader(message.getShort(at) & 0xffff, message.getShort(at + 2) & 0xffff);
    Reply reply = Reply.headerOnly(header, Rcode.SERVFAIL, Outcome.FAILED);
    observer.accept(reply.event(message.remaining(), peer, start));
    return reply.octets();
  }

  /** The fast path, whose faults cost one query and not a thread as well. */
  FastHandler around(FastHandler handler, Transport transport) {
    return new Contained(handler, transport);
  }

  private final class Contained implements FastHandler {
    private final FastHandler handler;
    private final Transport transport;

    Contained(FastHandler handler, Transport transport) {
      this.handler = handler;
      this.transport = transport;
    }

    @Override
    public int handle(byte[] octets, int from, int length, long clientHigh, long clientLow) {
      try {
        return handler.handle(octets, from, length, clientHigh, clientLow);
      } catch (RuntimeException e) {
        Peer peer = Peer.of(clientHigh, clientLow, transport);
        ByteBuffer message = ByteBuffer.wrap(octets, from, length);
        ByteBuffer reply = failed(e, message, peer, System.nanoTime());
        int size = reply.remaining();
        reply.get(octets, from, size);
        return size;
      }
    }

    @Override
    public void flush() {
      handler.flush();
    }
  }
}

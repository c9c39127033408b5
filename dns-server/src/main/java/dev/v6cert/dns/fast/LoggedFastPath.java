package dev.v6cert.dns.fast;

import dev.v6cert.dns.telemetry.QueryEvent;
import dev.v6cert.dns.telemetry.QueryEvent.Outcome;
import dev.v6cert.dns.telemetry.QueryLog;
import dev.v6cert.dns.transport.FastHandler;
import dev.v6cert.dns.transport.Peer;
import dev.v6cert.dns.transport.Transport;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.OptionalInt;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;

/** A fast path of whose answers a sample is written to the query log; the others cost no more. */
public final class LoggedFastPath implements FastHandler {
  private static final int TRUNCATED = 0x02;

  private final FastPath path;
  private final QueryLog log;
  private final Transport transport;

  /** A path whose queries come by {@code transport}. */
  public LoggedFastPath(FastPath path, QueryLog log, Transport transport) {
    this.path = path;
    this.log = log;
    this.transport = transport;
  }

  @Override
  public int handle(byte[] octets, int from, int length, long clientHigh, long clientLow) {
    if (!log.isSampled()) {
      return path.handle(octets, from, length, clientHigh, clientLow);
    }
    long start = System.nanoTime();
    int written = path.handle(octets, from, length, clientHigh, clientLow);
    if (written != DECLINED) {
      Duration latency = Duration.ofNanos(System.nanoTime() - start);
      Peer peer = Peer.of(clientHigh, clientLow, transport);
      log.write(event(octets, from, length, written, peer, latency));
    }
    return written;
  }

  private QueryEvent event(
      byte[] octets, int from, int length, int written, Peer peer, Duration latency) {
    PlainQuery query = path.query();
    Outcome outcome =
        written == 0
            ? Outcome.LIMITED_DROPPED
            : (octets[from + 2] & TRUNCATED) != 0 ? Outcome.LIMITED_TRUNCATED : Outcome.ANSWERED;
    return new QueryEvent(
        Instant.now(),
        peer,
        new QueryEvent.Query(
            name(octets, from + PlainQuery.HEADER, query.end - 4),
            OptionalInt.of(query.type),
            path.cookie(),
            length),
        outcome,
        new QueryEvent.Response(Rcode.NOERROR, written, latency));
  }

  private static Name name(byte[] octets, int from, int to) {
    try {
      return new Name(Arrays.copyOfRange(octets, from, to));
    } catch (IOException e) {
      throw new AssertionError("the name was checked before", e);
    }
  }

  @Override
  public void flush() {
    path.flush();
  }
}

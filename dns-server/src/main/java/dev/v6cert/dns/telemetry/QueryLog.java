package dev.v6cert.dns.telemetry;

import dev.v6cert.ipv6.Ipv6Address;
import java.io.IOException;
import java.io.Writer;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/**
 * Writes queries as lines of JSON, a sample of them, with client addresses cut to their network
 * (/24 and /48). Answering never waits for it: what cannot be written in time is left out and
 * counted.
 */
public final class QueryLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(QueryLog.class);
  private static final int QUEUE = 8192;

  private final Writer writer;
  private final int oneIn;
  private final BlockingQueue<QueryEvent> queue = new ArrayBlockingQueue<>(QUEUE);
  private final Runnable lost;
  private final Thread thread = Thread.ofVirtual().name("dns-query-log").unstarted(this::run);

  /**
   * A log that writes to {@code writer}, which it closes in the end.
   *
   * @param oneIn which part of the queries is written: every one for 1, on average every hundredth
   *     for 100
   * @param lost run for each query that was sampled but could not be written in time
   */
  public QueryLog(Writer writer, int oneIn, Runnable lost) {
    this.writer = writer;
    this.oneIn = oneIn;
    this.lost = lost;
    thread.start();
  }

  /** Takes note of a query, or not. */
  public void add(QueryEvent event) {
    if (isSampled()) {
      write(event);
    }
  }

  /** Whether the next query belongs to the sample; chosen anew each time. */
  public boolean isSampled() {
    return oneIn == 1 || ThreadLocalRandom.current().nextInt(oneIn) == 0;
  }

  /** Takes note of a query of the sample. */
  public void write(QueryEvent event) {
    if (!queue.offer(event)) {
      lost.run();
    }
  }

  private void run() {
    try (writer) {
      try {
        while (true) {
          writer.write(line(queue.take()));
          if (queue.isEmpty()) {
            writer.flush();
          }
        }
      } catch (InterruptedException e) {
        // Closed: what is waiting is still written.
        for (QueryEvent event = queue.poll(); event != null; event = queue.poll()) {
          writer.write(line(event));
        }
      }
    } catch (IOException e) {
      LOG.warn("the query log cannot be written any more", e);
    }
  }

  static String line(QueryEvent event) {
    InetAddress client = event.peer().address().getAddress();
    StringBuilder line = new StringBuilder(256);
    line.append("{\"time\":\"").append(event.time());
    line.append("\",\"client\":\"").append(network(client));
    line.append("\",\"family\":\"").append(client instanceof Inet4Address ? "INET" : "INET6");
    line.append("\",\"protocol\":\"").append(event.peer().transport());
    line.append("\",\"name\":\"").append(escaped(event.name().toString()));
    event.type().ifPresent(type -> line.append("\",\"type\":\"").append(Type.string(type)));
    line.append("\",\"outcome\":\"").append(event.outcome().name().toLowerCase(Locale.ROOT));
    if (event.outcome().isAnswered()) {
      line.append("\",\"rcode\":\"").append(Rcode.string(event.rcode()));
    }
    line.append("\",\"cookie\":\"").append(event.cookie().name().toLowerCase(Locale.ROOT));
    line.append("\",\"query_size\":").append(event.querySize());
    line.append(",\"response_size\":").append(event.responseSize());
    line.append(",\"latency_us\":").append(event.latency().toNanos() / 1000);
    return line.append("}\n").toString();
  }

  private static String network(InetAddress client) {
    byte[] octets = client.getAddress();
    if (client instanceof Inet4Address) {
      return (octets[0] & 0xff) + "." + (octets[1] & 0xff) + "." + (octets[2] & 0xff) + ".0/24";
    }
    Ipv6Address address = Ipv6Address.of(octets);
    return new Ipv6Address(address.high() & -1L << 16, 0) + "/48";
  }

  /** The text form of a name has only printable ASCII, with {@code \} before what is special. */
  private static String escaped(String name) {
    return name.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

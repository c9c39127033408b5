package dev.v6cert.dns.telemetry;

import dev.v6cert.ipv6.Ipv6Address;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/**
 * Writes queries as lines of JSON, a sample of them, with client addresses cut to their network
 * (/24 and /48). Answering never waits for it: what cannot be written in time is left out and
 * counted. A file that cannot be written (the disk is full, say) is tried again every second.
 */
public final class QueryLog implements AutoCloseable {
  private static final int QUEUE = 8192;
  private static final int BATCH = 1 << 16;
  private static final int LONGEST_LINE = 1 << 12;
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration CLOSING = Duration.ofSeconds(1);

  /**
   * Queries are gathered for so long before they are written together: to wake this thread for each
   * one of a sample costs the threads that answer more than the sample itself.
   */
  private static final Duration GATHERING = Duration.ofMillis(10);

  private final Path path;
  private final LogFile file;
  private final int oneIn;
  private final LongConsumer lost;
  private final Consumer<String> warnings;
  private final AtomicLong missing = new AtomicLong();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean reopening;

  /** The queries that wait to be written; an empty one wakes the thread. */
  private final BlockingQueue<Optional<QueryEvent>> queue = new ArrayBlockingQueue<>(QUEUE);

  // Not a virtual one: a slow disk would hold a carrier that others need.
  private final Thread thread =
      Thread.ofPlatform().daemon().name("dns-query-log").unstarted(this::run);

  // Of the thread alone.
  private final ByteBuffer lines = ByteBuffer.allocate(BATCH).limit(0);
  private boolean failing;
  private long missingBefore;

  /**
   * A log that writes to the end of a file.
   *
   * @param oneIn which part of the queries is written: every one for 1, on average every hundredth
   *     for 100
   * @param lost told of queries that were sampled but are not written
   * @param warnings told when the file cannot be written any more, and when it can again
   * @throws IOException when the file cannot be written
   */
  public QueryLog(Path path, int oneIn, LongConsumer lost, Consumer<String> warnings)
      throws IOException {
    this.path = path;
    this.file = new LogFile(path);
    this.oneIn = oneIn;
    this.lost = lost;
    this.warnings = warnings;
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
    if (!queue.offer(Optional.of(event))) {
      countLost(1);
    }
  }

  /** Opens the file anew, soon: a rotation has moved it away. */
  public void reopen() {
    reopening = true;
    wake();
  }

  private void wake() {
    boolean ignored = queue.offer(Optional.empty()); // A full one keeps the thread awake as it is.
  }

  private void countLost(long count) {
    missing.addAndGet(count);
    lost.accept(count);
  }

  private void run() {
    try (file) {
      while (!isClosed() || !queue.isEmpty() || lines.hasRemaining()) {
        if (!lines.hasRemaining()) {
          take();
        }
        if (reopening) {
          reopening = false;
          reopenFile();
        }
        write();
        if (failing && closed.await(RETRY.toMillis(), TimeUnit.MILLISECONDS)) {
          write();
          if (failing) {
            countLost(rest());
            return;
          }
        }
      }
    } catch (IOException | InterruptedException e) {
      // Closed, and nobody interrupts this thread.
    }
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  /** Waits for queries, gathers some, and makes lines of those that are there. */
  private void take() throws InterruptedException {
    lines.clear();
    Optional<QueryEvent> first = queue.take();
    if (first.isPresent() && queue.size() < QUEUE / 4) {
      boolean ignored = closed.await(GATHERING.toMillis(), TimeUnit.MILLISECONDS);
    }
    append(first);
    while (lines.remaining() >= LONGEST_LINE) {
      Optional<QueryEvent> next = queue.poll();
      if (next == null) {
        break;
      }
      append(next);
    }
    lines.flip();
  }

  private void append(Optional<QueryEvent> event) {
    event.ifPresent(query -> lines.put(line(query).getBytes(StandardCharsets.US_ASCII)));
  }

  private void reopenFile() {
    try {
      file.reopen();
    } catch (IOException e) {
      warnings.accept(
          "the query log "
              + path
              + " cannot be opened again: "
              + reason(e)
              + "; the file that it was goes on");
    }
  }

  private void write() {
    try {
      if (failing) {
        reopenWherePossible();
      }
      file.append(lines);
      if (failing) {
        failing = false;
        long count = missing.get() - missingBefore;
        warnings.accept(
            "the query log " + path + " is written again; it lacks " + count + " queries");
      }
    } catch (IOException e) {
      if (!failing) {
        failing = true;
        missingBefore = missing.get();
        warnings.accept(
            "the query log "
                + path
                + " cannot be written: "
                + reason(e)
                + "; it is tried again every second");
      }
    }
  }

  /** Takes the file that is at the path now: the other may have been deleted to make room. */
  private void reopenWherePossible() {
    try {
      file.reopen();
    } catch (IOException e) {
      // Then the one that is open.
    }
  }

  private static String reason(IOException e) {
    return e instanceof FileSystemException failure && failure.getReason() == null
        ? e.getClass().getSimpleName()
        : String.valueOf(e.getMessage());
  }

  /** The number of queries that are not written. */
  private long rest() {
    long rest = queue.stream().filter(Optional::isPresent).count();
    while (lines.hasRemaining()) {
      if (lines.get() == '\n') {
        rest++;
      }
    }
    return rest;
  }

  static String line(QueryEvent event) {
    InetAddress client = event.peer().address().getAddress();
    StringBuilder line = new StringBuilder(256);
    line.append("{\"time\":\"").append(event.time());
    line.append("\",\"client\":\"").append(network(client));
    line.append("\",\"family\":\"").append(client instanceof Inet4Address ? "INET" : "INET6");
    line.append("\",\"protocol\":\"").append(event.peer().transport());
    line.append("\",\"name\":\"").append(escaped(event.query().name().toString()));
    event.query().type().ifPresent(type -> line.append("\",\"type\":\"").append(Type.string(type)));
    line.append("\",\"outcome\":\"").append(event.outcome().name().toLowerCase(Locale.ROOT));
    if (event.outcome().isAnswered()) {
      line.append("\",\"rcode\":\"").append(Rcode.string(event.response().rcode()));
    }
    line.append("\",\"cookie\":\"").append(event.query().cookie().name().toLowerCase(Locale.ROOT));
    line.append("\",\"query_size\":").append(event.query().size());
    line.append(",\"response_size\":").append(event.response().size());
    line.append(",\"latency_us\":").append(event.response().latency().toNanos() / 1000);
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

  /** Writes what waits, where that takes no more than a second, and closes the file. */
  @Override
  public void close() {
    closed.countDown();
    wake();
    try {
      thread.join(CLOSING);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

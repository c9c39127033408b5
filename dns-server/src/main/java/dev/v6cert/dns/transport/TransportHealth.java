package dev.v6cert.dns.transport;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state of the threads that read, and the octets and connections that TCP clients hold. Read by
 * any thread.
 */
public final class TransportHealth {
  private static final Logger LOG = LoggerFactory.getLogger(TransportHealth.class);

  /** The reason for which a TCP connection was closed. */
  public enum Closure {
    /** The client closed it, or its network failed. */
    CLIENT,
    /** No query came for too long. */
    IDLE,
    /** A query took too long to arrive. */
    FRAME_DEADLINE,
    /** The client did not take its replies for too long. */
    WRITE_DEADLINE,
    /** It was idle longest when there were too many. */
    EVICTED,
    /** It was idle longest of a network that had too many. */
    NETWORK_LIMIT,
    /** It held most when too much was pending. */
    BUDGET,
    /** A frame was too short for a message. */
    MALFORMED,
    /** This server failed on it. */
    FAULT
  }

  private final Map<Closure, LongAdder> closures = new EnumMap<>(Closure.class);
  private final LongAdder faults = new LongAdder();
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
  private volatile int openConnections;
  private volatile long pendingOctets;
  private volatile long pendingOctetsLimit;

  /** Nothing has happened yet. */
  public TransportHealth() {
    for (Closure closure : Closure.values()) {
      closures.put(closure, new LongAdder());
    }
  }

  void countClosure(Closure closure) {
    closures.getOrDefault(closure, faults).increment();
  }

  void setConnections(int open, long pending, long pendingLimit) {
    openConnections = open;
    pendingOctets = pending;
    pendingOctetsLimit = pendingLimit;
  }

  /** The TCP connections that were closed, by the reason. */
  public Map<Closure, Long> closures() {
    Map<Closure, Long> counts = new EnumMap<>(Closure.class);
    closures.forEach((closure, count) -> counts.put(closure, count.sum()));
    return counts;
  }

  /** The TCP connections that are open. */
  public int openConnections() {
    return openConnections;
  }

  /** The octets of incomplete queries and unsent replies over TCP. */
  public long pendingOctets() {
    return pendingOctets;
  }

  /** The most that {@link #pendingOctets} may be. */
  public long pendingOctetsLimit() {
    return pendingOctetsLimit;
  }

  /** The number of exceptions and errors in threads that read. */
  public long faults() {
    return faults.sum();
  }

  /** Completed when a thread that reads fails again and again, and answers nothing any more. */
  public CompletableFuture<Throwable> failure() {
    return failure;
  }

  /** The reports of one thread that reads. */
  final class Reader {
    private static final int MANY = 100;
    private static final long LONG_NANOS = 5_000_000_000L;
    private static final long LOG_PERIOD_NANOS = 60_000_000_000L;

    private int inARow;
    private long since;
    private long lastLogged;

    /** Notes that something was read and dealt with. */
    void progressed() {
      inARow = 0;
    }

    /** Counts a fault. The thread goes on; where there is nothing else for long, all is lost. */
    void failed(Throwable fault) {
      faults.increment();
      long now = System.nanoTime();
      if (inARow++ == 0) {
        since = now;
      }
      if (inARow >= MANY && now - since >= LONG_NANOS) {
        failure.complete(fault);
      }
      if (lastLogged == 0 || now - lastLogged >= LOG_PERIOD_NANOS) {
        lastLogged = now | 1;
        LOG.error("a reader failed; more of this within a minute is only counted", fault);
      }
    }
  }
}

package dev.v6cert.dns.file;

import dev.v6cert.dns.guard.TcpLimits;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * The budget for the reading of one file: the memory that is free, but for a reserve, since the
 * process ends where there is none; and beside queries that are answered half of the time. For one
 * thread.
 */
public final class ReadBudget {
  /** So much work and then as long a pause: short against the 100 ms that an answer may take. */
  private static final long SLICE_NANOS = 2_000_000;

  private static final long SLOW_NANOS = 1_000_000_000;

  private static final int STEPS_BETWEEN_LOOKS = 64;
  private static final int OCTETS_BETWEEN_LOOKS = 65_536;

  /** Of the heap: what all TCP connections may take, now or later (see {@link TcpLimits}). */
  private static final int RESERVE = 4;

  /** Of the heap: what must be free beyond, lest there is a collection at each step. */
  private static final int HEADWAY = 16;

  /** Without bounds, for what is small; for any thread. */
  public static final ReadBudget NONE = new ReadBudget(Path.of(""), false, () -> {});

  private final Path file;
  private final boolean serving;
  private final Runnable slow;
  private final long started = System.nanoTime();
  private long sliceStarted = started;
  private boolean told;
  private int steps;
  private int octets;

  private ReadBudget(Path file, boolean serving, Runnable slow) {
    this.file = file;
    this.serving = serving;
    this.slow = slow;
  }

  /**
   * For a file that is read before anything is answered.
   *
   * @param slow run once when that takes longer than a second
   */
  public static ReadBudget atStart(Path file, Runnable slow) {
    return new ReadBudget(file, false, slow);
  }

  /** For a file that is read while queries are answered; otherwise as {@link #atStart}. */
  public static ReadBudget whileServing(Path file, Runnable slow) {
    return new ReadBudget(file, true, slow);
  }

  /**
   * Goes on by one line or record, of so many octets.
   *
   * @throws FileFailure when there is no memory for more
   */
  public void step(int length) throws FileFailure {
    if (this == NONE) {
      return;
    }
    steps++;
    octets += length;
    if (steps < STEPS_BETWEEN_LOOKS && octets < OCTETS_BETWEEN_LOOKS) {
      return;
    }
    steps = 0;
    octets = 0;
    long most = Runtime.getRuntime().maxMemory();
    if (free() < most / RESERVE) {
      need(most / HEADWAY);
    }
    giveWay();
  }

  /** Pauses where queries have waited for long enough; for work that takes no memory. */
  public void giveWay() {
    if (this == NONE) {
      return;
    }
    long now = System.nanoTime();
    if (!told && now - started > SLOW_NANOS) {
      told = true;
      slow.run();
    }
    if (serving && now - sliceStarted > SLICE_NANOS) {
      LockSupport.parkNanos(SLICE_NANOS);
      sliceStarted = System.nanoTime();
    }
  }

  /**
   * Makes sure that there is memory for something large.
   *
   * @throws FileFailure when there is not
   */
  public void need(long octetsMore) throws FileFailure {
    long wanted = octetsMore + Runtime.getRuntime().maxMemory() / RESERVE;
    if (this == NONE || free() >= wanted) {
      return;
    }
    System.gc(); // What counts as used may be used no more.
    if (free() < wanted) {
      throw FileFailure.tooLarge(file);
    }
  }

  private static long free() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
  }
}

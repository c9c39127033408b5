package dev.v6cert.acme.client;

import dev.v6cert.base.Ticker;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Serial;
import java.time.Duration;

/** The moment by which everything that one issuance does must end. For one thread at a time. */
public final class Deadline {

  private final Ticker ticker;
  private final Duration limit;
  private long end;

  /** A deadline that starts to run now. */
  public Deadline(Ticker ticker, Duration limit) {
    this.ticker = ticker;
    this.limit = limit;
    this.end = ticker.nanos() + limit.toNanos();
  }

  /** The time from the start to the deadline. */
  public Duration limit() {
    return limit;
  }

  /**
   * The time left, more than zero.
   *
   * @throws PassedException when nothing is
   */
  public Duration remaining() throws PassedException {
    long left = end - ticker.nanos();
    if (left <= 0) {
      throw new PassedException();
    }
    return Duration.ofNanos(left);
  }

  /** Moves the end on, by time that is limited otherwise. */
  void extend(Duration more) {
    end += more.toNanos();
  }

  /** The nanoseconds of its clock. */
  long nanos() {
    return ticker.nanos();
  }

  /**
   * Waits, at most until the deadline.
   *
   * @throws PassedException when the deadline would pass meanwhile
   * @throws InterruptedIOException when the thread was interrupted; it stays marked so
   */
  public void pause(Duration pause) throws IOException {
    if (remaining().compareTo(pause) <= 0) {
      throw new PassedException();
    }
    try {
      ticker.pause(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  /** The deadline has passed. */
  public static final class PassedException extends IOException {
    @Serial private static final long serialVersionUID = 1L;

    PassedException() {
      super("the deadline has passed");
    }
  }
}

package dev.v6cert.dns.transport;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether one thread that serves a socket works or waits, as it says itself. Costs the thread two
 * plain stores for each batch; may be read by any thread.
 */
public final class ThreadActivity {
  /** The failures in a row after which a thread is not taken for one that waits. */
  private static final int MANY = 100;

  private final Thread thread;
  private int failures;

  /** Odd while the thread works. */
  private final AtomicLong steps = new AtomicLong();

  ThreadActivity(Thread thread) {
    this.thread = thread;
  }

  /** Notes that the thread has something to do; by the thread alone. */
  void works() {
    steps.setRelease(steps.getPlain() | 1);
  }

  /** Notes that the thread is done, and waits for more; by the thread alone. */
  void waits() {
    failures = 0;
    rest();
  }

  /** Notes that the thread could not read, and tries again; by the thread alone. */
  void fails() {
    if (++failures < MANY) {
      rest();
    } else {
      works();
    }
  }

  private void rest() {
    long now = steps.getPlain();
    steps.setRelease(now + (now & 1));
  }

  /** Whether the thread runs. */
  public boolean isAlive() {
    return thread.isAlive();
  }

  /** Whether it has something to do. */
  public boolean isWorking() {
    return (steps.getAcquire() & 1) != 0;
  }

  /** A number that has changed whenever it got on with its work. */
  public long steps() {
    return steps.getAcquire();
  }
}

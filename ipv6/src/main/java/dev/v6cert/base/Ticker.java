package dev.v6cert.base;

import java.time.Duration;

/**
 * Time that only goes forward, whatever the clock on the wall says, and a way to let some of it
 * pass.
 */
public interface Ticker {

  /** The time of the JVM's monotonic clock. */
  Ticker SYSTEM =
      new Ticker() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public void pause(Duration time) throws InterruptedException {
          Thread.sleep(time);
        }
      };

  /** Nanoseconds since some moment; only differences mean anything. */
  long nanos();

  /** Returns when {@code time} has passed. */
  void pause(Duration time) throws InterruptedException;
}

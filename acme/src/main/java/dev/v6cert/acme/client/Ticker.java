package dev.v6cert.acme.client;

import java.time.Duration;

/**
 * Time as it passes, whatever the clock on the wall says: the local clock may be years off, or be
 * set while we wait.
 */
public interface Ticker {

  /** The machine's own. */
  Ticker SYSTEM =
      new Ticker() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public void sleep(Duration pause) throws InterruptedException {
          Thread.sleep(pause);
        }
      };

  /** Nanoseconds since an arbitrary moment. */
  long nanos();

  /** Waits. */
  void sleep(Duration pause) throws InterruptedException;
}

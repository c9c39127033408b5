package dev.v6cert.cli.up;

import dev.v6cert.cli.terminal.Steps;
import dev.v6cert.proxy.Traffic;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The line that says, at a terminal, what is going on: requests so far, and the last of them. */
final class TrafficLine {

  private static final long PERIOD_MILLIS = 500;

  private final Steps steps;
  private final AtomicLong requests = new AtomicLong();
  private final AtomicBoolean shown = new AtomicBoolean();
  private volatile @Nullable Traffic last;

  TrafficLine(Steps steps) {
    this.steps = steps;
  }

  /** Counts a request. */
  void ended(Traffic traffic) {
    last = traffic;
    requests.incrementAndGet();
  }

  /** Shows the line from now on, or again below what was said since. */
  void show() {
    steps.begin(text());
    if (!shown.compareAndSet(false, true)) {
      return;
    }
    Thread.ofVirtual()
        .name("traffic")
        .start(() -> {
          String latest = text();
          try {
            while (true) {
              Thread.sleep(PERIOD_MILLIS);
              String now = text();
              if (!now.equals(latest)) {
                steps.change(now);
                latest = now;
              }
            }
          } catch (InterruptedException e) {
            // Nobody interrupts it; it ends with the process.
          }
        });
  }

  private String text() {
    Traffic traffic = last;
    long count = requests.get();
    return traffic == null
        ? "waiting for requests; Ctrl-C ends"
        : count
            + (count == 1 ? " request; " : " requests; last: ")
            + traffic.method()
            + " "
            + traffic.path()
            + " "
            + traffic.status();
  }
}

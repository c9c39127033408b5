package dev.v6cert.cli.up;

import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.cli.terminal.Steps;
import dev.v6cert.proxy.Traffic;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The line that says, at a terminal, what is going on: requests so far, the last of them, and the
 * days that the certificate has left. The terminal's own class keeps out what a stranger's path
 * could do to it.
 */
final class TrafficLine {

  private static final long PERIOD_MILLIS = 500;

  private final Steps steps;
  private final AtomicLong requests = new AtomicLong();
  private final AtomicBoolean shown = new AtomicBoolean();
  private volatile @Nullable Traffic last;
  private volatile Optional<Instant> expiry = Optional.empty();

  TrafficLine(Steps steps) {
    this.steps = steps;
  }

  /** Counts a request. */
  void ended(Traffic traffic) {
    last = traffic;
    requests.incrementAndGet();
  }

  /** Tells when the certificate that is served ends. */
  void until(Lineage lineage) {
    expiry = lineage.generation().map(generation -> generation.facts().notAfter());
  }

  /** Shows the line from now on, or again below what was said since. */
  void show() {
    steps.show(text(Instant.now()));
    if (!shown.compareAndSet(false, true)) {
      return;
    }
    Thread.ofVirtual()
        .name("traffic")
        .start(() -> {
          String latest = text(Instant.now());
          try {
            while (true) {
              Thread.sleep(PERIOD_MILLIS);
              String now = text(Instant.now());
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

  /** The text of the line at that time. */
  String text(Instant now) {
    String left = expiry.map(end -> "; certificate " + days(now, end)).orElse("");
    Traffic traffic = last;
    long count = requests.get();
    return traffic == null
        ? "waiting for requests; Ctrl-C ends" + left
        : count
            + (count == 1 ? " request: " : " requests, last: ")
            + traffic.status()
            + left
            + "; "
            + traffic.method()
            + " "
            + traffic.path();
  }

  /** To the day, so that the line is not drawn anew for it; below two in hours. */
  private static String days(Instant now, Instant end) {
    Duration left = Duration.between(now, end);
    return left.toDays() >= 2 ? left.toDays() + " days" : Math.max(0, left.toHours()) + " hours";
  }
}

package dev.v6cert.dns.supervisor;

import dev.v6cert.dns.health.Health;
import dev.v6cert.dns.health.HealthCheck;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Tells a service manager that the server answers, twice in each period within which the manager
 * wants to hear that, and does not where a restart would help: the manager then starts the server
 * anew.
 */
public final class Watchdog {
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final String socket;
  private final Duration pause;
  private final HealthCheck check;
  private final Consumer<String> warnings;
  private boolean warned;

  private Watchdog(String socket, Duration pause, HealthCheck check, Consumer<String> warnings) {
    this.socket = socket;
    this.pause = pause;
    this.check = check;
    this.warnings = warnings;
  }

  /**
   * The period that a service manager has set for this process.
   *
   * @param microseconds the value of {@code WATCHDOG_USEC}, or empty
   * @param process the value of {@code WATCHDOG_PID}, or empty
   */
  public static Optional<Duration> period(String microseconds, String process) {
    boolean meant =
        process.isEmpty() || process.equals(Long.toString(ProcessHandle.current().pid()));
    return meant && microseconds.matches("[1-9][0-9]{0,14}")
        ? Optional.of(Duration.ofNanos(1000 * Long.parseLong(microseconds)))
        : Optional.empty();
  }

  /**
   * Begins to tell the service manager, in the background, until the process ends.
   *
   * @param socket the value of {@code NOTIFY_SOCKET}
   * @param warnings told when the server stops answering, and when the manager cannot be told
   */
  public static void start(
      String socket, Duration period, HealthCheck check, Consumer<String> warnings) {
    Watchdog watchdog = new Watchdog(socket, period.dividedBy(2), check, warnings);
    Thread.ofVirtual().name("dns-watchdog").start(watchdog::run);
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(toldInAnyCase() ? pause : min(pause, RETRY));
      }
    } catch (InterruptedException e) {
      // The end of the process.
    }
  }

  /** A fault of the check itself must not end the thread without which the server is killed. */
  private boolean toldInAnyCase() throws InterruptedException {
    try {
      return tell();
    } catch (RuntimeException | Error e) {
      warnOnce("the health of the server cannot be told: " + e);
      return false;
    }
  }

  private boolean tell() throws InterruptedException {
    Health health = check.current();
    if (health.needsRestart()) {
      warnOnce(health.text());
      return false;
    }
    try {
      ServiceNotice.ALIVE.send(socket);
      warned = false;
      return true;
    } catch (IOException e) {
      warnOnce("the service manager cannot be told that this runs: " + e.getMessage());
      return false;
    }
  }

  private void warnOnce(String text) {
    if (!warned) {
      warnings.accept(text);
      warned = true;
    }
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}

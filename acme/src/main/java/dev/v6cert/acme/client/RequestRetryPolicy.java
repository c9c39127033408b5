package dev.v6cert.acme.client;

import dev.v6cert.acme.IssuanceEvent;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is tried again, how often and after what pause, and notes the authority's clock
 * meanwhile.
 */
final class RequestRetryPolicy {

  private static final int FAULT_ATTEMPTS = 6;
  static final int CONNECT_ATTEMPTS = 3;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final Duration TOLERATED_SKEW = Duration.ofMinutes(1);

  private final Deadline deadline;
  private final Clock clock;
  private final IssuanceEvent.Listener listener;
  private final AtomicReference<@Nullable Duration> ahead = new AtomicReference<>();

  RequestRetryPolicy(Deadline deadline, Clock clock, IssuanceEvent.Listener listener) {
    this.deadline = deadline;
    this.clock = clock;
    this.listener = listener;
  }

  /** A request that may fail for a while. */
  interface Attempt<T> {
    T run() throws IOException;
  }

  Deadline deadline() {
    return deadline;
  }

  <T> T with(Attempt<T> attempt) throws IOException {
    return with(CONNECT_ATTEMPTS, attempt);
  }

  /**
   * The same for a request of which the authority may have done each that was sent.
   *
   * @param sent how often it is sent in all where the answer was lost
   */
  <T> T with(int sent, Attempt<T> attempt) throws IOException {
    Duration pause = FIRST_PAUSE;
    for (int attempts = 1; ; attempts++) {
      try {
        return attempt.run();
      } catch (IOException e) {
        if (attempts >= allowed(e, sent)) {
          throw e;
        }
        Duration wait = jittered(pause);
        if (e instanceof ServerFaultException fault && fault.retryAfter().isPresent()) {
          wait = fault.retryAfter().get();
          if (wait.compareTo(LONGEST_PAUSE) > 0) {
            throw e; // Longer than anybody waits at a prompt: the next run is to honour it.
          }
        }
        listener.on(new IssuanceEvent.Retrying(FailureTranslation.words(e), wait));
        deadline.pause(wait);
        pause = pause.multipliedBy(2);
      }
    }
  }

  /** The number of attempts for a fault; one for TLS faults and for what is no fault. */
  private static int allowed(IOException fault, int sent) {
    return switch (fault) {
      case ServerFaultException server -> server.status() == 501 ? 1 : FAULT_ATTEMPTS;
      case ConnectException connect -> CONNECT_ATTEMPTS;
      case HttpTimeoutException timeout -> sent;
      case SocketException reset -> sent;
      case EOFException cut -> sent;
      default -> fault.getClass() == IOException.class ? sent : 1; // HTTP/1.1 resets
    };
  }

  private static Duration jittered(Duration pause) {
    return Duration.ofMillis(
        (long) (pause.toMillis() * ThreadLocalRandom.current().nextDouble(0.5, 1)));
  }

  /** Notes the authority's clock; says so once if ours differs. */
  void authorityClock(Instant theirs) {
    Duration difference = Duration.between(theirs, clock.instant());
    if (ahead.getAndSet(difference) == null && difference.abs().compareTo(TOLERATED_SKEW) > 0) {
      listener.on(new IssuanceEvent.ClockSkewed(difference));
    }
  }

  /** The time by the authority's clock, as far as it told; else by the local clock. */
  Instant authorityNow() {
    Duration known = ahead.get();
    return known == null ? clock.instant() : clock.instant().minus(known);
  }
}

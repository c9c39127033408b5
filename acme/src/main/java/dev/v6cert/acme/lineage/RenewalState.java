package dev.v6cert.acme.lineage;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The pending work of a lineage and its last failures.
 *
 * @param hookPending whether the present generation has yet to be deployed: its hook to succeed,
 *     and the server to show it
 * @param deployed the first subject of what was last deployed, as far as known
 * @param failures how often in a row the renewal failed
 * @param lastError the last failure, for {@code show}; empty after a success
 * @param failingSince when the first of these failures was
 * @param failedAt when the last was
 * @param retryAt not to be tried before this instant
 */
public record RenewalState(
    boolean hookPending,
    Optional<String> deployed,
    int failures,
    Optional<String> lastError,
    Optional<Instant> failingSince,
    Optional<Instant> failedAt,
    Optional<Instant> retryAt) {

  /** Nothing to do, nothing wrong. */
  public static final RenewalState NONE =
      new RenewalState(
          false,
          Optional.empty(),
          0,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  private static final Duration SHORTEST_LIMIT = Duration.ofHours(1);
  private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
  static final Duration LONGEST_PAUSE = Duration.ofDays(1);

  /** Just renewed. */
  static RenewalState renewed(boolean hookPending, Optional<String> deployed) {
    return new RenewalState(
        hookPending,
        deployed,
        0,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Marks the certificate with this first subject as deployed. */
  RenewalState deployed(String subject) {
    return new RenewalState(
        false, Optional.of(subject), failures, lastError, failingSince, failedAt, retryAt);
  }

  /** One more failure, of a lineage that can wait. */
  public RenewalState failed(String error, Instant now, Optional<Duration> retryAfter) {
    return failed(error, now, retryAfter, LONGEST_PAUSE);
  }

  /**
   * One more failure: the next try after 1, 10, 100 minutes, then daily (as Let's Encrypt advises),
   * and never before the authority's Retry-After, as far as that is at most a day.
   *
   * @param longest the longest pause of our own choice; taken as an hour to a day
   */
  public RenewalState failed(
      String error, Instant now, Optional<Duration> retryAfter, Duration longest) {
    Duration limit = longest.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longest;
    limit = limit.compareTo(SHORTEST_LIMIT) < 0 ? SHORTEST_LIMIT : limit;
    Duration pause = FIRST_PAUSE;
    for (int i = 0; i < failures && pause.compareTo(LONGEST_PAUSE) < 0; i++) {
      pause = pause.multipliedBy(10);
    }
    pause = pause.compareTo(limit) > 0 ? limit : pause;
    Duration asked = retryAfter.orElse(Duration.ZERO);
    pause = pause.compareTo(asked) < 0 ? asked : pause;
    pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    return new RenewalState(
        hookPending,
        deployed,
        failures + 1,
        Optional.of(error),
        failingSince.or(() -> Optional.of(now)),
        Optional.of(now),
        Optional.of(now.plus(pause)));
  }
}

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
 * @param streak the failures since the last success
 */
public record RenewalState(
    boolean hookPending, Optional<String> deployed, Optional<FailureStreak> streak) {

  /** Nothing to do, nothing wrong. */
  public static final RenewalState NONE = renewed(false, Optional.empty());

  private static final Duration SHORTEST_LIMIT = Duration.ofHours(1);
  private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
  static final Duration LONGEST_PAUSE = Duration.ofDays(1);

  /**
   * Failures of the renewal without a success between.
   *
   * @param count at least 1
   * @param lastError the last failure, for {@code show}
   * @param since the instant of the first
   * @param last the instant of the last
   * @param retryAt not to be tried before this instant
   */
  public record FailureStreak(
      int count, String lastError, Instant since, Instant last, Instant retryAt) {}

  /** Just renewed. */
  static RenewalState renewed(boolean hookPending, Optional<String> deployed) {
    return new RenewalState(hookPending, deployed, Optional.empty());
  }

  /** The number of failures in a row; 0 after a success. */
  public int failures() {
    return streak.map(FailureStreak::count).orElse(0);
  }

  /** The last failure; empty after a success. */
  public Optional<String> lastError() {
    return streak.map(FailureStreak::lastError);
  }

  /** The state once the certificate with this first subject is deployed. */
  RenewalState deployed(String subject) {
    return new RenewalState(false, Optional.of(subject), streak);
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
    for (int i = 0; i < failures() && pause.compareTo(LONGEST_PAUSE) < 0; i++) {
      pause = pause.multipliedBy(10);
    }
    pause = pause.compareTo(limit) > 0 ? limit : pause;
    Duration asked = retryAfter.orElse(Duration.ZERO);
    pause = pause.compareTo(asked) < 0 ? asked : pause;
    pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    Instant since = streak.isPresent() ? streak.get().since() : now;
    return new RenewalState(
        hookPending,
        deployed,
        Optional.of(new FailureStreak(failures() + 1, error, since, now, now.plus(pause))));
  }
}

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
    return failed(error, now, retryAfter, RenewalBackoff.LONGEST);
  }

  /**
   * One more failure; the next try is after {@link RenewalBackoff}'s pause.
   *
   * @param limit the longest pause of our own choice; taken as an hour to a day
   */
  public RenewalState failed(
      String error, Instant now, Optional<Duration> retryAfter, Duration limit) {
    Instant since = streak.isPresent() ? streak.get().since() : now;
    Instant retryAt = now.plus(RenewalBackoff.pause(failures(), retryAfter, limit));
    return new RenewalState(
        hookPending,
        deployed,
        Optional.of(new FailureStreak(failures() + 1, error, since, now, retryAt)));
  }
}

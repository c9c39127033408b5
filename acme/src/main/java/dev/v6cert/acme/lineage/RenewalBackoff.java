package dev.v6cert.acme.lineage;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The pauses between renewals that fail: 1, 10, 100 minutes, then a day each, as Let's Encrypt
 * advises for clients, and never before the authority's Retry-After, as far as that is at most a
 * day.
 */
public final class RenewalBackoff {
  private static final Duration FIRST = Duration.ofMinutes(1);
  private static final int FACTOR = 10;
  private static final Duration SHORTEST_LIMIT = Duration.ofHours(1);

  /** The longest pause of all: a day. */
  static final Duration LONGEST = Duration.ofDays(1);

  private RenewalBackoff() {}

  /**
   * The pause before the next try.
   *
   * @param failures in a row before this one, at least 0
   * @param retryAfter the authority's own wish
   * @param limit the longest pause of our own choice; taken as an hour to a day
   */
  static Duration pause(int failures, Optional<Duration> retryAfter, Duration limit) {
    Duration pause = FIRST;
    for (int i = 0; i < failures && pause.compareTo(LONGEST) < 0; i++) {
      pause = pause.multipliedBy(FACTOR);
    }
    Duration chosen = shorter(pause, longer(SHORTEST_LIMIT, shorter(limit, LONGEST)));
    return shorter(longer(chosen, retryAfter.orElse(Duration.ZERO)), LONGEST);
  }

  /**
   * The longest pause of our own choice for a lineage: a quarter of the time its certificate has
   * left, so that some tries fit before its end.
   */
  public static Duration limit(Lineage lineage, Instant now) {
    return lineage
        .generation()
        .map(generation -> Duration.between(now, generation.notAfter()).dividedBy(4))
        .orElse(LONGEST);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }
}

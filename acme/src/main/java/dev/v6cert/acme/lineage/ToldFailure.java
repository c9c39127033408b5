package dev.v6cert.acme.lineage;

import java.time.Duration;
import java.time.Instant;

/**
 * A failure that goes on, and that the failure hook was told of.
 *
 * @param kind which one, in a word
 * @param at when it was told last
 */
public record ToldFailure(String kind, Instant at) {

  /** A little less than a day, so that a timer that runs daily does not miss every other one. */
  static final Duration SILENCE = Duration.ofHours(23);

  /** Whether this covers the failure; one told in the future was told by a wrong clock. */
  boolean covers(String other, Instant now) {
    return kind.equals(other) && !now.isBefore(at) && now.isBefore(at.plus(SILENCE));
  }
}

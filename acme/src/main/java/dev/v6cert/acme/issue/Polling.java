package dev.v6cert.acme.issue;

import dev.v6cert.acme.AcmeFailure.Step;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.client.AuthoritySession;
import dev.v6cert.acme.client.RetryAfter;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The pauses between looks at something that the authority works on: 0.25 s, doubling to 4 s; or
 * what its Retry-After says, at most 30 s.
 */
final class Polling {

  private static final Duration FIRST = Duration.ofMillis(250);
  private static final Duration LONGEST = Duration.ofSeconds(4);
  private static final Duration LONGEST_ASKED = Duration.ofSeconds(30);

  private final AuthoritySession authority;
  private final Step step;
  private Duration next = FIRST;

  Polling(AuthoritySession authority, Step step) {
    this.authority = authority;
    this.step = step;
  }

  /** Waits before the next look; {@code asked} is what acme4j handed on at the last one. */
  void pause(Optional<Instant> asked) throws AcmeFailureException {
    Duration pause = asked.map(RetryAfter::decode).orElse(next);
    next = next.compareTo(LONGEST) < 0 ? next.multipliedBy(2) : next;
    authority.pause(step, pause.compareTo(LONGEST_ASKED) > 0 ? LONGEST_ASKED : atLeast(pause));
  }

  private static Duration atLeast(Duration pause) {
    return pause.compareTo(FIRST) < 0 ? FIRST : pause;
  }
}

package dev.v6cert.acme.renew;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.lineage.Generation;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.RenewalState;
import dev.v6cert.acme.lineage.RenewalState.FailureStreak;
import dev.v6cert.acme.lineage.StoredLineage;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The health of a lineage, from stored state alone. */
public sealed interface LineageHealth {

  /** The lineage's name. */
  LineageName name();

  /** The severity. */
  State state();

  /** The states, the better ones first. */
  enum State {
    /** Nothing to do. */
    HEALTHY,
    /** It is not due yet, and nothing will renew it: there is no timer. */
    UNSCHEDULED,
    /** It should have been renewed a while ago, and nothing tried: no timer runs. */
    LATE,
    /** The last renewal failed, or the certificate could not be deployed. */
    FAILING,
    /** A sixth of the lifetime is left, which is kept for outages. */
    EXPIRING,
    /** The certificate has ended or was revoked, or there is none. */
    EXPIRED,
    /** The state cannot be read. */
    DAMAGED
  }

  /**
   * A lineage that loads.
   *
   * @param since since when it is not healthy
   */
  record Known(Lineage lineage, State state, Optional<Instant> since) implements LineageHealth {
    @Override
    public LineageName name() {
      return lineage.name();
    }
  }

  /** A lineage whose state cannot be read. */
  record Unknown(LineageName name, AcmeFailure failure) implements LineageHealth {
    @Override
    public State state() {
      return State.DAMAGED;
    }
  }

  /** The longest delay that is not late: a laptop that was closed for a night or two. */
  Duration LONGEST_GRACE = Duration.ofDays(2);

  /** The lineage's health at the instant. */
  static LineageHealth of(StoredLineage stored, Instant now) {
    return switch (stored) {
      case StoredLineage.Damaged damaged -> new Unknown(damaged.name(), damaged.failure());
      case StoredLineage.Loaded(Lineage lineage) ->
          lineage
              .generation()
              .map(generation -> of(lineage, generation, now))
              .orElseGet(() -> new Known(lineage, State.EXPIRED, Optional.empty()));
    };
  }

  private static LineageHealth of(Lineage lineage, Generation generation, Instant now) {
    if (generation.revokedAt().isPresent()) {
      return new Known(lineage, State.EXPIRED, generation.revokedAt());
    }
    Instant reserve = generation.notAfter().minus(generation.lifetime().dividedBy(6));
    if (!now.isBefore(generation.notAfter())) {
      return new Known(lineage, State.EXPIRED, Optional.of(generation.notAfter()));
    }
    if (!now.isBefore(reserve)) {
      return new Known(lineage, State.EXPIRING, Optional.of(reserve));
    }
    RenewalState renewalState = lineage.renewalState();
    if (renewalState.streak().isPresent() || renewalState.hookPending()) {
      Instant since = renewalState.streak().map(FailureStreak::since).orElse(generation.issuedAt());
      return new Known(lineage, State.FAILING, Optional.of(since));
    }
    Instant due = RenewalDecision.dueAt(lineage, generation);
    Duration grace = generation.lifetime().dividedBy(20);
    Instant late = due.plus(grace.compareTo(LONGEST_GRACE) < 0 ? grace : LONGEST_GRACE);
    return now.isBefore(late)
        ? new Known(lineage, State.HEALTHY, Optional.empty())
        : new Known(lineage, State.LATE, Optional.of(due));
  }
}

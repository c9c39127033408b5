package dev.v6cert.acme.renew;

import dev.v6cert.acme.lineage.Generation;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.RenewalAdvice;
import dev.v6cert.acme.lineage.RenewalState.FailureStreak;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Whether a lineage is to be renewed now; from stored instants alone. */
public sealed interface RenewalDecision {

  /** The certificate is good until at least the instant. */
  record NotDue(Instant next) implements RenewalDecision {}

  /** The certificate is to be renewed. */
  record Due(Reason reason) implements RenewalDecision {}

  /** It is due, but the last tries failed, and it is too early for another. */
  record Deferred(Instant until, String lastError) implements RenewalDecision {}

  /** The reason why a certificate is due. */
  enum Reason {
    /** There is none yet. */
    NO_CERTIFICATE,
    /** It is no longer valid. */
    EXPIRED,
    /** The instant chosen on its arrival has come, or its lifetime is nearly used up. */
    LIFETIME,
    /** The authority wants it replaced, ahead of the instant that was chosen (RFC 9773). */
    ADVISED,
    /** The machine's names, or its own authority, are others than the certificate's. */
    NAMES_CHANGED,
    /** It was revoked from here. */
    REVOKED,
    /** It was asked for. */
    FORCED
  }

  /**
   * The instant until which there is nothing to do, as nearly every run finds it; empty where the
   * certificate is due. Without a switch over types, since the first of a process is slow.
   */
  default Optional<Instant> nextIfNotDue() {
    return this instanceof NotDue notDue ? Optional.of(notDue.next()) : Optional.empty();
  }

  /** Certificates that live shorter than this are renewed at half of their lifetime. */
  Duration SHORT_LIVED = Duration.ofDays(10);

  /**
   * Decides.
   *
   * <p>A certificate that is young by the local clock alone is never due: with a clock that is far
   * ahead every new certificate looks expired, and would be renewed at each run. Only the
   * authority, which has its own clock, can call it in.
   */
  static RenewalDecision of(Lineage lineage, Instant now) {
    return of(lineage, now, false);
  }

  /**
   * Decides.
   *
   * @param namesChanged whether the machine's names are others than the certificate's, which makes
   *     it due whatever its age
   */
  static RenewalDecision of(Lineage lineage, Instant now, boolean namesChanged) {
    RenewalDecision decision =
        lineage
            .generation()
            .map(generation ->
                namesChanged
                    ? new Due(Reason.NAMES_CHANGED)
                    : of(generation, lineage.advice(), now))
            .orElseGet(() -> new Due(Reason.NO_CERTIFICATE));
    Optional<FailureStreak> streak = lineage.renewalState().streak();
    if (decision instanceof Due && streak.isPresent() && now.isBefore(streak.get().retryAt())) {
      boolean clockWasSetBack = now.isBefore(streak.get().last());
      if (!clockWasSetBack) {
        return new Deferred(streak.get().retryAt(), streak.get().lastError());
      }
    }
    return decision;
  }

  private static RenewalDecision of(
      Generation generation, Optional<RenewalAdvice> advice, Instant now) {
    if (generation.revokedAt().isPresent()) {
      return new Due(Reason.REVOKED);
    }
    Optional<RenewalAdvice.Window> window = advice.flatMap(RenewalAdvice::window);
    if (window.filter(RenewalAdvice.Window::urgent).isPresent()) {
      return new Due(Reason.ADVISED);
    }
    Instant due = dueAt(generation, window);
    Duration young = generation.lifetime().dividedBy(4);
    boolean clockWasSetBack = now.isBefore(generation.issuedAt());
    Instant grown = generation.issuedAt().plus(young);
    if (!clockWasSetBack && now.isBefore(grown)) {
      return new NotDue(due.isBefore(grown) ? grown : due);
    }
    if (now.isBefore(due)) {
      return new NotDue(due);
    }
    return new Due(now.isBefore(generation.notAfter()) ? Reason.LIFETIME : Reason.EXPIRED);
  }

  /**
   * When the lineage's present generation is due: as the authority advises, else by its lifetime.
   */
  static Instant dueAt(Lineage lineage, Generation generation) {
    return dueAt(generation, lineage.advice().flatMap(RenewalAdvice::window));
  }

  private static Instant dueAt(Generation generation, Optional<RenewalAdvice.Window> window) {
    return window.map(RenewalAdvice.Window::renewAt).orElseGet(() -> dueAt(generation));
  }

  /** The due instant: as chosen on arrival, else with 1/3 (short-lived: 1/2) left. */
  static Instant dueAt(Generation generation) {
    Duration lifetime = generation.lifetime();
    // In whole seconds, as certificates count: a Duration divides by way of BigDecimal, slowly.
    Duration left =
        Duration.ofSeconds(lifetime.toSeconds() / (lifetime.compareTo(SHORT_LIVED) < 0 ? 2 : 3));
    Instant latest = generation.notAfter().minus(left);
    return generation.renewAt().filter(latest::isAfter).orElse(latest);
  }
}

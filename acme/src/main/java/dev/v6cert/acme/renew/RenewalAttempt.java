package dev.v6cert.acme.renew;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.StoreFailure;
import dev.v6cert.acme.deploy.LineageHooks;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.LineageWriter;
import dev.v6cert.acme.lineage.StateLock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/**
 * The renewal of one lineage under the lock, with its hooks.
 *
 * @param hooks those of the lineage, each run at most once
 * @param words a failure in a line for people, to be kept as the last error
 */
record RenewalAttempt(
    StateLock lock,
    LineageHooks hooks,
    LineageName name,
    Clock clock,
    Function<AcmeFailure, String> words) {

  /** Renews the lineage if it is due still; else runs the hooks that are pending. */
  RenewalOutcome renewIfDue(Function<Lineage, RenewalDecision> decision, LineageIssuer issuer) {
    try {
      Optional<Lineage> recovered = new LineageWriter(lock).recover(name);
      if (recovered.isEmpty()) {
        return RenewalOutcome.failed(name, damage());
      }
      Lineage lineage = recovered.get();
      RenewalDecision decided = decision.apply(lineage);
      if (decided instanceof RenewalDecision.Due) {
        return renew(lineage, issuer);
      }
      Lineage settled = hooks.settle(lineage);
      return PendingWork.idle(settled, decided, hooks.hookOutcomes()).orElseThrow();
    } catch (AcmeFailureException e) {
      return failed(e);
    }
  }

  private RenewalOutcome renew(Lineage lineage, LineageIssuer issuer) {
    Lineage renewed;
    try {
      renewed = hooks.around(issuer.plan(lineage), () -> issuer.renew(lock, lineage));
    } catch (AcmeFailureException e) {
      hooks.failed(lineage.with(issuer.plan(lineage)), e.failure());
      afterFailure(lineage, e.failure());
      return failed(e);
    }
    try {
      hooks.succeeded();
      return new RenewalOutcome.Renewed(hooks.settle(renewed), lineage, hooks.hookOutcomes());
    } catch (AcmeFailureException e) {
      return failed(e);
    }
  }

  /**
   * Remembers the failure, and still runs the hooks that an earlier certificate left pending. A
   * process that somebody ended has not failed.
   */
  private void afterFailure(Lineage lineage, AcmeFailure failure) {
    if (failure instanceof AcmeFailure.Interrupted) {
      return;
    }
    Instant now = clock.instant();
    Optional<Duration> retryAfter =
        failure instanceof AcmeFailure.TooEarly early
            ? Optional.of(Duration.between(now, early.until()))
            : failure.retryAfter();
    try {
      hooks.settle(new LineageWriter(lock).failed(lineage, words.apply(failure), now, retryAfter));
    } catch (AcmeFailureException e) {
      // The disk is the smaller worry now; the first failure is the one to report.
    }
  }

  /** Rehearses the renewal between the pre and the post hook. */
  RenewalOutcome rehearse(Lineage lineage, LineageIssuer rehearsal) {
    try {
      hooks.around(rehearsal.plan(lineage), () -> rehearsal.renew(lock, lineage));
      return new RenewalOutcome.Rehearsed(name, hooks.hookOutcomes());
    } catch (AcmeFailureException e) {
      return failed(e);
    }
  }

  /** Runs the hooks that are pending for a name without a lineage. */
  RenewalOutcome settle() {
    try {
      hooks.settle();
      return new RenewalOutcome.Settled(name, hooks.hookOutcomes());
    } catch (AcmeFailureException e) {
      return failed(e);
    }
  }

  private RenewalOutcome failed(AcmeFailureException e) {
    return new RenewalOutcome.Failed(name, e.failure(), hooks.hookOutcomes());
  }

  private AcmeFailure damage() {
    return new StoreFailure.StateUnusable(
        lock.directory().archive(name), StoreFailure.StateProblem.CORRUPT, "it was put aside");
  }
}

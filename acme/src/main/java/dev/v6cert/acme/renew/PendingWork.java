package dev.v6cert.acme.renew;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.deploy.HookOutcomes;
import dev.v6cert.acme.lineage.CertificateStore;
import dev.v6cert.acme.lineage.HookRecords;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.StoredLineage;
import dev.v6cert.acme.state.StateDirectory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** The work that a run finds to do, from stored files alone: renewals that are due, and hooks. */
final class PendingWork {

  private final StateDirectory directory;
  private final HookRecords records;
  private final Function<Lineage, RenewalDecision> decision;

  PendingWork(StateDirectory directory, Function<Lineage, RenewalDecision> decision) {
    this.directory = directory;
    this.records = new HookRecords(directory);
    this.decision = decision;
  }

  /** The outcome of a lineage for which there is nothing to do; empty where there is. */
  Optional<RenewalOutcome> idle(StoredLineage stored) {
    if (stored instanceof StoredLineage.Damaged damaged) {
      return Optional.of(RenewalOutcome.failed(damaged.name(), damaged.failure()));
    }
    Lineage lineage = ((StoredLineage.Loaded) stored).lineage();
    try {
      return lineage.renewalState().hookPending() || owesHooks(lineage.name())
          ? Optional.empty()
          : idle(lineage, decision.apply(lineage), HookOutcomes.NONE);
    } catch (AcmeFailureException e) {
      return Optional.of(RenewalOutcome.failed(lineage.name(), e.failure()));
    }
  }

  /** The outcome of a lineage that is not to be renewed now; empty where it is. */
  static Optional<RenewalOutcome> idle(
      Lineage lineage, RenewalDecision decision, HookOutcomes hookOutcomes) {
    Optional<Instant> next = decision.nextIfNotDue();
    if (next.isPresent()) {
      return Optional.of(new RenewalOutcome.Kept(lineage, next.get(), hookOutcomes));
    }
    return decision instanceof RenewalDecision.Deferred deferred
        ? Optional.of(
            new RenewalOutcome.Deferred(
                lineage, deferred.until(), deferred.lastError(), hookOutcomes))
        : Optional.empty();
  }

  /** Whether an authority is to be asked, and not only a hook to be run. */
  boolean isAnyDue(List<StoredLineage> lineages) {
    for (StoredLineage stored : lineages) {
      if (stored instanceof StoredLineage.Loaded(Lineage lineage)
          && decision.apply(lineage) instanceof RenewalDecision.Due) {
        return true;
      }
    }
    return false;
  }

  /**
   * Names without a lineage that an obtain which was cut off left hooks to run for, or a record
   * that cannot be read: to settle that one fails, and keeps no other back.
   */
  List<LineageName> withoutLineage(Predicate<LineageName> wanted) throws AcmeFailureException {
    CertificateStore store = new CertificateStore(directory);
    List<LineageName> names = new ArrayList<>();
    for (LineageName name : records.names()) {
      if (wanted.test(name) && store.find(name).isEmpty() && mayOweHooks(name)) {
        names.add(name);
      }
    }
    return names;
  }

  private boolean mayOweHooks(LineageName name) {
    try {
      return owesHooks(name);
    } catch (AcmeFailureException e) {
      return true;
    }
  }

  private boolean owesHooks(LineageName name) throws AcmeFailureException {
    return !records.find(name).pending().isEmpty();
  }
}

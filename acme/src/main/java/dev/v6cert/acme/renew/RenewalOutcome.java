package dev.v6cert.acme.renew;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.deploy.HookOutcomes;
import dev.v6cert.acme.lineage.Lineage;
import java.time.Instant;

/** The result for one lineage in a renewal run. */
public sealed interface RenewalOutcome {

  /** The lineage's name. */
  LineageName name();

  /** The hooks that ran, and the failures beside the certificate. */
  HookOutcomes hookOutcomes();

  /** The outcome of a lineage that failed before any of its hooks ran. */
  static RenewalOutcome failed(LineageName name, AcmeFailure failure) {
    return new Failed(name, failure, HookOutcomes.NONE);
  }

  /** Nothing was due. */
  record Kept(Lineage lineage, Instant next, HookOutcomes hookOutcomes) implements RenewalOutcome {
    @Override
    public LineageName name() {
      return lineage.name();
    }
  }

  /** It is due, but after failures it is too early to try again. */
  record Deferred(Lineage lineage, Instant until, String lastError, HookOutcomes hookOutcomes)
      implements RenewalOutcome {
    @Override
    public LineageName name() {
      return lineage.name();
    }
  }

  /**
   * There is a new certificate.
   *
   * @param replaced the lineage as it was before, perhaps for other names
   */
  record Renewed(Lineage lineage, Lineage replaced, HookOutcomes hookOutcomes)
      implements RenewalOutcome {
    @Override
    public LineageName name() {
      return lineage.name();
    }
  }

  /** A rehearsal went well; nothing was changed. */
  record Rehearsed(LineageName name, HookOutcomes hookOutcomes) implements RenewalOutcome {}

  /** There is no new certificate; the old one is untouched. */
  record Failed(LineageName name, AcmeFailure failure, HookOutcomes hookOutcomes)
      implements RenewalOutcome {}

  /** There is no lineage of the name, but hooks that an issuance which was cut off left behind. */
  record Settled(LineageName name, HookOutcomes hookOutcomes) implements RenewalOutcome {}
}

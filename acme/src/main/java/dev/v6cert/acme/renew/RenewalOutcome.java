package dev.v6cert.acme.renew;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.store.Lineage;
import java.time.Instant;
import java.util.Optional;

/** What became of one lineage in a renewal run. */
public sealed interface RenewalOutcome {

  /** The lineage's name. */
  LineageName name();

  /** Nothing was due; hook is there if one that an earlier run left over was run now. */
  record Kept(Lineage lineage, Instant next, Optional<HookResult> hook) implements RenewalOutcome {
    @Override
    public LineageName name() {
      return lineage.name();
    }
  }

  /** It is due, but after failures it is too early to try again. */
  record Deferred(Lineage lineage, Instant until, String lastError) implements RenewalOutcome {
    @Override
    public LineageName name() {
      return lineage.name();
    }
  }

  /** There is a new certificate; hook is there if the lineage has one. */
  record Renewed(Lineage lineage, Optional<HookResult> hook) implements RenewalOutcome {
    @Override
    public LineageName name() {
      return lineage.name();
    }
  }

  /** A rehearsal went well; nothing was changed. */
  record Rehearsed(LineageName name) implements RenewalOutcome {}

  /** There is no new certificate; the old one is untouched. */
  record Failed(LineageName name, AcmeFailure failure) implements RenewalOutcome {}
}

package dev.v6cert.cli.provision;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.deploy.LineageHooks;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.failure.FailureReporter;
import dev.v6cert.cli.failure.Report;
import dev.v6cert.cli.progress.HookProgress;
import dev.v6cert.cli.terminal.Console;

/**
 * An issuance or a rehearsal that somebody typed, among the lineage's hooks.
 *
 * @param hooks those of the lineage
 * @param console where hooks that fail are told
 */
public record AttemptWithHooks(LineageHooks hooks, Console console) {

  public static AttemptWithHooks of(StateLock lock, LineageName name, Console console) {
    return new AttemptWithHooks(
        new LineageHooks(lock, name, HookProgress.runner(console), FailureReporter::line), console);
  }

  /** The attempt between the pre and the post hook; that it fails is the failure of it all. */
  public <T> T around(Lineage.Plan plan, LineageHooks.Attempt<T> attempt)
      throws AcmeFailureException {
    try {
      return hooks.around(plan, attempt);
    } catch (AcmeFailureException e) {
      ExitStatus _ = report();
      throw e;
    }
  }

  /** Tells of what failed beside the issuance, and how the command ends. */
  public ExitStatus report() {
    ExitStatus status = ExitStatus.DONE;
    for (AcmeFailure failure : hooks.hookOutcomes().failures()) {
      Report report = FailureReporter.report(failure);
      console.error(report.lines());
      status = report.status();
    }
    return status;
  }
}

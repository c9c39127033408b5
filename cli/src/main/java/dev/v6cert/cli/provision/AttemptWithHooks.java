package dev.v6cert.cli.provision;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.deploy.LineageHooks;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.cli.failure.ErrorTexts;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.progress.HookProgress;
import dev.v6cert.cli.terminal.Console;

/**
 * An issuance or a rehearsal that somebody typed, among the lineage's hooks.
 *
 * @param hooks those of the lineage
 * @param console where hooks that fail are told
 */
record AttemptWithHooks(LineageHooks hooks, Console console) {

  static AttemptWithHooks of(StateLock lock, LineageName name, Console console) {
    return new AttemptWithHooks(
        new LineageHooks(lock, name, HookProgress.runner(console), ErrorTexts::line), console);
  }

  /** The attempt between the pre and the post hook; its failure is the failure of it all. */
  <T> T around(Lineage.Plan plan, LineageHooks.Attempt<T> attempt) throws AcmeFailureException {
    try {
      return hooks.around(plan, attempt);
    } catch (AcmeFailureException e) {
      ExitStatus _ = ErrorTexts.tell(hooks.hookOutcomes().failures(), console);
      throw e;
    }
  }
}

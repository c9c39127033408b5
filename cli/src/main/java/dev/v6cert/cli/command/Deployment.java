package dev.v6cert.cli.command;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.renew.DeployHook;
import dev.v6cert.acme.renew.HookResult;
import dev.v6cert.acme.store.Lineage;
import dev.v6cert.acme.store.StateLock;
import dev.v6cert.cli.failure.CliFailure;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.cli.terminal.TimeText;
import java.util.List;
import java.util.Optional;

/** Runs deploy hooks, and says how they ended. */
final class Deployment {

  private Deployment() {}

  /** Runs the lineage's hook where it is pending; how it failed, if it did. */
  static Optional<CliFailure> deploy(StateLock lock, Lineage lineage, Console console)
      throws AcmeFailureException {
    Optional<HookResult> result = new DeployHook(DeployHook.DEFAULT_LIMIT).deploy(lock, lineage);
    return result.flatMap(it -> failure(lineage, it, console));
  }

  /** What is to be said of a hook that was run: a step when it did well, else a failure. */
  static Optional<CliFailure> failure(Lineage lineage, HookResult result, Console console) {
    if (result.succeeded()) {
      console.steps().done("deploy hook ran (" + TimeText.of(result.took()) + ")");
      return Optional.empty();
    }
    List<String> output = result.output().lines().filter(line -> !line.isBlank()).toList();
    String why =
        result.timedOut()
            ? "was cut off after " + TimeText.of(result.took())
            : "failed with status " + result.status();
    return Optional.of(
        new CliFailure.HookFailed(
            lineage.name().text(), why, output.isEmpty() ? "" : output.getLast()));
  }
}

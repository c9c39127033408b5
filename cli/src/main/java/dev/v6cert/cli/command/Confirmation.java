package dev.v6cert.cli.command;

import dev.v6cert.cli.failure.CliFailure;
import dev.v6cert.cli.failure.CliFailureException;

/** The consent to something that cannot be undone: {@code --yes}, or a yes at the terminal. */
final class Confirmation {

  private Confirmation() {}

  /**
   * Goes on only with consent.
   *
   * @throws CliFailureException {@link CliFailure.Usage} when there is none
   */
  static void need(Invocation invocation, String question)
      throws CliFailureException, InterruptedException {
    if (invocation.settings().value(LineageSettings.YES)) {
      return;
    }
    if (!invocation.console().canAsk()) {
      throw CliFailureException.usage(
          "this cannot be undone, and nobody can be asked", "add --yes");
    }
    if (!invocation.console().agrees(question)) {
      throw CliFailureException.usage("not confirmed; nothing was done", "");
    }
  }
}

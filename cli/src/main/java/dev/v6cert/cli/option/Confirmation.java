package dev.v6cert.cli.option;

import dev.v6cert.cli.failure.CliFailure;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.Console;

/** The consent to something that cannot be undone: {@code --yes}, or a yes at the terminal. */
public final class Confirmation {

  private Confirmation() {}

  /**
   * Goes on only with consent.
   *
   * @throws CliFailureException {@link CliFailure.Usage} when there is none
   */
  public static void need(Settings settings, Console console, String question)
      throws CliFailureException, InterruptedException {
    need(settings, console, question, "this cannot be undone, and needs your confirmation");
  }

  /**
   * Goes on with what can be undone only with consent.
   *
   * @throws CliFailureException {@link CliFailure.Usage} when there is none
   */
  public static void needFor(Settings settings, Console console, String question)
      throws CliFailureException, InterruptedException {
    need(settings, console, question, "this needs your confirmation");
  }

  private static void need(Settings settings, Console console, String question, String nobody)
      throws CliFailureException, InterruptedException {
    if (settings.value(LineageSettings.YES)) {
      return;
    }
    if (!console.canAsk()) {
      throw CliFailureException.usage(nobody, "add --yes");
    }
    if (!console.agrees(question)) {
      throw CliFailureException.usage("not confirmed; nothing was done", "");
    }
  }
}

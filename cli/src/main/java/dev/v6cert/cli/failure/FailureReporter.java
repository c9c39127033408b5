package dev.v6cert.cli.failure;

import java.io.IOException;

/** Turns every failure into the lines that a person reads and the code that the shell gets. */
public final class FailureReporter {

  private FailureReporter() {}

  /** The report of anything that a command may throw. */
  public static Report report(Throwable thrown) {
    return switch (thrown) {
      case CliFailureException e -> CliReports.report(e.failure());
      case InterruptedException e -> new Report("interrupted", "", "", ExitStatus.TEMPORARY);
      case IOException e ->
          new Report("reading or writing failed", describe(e), "", ExitStatus.CONFIGURATION);
      default ->
          new Report(
              "a fault of v6cert itself: " + describe(thrown),
              "",
              "please report it with the output of the same command and --debug",
              ExitStatus.BUG);
    };
  }

  private static String describe(Throwable thrown) {
    String message = thrown.getMessage();
    String kind = thrown.getClass().getSimpleName();
    return message == null ? kind : kind + ": " + message;
  }
}

package dev.v6cert.cli.truststore;

import dev.v6cert.base.SystemCommand;
import dev.v6cert.base.SystemCommand.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Runs the programs that keep trust stores. */
final class StoreTool {

  /** A person may have to answer a question of the system's on the screen. */
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private StoreTool() {}

  /**
   * Runs a program to its end with an input, and takes its errors for output.
   *
   * @throws IOException when it cannot be started, or does not end in two minutes
   */
  static Outcome run(List<String> command, String input) throws IOException, InterruptedException {
    Outcome outcome =
        SystemCommand.run(new ProcessBuilder(command).redirectErrorStream(true), input, LIMIT);
    if (outcome.timedOut()) {
      throw new IOException(command.getFirst() + " does not end");
    }
    return outcome;
  }

  /**
   * Runs a program that has to succeed.
   *
   * @throws IOException with its last line when it fails
   */
  static String succeed(List<String> command, String input)
      throws IOException, InterruptedException {
    Outcome outcome = run(command, input);
    if (!outcome.succeeded()) {
      throw failure(command, outcome);
    }
    return outcome.out();
  }

  /** The failure of a run, with the last line that it printed. */
  static IOException failure(List<String> command, Outcome outcome) {
    String last = outcome.lastLine();
    return new IOException(
        command.getFirst().replaceFirst(".*/", "")
            + (last.isEmpty() ? " ended with " + outcome.status() : ": " + last));
  }

  /** A word as a POSIX shell takes it. */
  static String quoted(Object word) {
    String text = word.toString();
    return text.matches("[A-Za-z0-9_./:=@%+-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}

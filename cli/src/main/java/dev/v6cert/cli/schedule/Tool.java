package dev.v6cert.cli.schedule;

import dev.v6cert.base.SystemCommand;
import dev.v6cert.base.SystemCommand.Outcome;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A program of the operating system, such as {@code systemctl --user}.
 *
 * @param words how it is called
 */
public record Tool(List<String> words) {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** Copies the words. */
  public Tool {
    words = List.copyOf(words);
  }

  /** Runs it; what it prints goes nowhere but into the message of a failure. */
  void run(String... arguments) throws IOException, InterruptedException {
    Outcome outcome = outcome("", arguments);
    if (!outcome.succeeded()) {
      throw failure(outcome, arguments);
    }
  }

  /** Runs it with an input, and takes its errors for output. */
  Outcome outcome(String input, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(words);
    command.addAll(List.of(arguments));
    try {
      return SystemCommand.run(new ProcessBuilder(command).redirectErrorStream(true), input, LIMIT);
    } catch (IOException e) {
      // The JDK's words end with the number of the system's error; 2 is "no such file".
      if (String.valueOf(e.getMessage()).contains("error: 2 ")) {
        throw new NoSuchFileException(command.getFirst(), null, "this machine has no such program");
      }
      throw e;
    }
  }

  /** The failure of a run, with the last line that it printed. */
  IOException failure(Outcome outcome, String... arguments) {
    String last = outcome.lastLine();
    return new IOException(
        String.join(" ", words)
            + " "
            + String.join(" ", arguments)
            + (last.isEmpty() ? " ended with " + outcome.status() : ": " + last));
  }
}

package dev.v6cert.cli.schedule;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

/**
 * A program of the operating system, such as {@code systemctl --user}.
 *
 * @param words how it is called
 */
public record Tool(List<String> words) {

  /** Copies the words. */
  public Tool {
    words = List.copyOf(words);
  }

  /** The end of a run. */
  record Outcome(int code, String out) {}

  /** Runs it; what it prints goes nowhere but into the message of a failure. */
  void run(String... arguments) throws IOException, InterruptedException {
    Outcome outcome = outcome("", arguments);
    if (outcome.code() != 0) {
      throw failure(outcome, arguments);
    }
  }

  /** Runs it with an input. */
  Outcome outcome(String input, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(words);
    command.addAll(List.of(arguments));
    Process process = start(command);
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It does not read its input; how it ends tells the rest.
    }
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), out.strip());
  }

  private static Process start(List<String> command) throws IOException {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start();
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
    String last = outcome.out().lines().reduce("", (_, line) -> line);
    return new IOException(
        String.join(" ", words)
            + " "
            + String.join(" ", arguments)
            + (last.isEmpty() ? " ended with " + outcome.code() : ": " + last));
  }
}

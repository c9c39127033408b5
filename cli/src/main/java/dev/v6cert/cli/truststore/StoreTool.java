package dev.v6cert.cli.truststore;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs the programs that keep trust stores. */
final class StoreTool {

  /** A person may have to answer a question of the system's on the screen. */
  private static final long LIMIT_SECONDS = 120;

  /**
   * The end of a run.
   *
   * @param code the exit code
   * @param text what it printed on both streams
   */
  record Outcome(int code, String text) {}

  private StoreTool() {}

  /**
   * Runs a program to its end with an input.
   *
   * @throws IOException when it cannot be started, or does not end in two minutes
   */
  static Outcome run(List<String> command, String input) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    FutureTask<byte[]> output = new FutureTask<>(() -> process.getInputStream().readAllBytes());
    Thread.ofVirtual().name("output of " + command.getFirst()).start(output);
    try {
      try (OutputStream in = process.getOutputStream()) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // It does not read its input; how it ends tells the rest.
      }
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException(command.getFirst() + " does not end");
      }
      byte[] text = output.get(LIMIT_SECONDS, TimeUnit.SECONDS);
      return new Outcome(process.exitValue(), new String(text, StandardCharsets.UTF_8));
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the output of " + command.getFirst() + " cannot be read", e);
    } finally {
      process.destroy();
    }
  }

  /**
   * Runs a program that has to succeed.
   *
   * @throws IOException with its last line when it fails
   */
  static String succeed(List<String> command, String input)
      throws IOException, InterruptedException {
    Outcome outcome = run(command, input);
    if (outcome.code() != 0) {
      throw failure(command, outcome);
    }
    return outcome.text();
  }

  /** The failure of a run, with the last line that it printed. */
  static IOException failure(List<String> command, Outcome outcome) {
    String last =
        outcome.text().lines().filter(line -> !line.isBlank()).reduce("", (_, line) -> line);
    return new IOException(
        command.getFirst().replaceFirst(".*/", "")
            + (last.isEmpty() ? " ended with " + outcome.code() : ": " + last.strip()));
  }

  /** A word as a POSIX shell takes it. */
  static String quoted(Object word) {
    String text = word.toString();
    return text.matches("[A-Za-z0-9_./:=@%+-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}

package dev.v6cert.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs programs of the operating system to their end, each within a time limit. */
public final class SystemCommand {

  /** The time that a program has to end by itself once it is told to. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  /**
   * The end of a run.
   *
   * @param status the exit status
   * @param out the standard output
   * @param err the standard error; empty where it was sent elsewhere
   * @param timedOut whether it was ended at the limit, with its output left out
   */
  public record Outcome(int status, String out, String err, boolean timedOut) {

    /** Whether the exit status is 0. */
    public boolean succeeded() {
      return status == 0;
    }

    /** The last line of the errors, or else of the output; empty where it printed nothing. */
    public String lastLine() {
      String text = err.isBlank() ? out : err;
      return text.strip().lines().reduce("", (_, line) -> line).strip();
    }
  }

  private SystemCommand() {}

  /**
   * Runs a program with an input. What it prints is read while it runs, so that it can end.
   *
   * @param program the program, and where its streams lead to
   * @throws IOException when it cannot be started, or its output not be read
   * @throws InterruptedException when the thread is interrupted; the program is told to end
   */
  public static Outcome run(ProcessBuilder program, String input, Duration limit)
      throws IOException, InterruptedException {
    Process process = program.start();
    FutureTask<String> out = text(process.getInputStream());
    FutureTask<String> err = text(process.getErrorStream());
    try {
      write(input, process);
      if (!process.waitFor(limit)) {
        return new Outcome(end(process), "", "", true);
      }
      long millis = limit.toMillis();
      return new Outcome(
          process.exitValue(),
          out.get(millis, TimeUnit.MILLISECONDS),
          err.get(millis, TimeUnit.MILLISECONDS),
          false);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the output of " + program.command().getFirst() + " cannot be read", e);
    } finally {
      process.destroy();
    }
  }

  private static FutureTask<String> text(InputStream stream) {
    FutureTask<String> text = new FutureTask<>(() -> new String(stream.readAllBytes(), UTF_8));
    Thread.ofVirtual().name("output of a program").start(text);
    return text;
  }

  private static void write(String input, Process process) {
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(UTF_8));
    } catch (IOException e) {
      // It does not read its input; how it ends tells the rest.
    }
  }

  private static int end(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(GRACE)) {
      process.destroyForcibly();
    }
    return process.waitFor();
  }
}

package dev.v6cert.cli.terminal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;

/**
 * The two streams of a command line: results go to standard output, everything else to standard
 * error.
 */
public final class Console {

  private final PrintStream out;
  private final boolean json;
  private final int columns;
  private final PrintStream err;
  private final Palette resultPalette;
  private final Palette errorPalette;
  private final Steps steps;
  private final boolean quiet;
  private final boolean live;
  private final Optional<BufferedReader> answers;

  /**
   * A console on the given streams.
   *
   * @param results where results go, and how they look
   * @param err where progress, warnings and errors go
   * @param errorPalette how they look
   * @param progress how much of the progress is shown
   * @param answers where a person's answers come from; empty when nobody may be asked
   */
  public Console(
      Results results,
      PrintStream err,
      Palette errorPalette,
      Progress progress,
      Optional<BufferedReader> answers) {
    this.out = results.out();
    this.json = results.json();
    this.columns = results.columns();
    this.resultPalette = results.palette();
    this.err = err;
    this.errorPalette = errorPalette;
    this.quiet = progress == Progress.SILENT;
    this.live = progress == Progress.LIVE;
    this.answers = answers;
    this.steps =
        switch (progress) {
          case SILENT -> new SilentSteps(err);
          case PLAIN -> new PlainSteps(err, errorPalette);
          case LIVE -> new LiveSteps(err, errorPalette, new TerminalWidth());
        };
  }

  /**
   * The destination and the look of results.
   *
   * @param out standard output
   * @param palette the colours of lines
   * @param json whether the result is one JSON object rather than lines
   * @param columns the width of the terminal; {@link #UNLIMITED} where none reads them
   */
  public record Results(PrintStream out, Palette palette, boolean json, int columns) {

    /** The width of a file or a pipe. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /** Results that no terminal reads. */
    public Results(PrintStream out, Palette palette, boolean json) {
      this(out, palette, json, UNLIMITED);
    }
  }

  /** The display of progress. */
  public enum Progress {
    /** Not at all. */
    SILENT,
    /** As plain lines. */
    PLAIN,
    /** As a list that is redrawn. */
    LIVE
  }

  /** Writes one line of the result. */
  public void result(String line) {
    out.print(line);
    out.print('\n');
  }

  /** Writes the result as JSON. */
  public void result(JsonObject json) {
    result(json.toString());
  }

  /** Whether the result is to be JSON. */
  public boolean json() {
    return json;
  }

  /** The most columns that a line of the result may take. */
  public int columns() {
    return columns;
  }

  /** Hands the result so far to its reader. */
  public void flush() {
    out.flush();
  }

  /** The colours of results. */
  public Palette palette() {
    return resultPalette;
  }

  /** The steps of the running command. */
  public Steps steps() {
    return steps;
  }

  /** Says something that is good to know, unless {@code --quiet}. */
  public void note(String line) {
    if (!quiet) {
      line(Line.of(line));
    }
  }

  /** Says something that a person should look into; {@code --quiet} does not silence it. */
  public void warn(String line) {
    line(errorPalette.yellow("warning:") + " " + Line.of(line));
  }

  /** Shows a drawing beside the progress, unless {@code --quiet} or the terminal has ASCII only. */
  public void drawing(Function<Palette, List<String>> lines) {
    if (!quiet && errorPalette.unicode()) {
      lines.apply(errorPalette).forEach(steps::line);
    }
  }

  private void line(String line) {
    out.flush(); // What was found out stands before what is said of it.
    steps.line(line);
  }

  /** Says why the command failed: the first line stands out, the others follow indented. */
  public void error(List<String> lines) {
    steps.fail();
    out.flush(); // What was found out stands before what went wrong.
    for (int i = 0; i < lines.size(); i++) {
      err.println(i == 0 ? errorPalette.red("error:") + " " + lines.get(i) : "  " + lines.get(i));
    }
  }

  /** Writes the stack trace of a failure, for {@code --debug}. */
  public void trace(Throwable failure) {
    failure.printStackTrace(err);
  }

  /** Whether somebody seems to watch: at a terminal, or there to be asked. */
  public boolean isAttended() {
    return live || canAsk();
  }

  /** Whether a person can be asked. */
  public boolean canAsk() {
    return answers.isPresent();
  }

  /**
   * Asks a yes-or-no question; anything but a clear yes is a no, and so is the end of the input.
   *
   * @throws InterruptedException when the process is told to stop meanwhile
   * @throws IllegalStateException when nobody can be asked
   */
  public boolean agrees(String question) throws InterruptedException {
    String text = answer(question + " [y/N] ").strip();
    return text.equalsIgnoreCase("y") || text.equalsIgnoreCase("yes");
  }

  /**
   * Asks for something that is not to be seen while it is typed; empty where that cannot be done.
   *
   * @throws InterruptedException when the process is told to stop meanwhile
   */
  public Optional<String> secret(String question) throws InterruptedException {
    if (answers.isEmpty()) {
      return Optional.empty();
    }
    try (Echo _ = Echo.off()) {
      return Optional.of(answer(question));
    } catch (IOException e) {
      return Optional.empty();
    } finally {
      err.println();
    }
  }

  /** A line from the person; an empty one at the end of the input. */
  private String answer(String question) throws InterruptedException {
    BufferedReader reader =
        answers.orElseThrow(() -> new IllegalStateException("nobody can be asked"));
    err.print(question);
    err.flush();
    // A read of standard input cannot be interrupted, so it is left to a thread that may hang.
    FutureTask<Optional<String>> answer = new FutureTask<>(() -> line(reader));
    Thread.ofPlatform().daemon().name("answer").start(answer);
    try {
      Optional<String> line = answer.get();
      if (line.isEmpty()) {
        err.println(); // The end of the input leaves the cursor behind the question.
      }
      return line.orElse("");
    } catch (InterruptedException e) {
      err.println(); // What is said of it stands below the question.
      throw e;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a read of the input threw", e.getCause());
    }
  }

  private static Optional<String> line(BufferedReader reader) {
    try {
      return Optional.ofNullable(reader.readLine());
    } catch (IOException e) {
      return Optional.empty(); // As the end of the input; a terminal that has gone away, say.
    }
  }

  /**
   * The terminal's echo, switched off while a secret is typed; by {@code stty}, where there is one.
   */
  private static final class Echo implements AutoCloseable {

    private Echo() {}

    /**
     * Switches it off until closed.
     *
     * @throws IOException when the terminal does not do that
     */
    static Echo off() throws IOException {
      stty("-echo");
      return new Echo();
    }

    private static void stty(String mode) throws IOException {
      Process process =
          new ProcessBuilder("stty", mode)
              .redirectInput(ProcessBuilder.Redirect.INHERIT)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      // Not waitFor(): a command that was told to stop must switch the echo on all the same.
      if (process.onExit().join().exitValue() != 0) {
        throw new IOException("stty " + mode + " failed");
      }
    }

    /** Switches it on again. */
    @Override
    public void close() throws IOException {
      stty("echo");
    }
  }
}

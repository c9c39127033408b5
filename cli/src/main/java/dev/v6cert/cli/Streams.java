package dev.v6cert.cli;

import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.setting.Environment;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.ColorChoice;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.cli.terminal.Palette;
import dev.v6cert.cli.terminal.ResultStream;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The three standard streams, and what is known of where they lead. */
public final class Streams {

  private static final int BUFFER = 8192;
  private static final String COLUMNS = "COLUMNS";

  /** The width of a terminal that does not tell its own. */
  private static final int USUAL_COLUMNS = 80;

  private final ResultStream results;
  private final PrintStream out;
  private final PrintStream err;
  private final InputStream in;
  private final Terminals terminals;
  private final Charset charset;

  /**
   * Which streams are terminals.
   *
   * @param in standard input
   * @param out standard output
   * @param err standard error
   */
  public record Terminals(boolean in, boolean out, boolean err) {}

  public Streams(
      InputStream in, OutputStream out, OutputStream err, Terminals terminals, Charset charset) {
    this.results = new ResultStream(out);
    this.out = new PrintStream(new BufferedOutputStream(results, BUFFER), false, charset);
    this.err = new PrintStream(err, true, charset);
    this.in = in;
    this.terminals = terminals;
    this.charset = charset;
  }

  public static Streams ofProcess() {
    return new Streams(
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err),
        new Terminals(isTerminal(0), isTerminal(1), isTerminal(2)),
        Charset.forName(System.getProperty("native.encoding", "US-ASCII")));
  }

  public Terminals terminals() {
    return terminals;
  }

  PrintStream out() {
    return out;
  }

  public PrintStream err() {
    return err;
  }

  Palette resultPalette(ColorChoice color, Environment environment) {
    return palette(color, environment, terminals.out());
  }

  Palette errorPalette(ColorChoice color, Environment environment) {
    return palette(color, environment, terminals.err());
  }

  private Palette palette(ColorChoice color, Environment environment, boolean terminal) {
    return new Palette(
        color.colors(terminal, environment.variables()), charset.newEncoder().canEncode('✓'));
  }

  /**
   * The width of the terminal that reads the results, from {@code COLUMNS}: the launcher sets it
   * for the commands that need it. A native call for it would take such a command twice the CPU
   * time.
   */
  private int columns(Environment environment) {
    if (!terminals.out()) {
      return Console.Results.UNLIMITED;
    }
    try {
      int columns = Integer.parseInt(environment.variable(COLUMNS));
      return columns > 0 ? columns : USUAL_COLUMNS;
    } catch (NumberFormatException e) {
      return USUAL_COLUMNS;
    }
  }

  /** The console of a run with known settings. */
  Console console(Settings settings, Environment environment) {
    boolean mayAsk = terminals.in() && terminals.err() && !settings.value(GlobalSettings.NO_INPUT);
    boolean dumb = "dumb".equals(environment.variable("TERM"));
    ColorChoice color = settings.value(GlobalSettings.COLOR);
    return console(
        new Console.Results(
            out,
            resultPalette(color, environment),
            settings.value(GlobalSettings.JSON),
            columns(environment)),
        errorPalette(color, environment),
        settings.value(GlobalSettings.QUIET)
            ? Console.Progress.SILENT
            : terminals.err() && !dumb ? Console.Progress.LIVE : Console.Progress.PLAIN,
        mayAsk
            ? Optional.of(new BufferedReader(new InputStreamReader(in, charset)))
            : Optional.empty());
  }

  /** The console of a run that has got no further than its errors. */
  Console console(ColorChoice color, Environment environment) {
    return console(
        new Console.Results(out, resultPalette(color, environment), false),
        errorPalette(color, environment),
        Console.Progress.PLAIN,
        Optional.empty());
  }

  private Console console(
      Console.Results results,
      Palette errorPalette,
      Console.Progress progress,
      Optional<BufferedReader> answers) {
    return new Console(results, err, errorPalette, progress, answers);
  }

  /** Writes out what is buffered; why that failed, empty when it did not. */
  Optional<String> close() {
    out.flush();
    err.flush();
    return results.failure();
  }

  /**
   * Whether descriptor 0, 1 or 2 is a terminal. Linux tells by its name, without a native call;
   * elsewhere the JDK is asked, which tells only whether input and output both are.
   */
  private static boolean isTerminal(int descriptor) {
    Path link = Path.of("/proc/self/fd", Integer.toString(descriptor));
    try {
      String target = Files.readSymbolicLink(link).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.ofNullable(System.console()).filter(java.io.Console::isTerminal).isPresent();
    }
  }
}

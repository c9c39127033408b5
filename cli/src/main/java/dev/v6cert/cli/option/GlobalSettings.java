package dev.v6cert.cli.option;

import dev.v6cert.cli.setting.Choice;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.terminal.ColorChoice;
import java.nio.file.Path;
import java.util.List;

/** The settings that every command has. */
public final class GlobalSettings {

  /** The directory of accounts and certificates. */
  public static final Setting<Path> STATE_DIR =
      Setting.of("state-dir", "DIR", PathText::read)
          .help("keep accounts and certificates in DIR (default: /var/lib/v6cert for root)");

  /** A settings file above the user's and the machine's. */
  public static final Setting<Path> CONFIG =
      Setting.of("config", "FILE", PathText::read)
          .help("read settings from FILE before the user's and the machine's files");

  private static final Choice<ColorChoice> COLORS = Choice.ofNames(List.of(ColorChoice.values()));

  /** The choice of coloured output. */
  public static final Setting<ColorChoice> COLOR =
      Setting.of("color", "WHEN", COLORS)
          .orElse("auto")
          .help("colour the output: " + COLORS.inWords());

  /** Whether to leave out the progress. */
  public static final Setting<Boolean> QUIET =
      Setting.ofSwitch("quiet").help("show results, warnings and errors only");

  /** Whether to explain failures with stack traces and the libraries' logs. */
  public static final Setting<Boolean> DEBUG =
      Setting.ofSwitch("debug").help("log the details, and the stack trace of a failure");

  /** Whether nobody is to be asked anything. */
  public static final Setting<Boolean> NO_INPUT =
      Setting.ofSwitch("no-input").help("never ask; fail where an answer is needed");

  /** Whether the result is to be JSON; only for the commands that report something. */
  public static final Setting<Boolean> JSON =
      Setting.ofSwitch("json").onlyAsFlag().help("print the result as one JSON object");

  /** The settings of every command. */
  public static final List<Setting<?>> ALL =
      List.of(STATE_DIR, CONFIG, COLOR, QUIET, DEBUG, NO_INPUT);

  private GlobalSettings() {}
}

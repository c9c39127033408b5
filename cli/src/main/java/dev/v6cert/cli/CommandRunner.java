package dev.v6cert.cli;

import dev.v6cert.cli.command.Command;
import dev.v6cert.cli.command.Invocation;
import dev.v6cert.cli.failure.CliFailure;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.ErrorText;
import dev.v6cert.cli.failure.ErrorTexts;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.failure.Suggestion;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.setting.Arguments;
import dev.v6cert.cli.setting.CommandSpec;
import dev.v6cert.cli.setting.CommandSyntax;
import dev.v6cert.cli.setting.Environment;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.setting.SettingSources;
import dev.v6cert.cli.setting.SettingValue;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.ColorChoice;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.cli.terminal.JsonObject;
import dev.v6cert.cli.terminal.Palette;
import dev.v6cert.cli.version.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** From the words of a command line to an exit status. */
public final class CommandRunner {

  private static final String HELP = "help";

  private final Environment environment;
  private final Streams streams;

  public CommandRunner(Environment environment, Streams streams) {
    this.environment = environment;
    this.streams = streams;
  }

  /** The program on this process's streams and in its environment. */
  static CommandRunner ofProcess() {
    // IPv6-only hosts: Java tries the IPv4 addresses of a name first unless told before any
    // look-up.
    System.setProperty("java.net.preferIPv6Addresses", "system");
    return new CommandRunner(Environment.ofProcess(), Streams.ofProcess());
  }

  /** Runs one command line; whatever goes wrong is reported here. */
  public ExitStatus run(List<String> words) {
    ExitStatus status =
        switch (words.isEmpty() ? "--help" : words.getFirst()) {
          case "--version", "-V" -> print("v6cert " + Version.text() + "\n");
          case "--help", "-h" -> overallHelp(words);
          default -> runCommand(words);
        };
    return streams
        .close()
        .map(why ->
            report(new CliFailureException(new CliFailure.OutputLost(why)), plain(), false, false))
        .orElse(status);
  }

  private ExitStatus print(String text) {
    streams.out().print(text);
    return ExitStatus.DONE;
  }

  private ExitStatus overallHelp(List<String> words) {
    if (words.isEmpty()) {
      streams.err().print(OverallHelp.text(streams.errorPalette(ColorChoice.AUTO, environment)));
      return ExitStatus.USAGE;
    }
    return print(OverallHelp.text(resultPalette()));
  }

  /** {@code v6cert help COMMAND}: the same as {@code v6cert COMMAND --help}. */
  private ExitStatus help(List<String> words) {
    List<String> asked = new ArrayList<>(words);
    asked.removeIf(HELP::equals);
    asked.add(CommandSyntax.HELP);
    return runCommand(asked);
  }

  private Palette resultPalette() {
    return streams.resultPalette(ColorChoice.AUTO, environment);
  }

  private ExitStatus runCommand(List<String> words) {
    Console console = plain();
    boolean debug = words.contains("--debug");
    try {
      Arguments arguments = Arguments.of(words, GlobalSettings.ALL);
      if (arguments.command().equals(Optional.of(HELP))) {
        return help(arguments.rest());
      }
      if (arguments.command().isEmpty() && CommandSyntax.asksForHelp(words)) {
        return overallHelp(words);
      }
      Command command = command(arguments);
      if (!CommandSyntax.asksForHelp(words)) {
        command.prepare();
      }
      CommandSpec description = command.description();
      CommandSyntax syntax = new CommandSyntax(description, GlobalSettings.ALL);
      CommandSyntax.Parsed parsed = syntax.parse(arguments.rest());
      if (parsed.help()) {
        return print(syntax.help(resultPalette().color()));
      }
      Settings settings = settings(command, parsed.flags());
      console = streams.console(settings, environment);
      debug = settings.value(GlobalSettings.DEBUG);
      return command.run(
          new Invocation(settings, parsed.arguments(), parsed.command(), console, environment));
    } catch (Throwable e) {
      return report(e, console, debug, words.contains(GlobalSettings.JSON.flag()));
    }
  }

  private static Command command(Arguments arguments) throws CliFailureException {
    String name =
        arguments
            .command()
            .orElseThrow(() ->
                CliFailureException.usage(
                    "there is no command", "v6cert --help lists the commands"));
    return Commands.find(name)
        .orElseThrow(() ->
            CliFailureException.usage(
                "v6cert has no command " + ErrorText.typed(name),
                Suggestion.of(name, Commands.names())
                    .map(near -> "did you mean " + near + "?")
                    .orElse("v6cert --help lists the commands")));
  }

  private Settings settings(Command command, Map<String, SettingValue> flags)
      throws CliFailureException {
    List<Setting<?>> used = new ArrayList<>(GlobalSettings.ALL);
    used.addAll(command.description().settings());
    List<Map<String, SettingValue>> sources = new ArrayList<>();
    sources.add(flags);
    Optional<Path> config = config(flags);
    sources.addAll(new SettingSources(used, Commands::settingsInTurn).read(environment, config));
    sources.add(Map.of(GlobalSettings.STATE_DIR.key(), environment.stateDirectory()));
    return Settings.of(command.description().name(), sources, used);
  }

  private Optional<Path> config(Map<String, SettingValue> flags) {
    SettingValue flag = flags.get(GlobalSettings.CONFIG.key());
    String name =
        flag != null ? flag.text() : environment.variable(GlobalSettings.CONFIG.variable());
    return name.isEmpty() ? Optional.empty() : Optional.of(Path.of(name));
  }

  /** The console of a run whose settings are not known, or not usable. */
  private Console plain() {
    return streams.console(ColorChoice.AUTO, environment);
  }

  private ExitStatus report(Throwable failure, Console console, boolean debug, boolean json) {
    ErrorText error = ErrorTexts.of(failure);
    console.error(error.lines());
    if (debug) {
      console.trace(failure);
    }
    if (json) {
      console.result(
          JsonObject.report()
              .put(
                  "error",
                  JsonObject.empty()
                      .put("exit", error.status().code())
                      .put("what", error.what())
                      .put("why", error.why())
                      .put("next", error.next())));
    }
    return error.status();
  }
}

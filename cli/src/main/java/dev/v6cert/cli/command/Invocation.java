package dev.v6cert.cli.command;

import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.setting.Environment;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.Console;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One use of a command.
 *
 * @param settings the values of its settings
 * @param arguments what was typed beside the options
 * @param command what was typed behind {@code --}, where the command takes that
 * @param console where its results and progress go
 * @param environment what the process finds around it
 */
public record Invocation(
    Settings settings,
    List<String> arguments,
    List<String> command,
    Console console,
    Environment environment) {

  /** The only one of the arguments, or the first. */
  public Optional<String> argument() {
    return arguments.stream().findFirst();
  }

  /** The directory of accounts and certificates. */
  public Path stateDirectory() {
    return settings.value(GlobalSettings.STATE_DIR);
  }

  /** Whether the result is to be JSON. */
  public boolean json() {
    return console.json();
  }
}

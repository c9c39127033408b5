package dev.v6cert.cli;

import dev.v6cert.cli.manual.Completion;
import dev.v6cert.cli.manual.ManualPage;
import dev.v6cert.cli.setting.CommandSpec;
import dev.v6cert.cli.version.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Writes the manual pages and the shell completions of a distribution. */
final class Manual {

  private Manual() {}

  /** Writes {@code man/man1/*.1} and {@code completions/SHELL/*} below the first argument. */
  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[0]);
    List<CommandSpec> commands = Commands.descriptions().toList();
    String version = "v6cert " + Version.text();
    Path pages = Files.createDirectories(directory.resolve("man/man1"));
    Files.writeString(pages.resolve("v6cert.1"), ManualPage.overview(commands, version));
    for (CommandSpec command : commands) {
      Files.writeString(
          pages.resolve("v6cert-" + command.name() + ".1"), ManualPage.of(command, version));
    }
    for (Completion shell : Completion.values()) {
      Path place =
          Files.createDirectories(
              directory.resolve("completions").resolve(shell.name().toLowerCase(Locale.ROOT)));
      Files.writeString(place.resolve(shell.fileName()), shell.script(commands));
    }
  }
}

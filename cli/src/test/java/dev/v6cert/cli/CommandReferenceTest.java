package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.setting.CommandSpec;
import dev.v6cert.cli.setting.CommandSyntax;
import dev.v6cert.cli.setting.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares docs/cli.md with the options that the help lists, both ways. */
class CommandReferenceTest {

  private static final Path DOCUMENT = Path.of("../docs/cli.md");

  /** An option, or a few by their common beginning: {@code --eab-…}. */
  private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--([a-z][a-z0-9-]*)(…?)");

  static List<CommandSpec> commands() {
    return Commands.descriptions().toList();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyOptionOfTheHelpIsInTheCommandsSection(CommandSpec command) throws IOException {
    String section = String.join("\n", section(command.name()));

    for (Setting<?> setting : command.settings()) {
      assertThat(mentions(section, setting.flag()))
          .as("%s of v6cert %s in %s", setting.flag(), command.name(), DOCUMENT)
          .isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyOptionInTheTableOfACommandIsInItsHelp(CommandSpec command) throws IOException {
    Set<String> known = flags(command.settings());
    known.addAll(flags(GlobalSettings.ALL));

    for (String line : section(command.name())) {
      if (line.startsWith("| ") && !line.startsWith("| Option")) {
        assertThat(known).as(line).containsAll(options(line.split(" \\| ", -1)[0], known));
      }
    }
  }

  @Test
  void everyOptionThatIsNamedAnywhereExists() throws IOException {
    Set<String> known = flags(GlobalSettings.ALL);
    commands().forEach(command -> known.addAll(flags(command.settings())));
    known.addAll(List.of(CommandSyntax.HELP, "--version"));

    assertThat(known).containsAll(options(Files.readString(DOCUMENT), known));
  }

  @Test
  void theOptionsOfEveryCommandAreInTheFirstTable() throws IOException {
    List<String> lines = Files.readAllLines(DOCUMENT);
    String head = String.join("\n", lines.subList(0, lines.indexOf("## Commands")));

    assertThat(options(head, Set.of())).containsAll(flags(GlobalSettings.ALL));
  }

  @Test
  void theOptionsOfTheCommandLineAloneAreThose() throws IOException {
    Set<String> lasting = new TreeSet<>();
    commands().stream()
        .flatMap(command -> command.settings().stream())
        .filter(setting -> !setting.onlyFlag())
        .map(Setting::flag)
        .forEach(lasting::add);
    String text = Files.readString(DOCUMENT);
    String sentence = text.substring(0, text.indexOf("work on the command line only"));

    assertThat(options(sentence.substring(sentence.lastIndexOf("\n\n")), Set.of()))
        .doesNotContainAnyElementsOf(lasting);
  }

  @Test
  void everyExitCodeIsInTheTable() throws IOException {
    List<String> codes = new ArrayList<>();
    for (String line : section("codes")) {
      if (line.startsWith("| ")) {
        codes.addAll(List.of(line.substring(2, line.indexOf(" |", 2)).split(", ", -1)));
      }
    }

    assertThat(codes)
        .containsAll(
            Stream.of(ExitStatus.values()).map(status -> String.valueOf(status.code())).toList());
  }

  /** The lines below the heading that has the command's name. */
  private static List<String> section(String command) throws IOException {
    List<String> section = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(DOCUMENT)) {
      if (line.startsWith("## ") || line.startsWith("### ")) {
        inside = List.of(line.split(" ", -1)).contains(command);
      } else if (inside) {
        section.add(line);
      }
    }
    assertThat(section).as("%s has a section %s", DOCUMENT, command).isNotEmpty();
    return section;
  }

  private static Set<String> flags(List<Setting<?>> settings) {
    Set<String> flags = new TreeSet<>();
    settings.forEach(setting -> flags.add(setting.flag()));
    return flags;
  }

  private static boolean mentions(String text, String flag) {
    return options(text, Set.of(flag)).contains(flag);
  }

  /** The options in a text; a common beginning stands for those of {@code known} that have it. */
  private static Set<String> options(String text, Set<String> known) {
    Set<String> options = new TreeSet<>();
    Matcher option = OPTION.matcher(text);
    while (option.find()) {
      String flag = "--" + option.group(1);
      if (option.group(2).isEmpty()) {
        options.add(flag);
      } else {
        known.stream().filter(it -> it.startsWith(flag)).forEach(options::add);
      }
    }
    return options;
  }
}

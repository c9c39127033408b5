package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.command.Command;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.setting.Arguments;
import dev.v6cert.cli.setting.CommandName;
import dev.v6cert.cli.setting.CommandSpec;
import dev.v6cert.cli.setting.CommandSyntax;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.terminal.Palette;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The helps and settings of all commands. */
class CommandsTest {

  @ParameterizedTest
  @EnumSource
  void everyHelpHasExamplesThatTheCommandItselfUnderstands(CommandName name) throws Exception {
    CommandSpec description = command(name).description();

    assertThat(description.examples()).isNotEmpty();
    for (CommandSpec.Example example : description.examples()) {
      Arguments arguments = Arguments.of(Transcript.words(example.line()), GlobalSettings.ALL);
      assertThat(arguments.command()).contains(name.text());
      assertThat(new CommandSyntax(description, GlobalSettings.ALL).parse(arguments.rest()).help())
          .isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyHelpFitsIntoEightyColumns(CommandName name) {
    CommandSpec description = command(name).description();

    String help = new CommandSyntax(description, GlobalSettings.ALL).help(false);

    assertThat(help.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    for (CommandSpec.Example example : description.examples()) {
      assertThat(help.lines())
          .contains("  " + example.does() + ":", "    v6cert " + example.line());
    }
  }

  @ParameterizedTest
  @EnumSource
  void noHelpBreaksAnAddressOrAnOption(CommandName name) {
    CommandSpec description = command(name).description();
    List<String> texts = new ArrayList<>(description.text());
    description.argument().ifPresent(argument -> texts.add(argument.help()));
    description.settings().forEach(setting -> texts.add(setting.explanation()));
    GlobalSettings.ALL.forEach(setting -> texts.add(setting.explanation()));

    String help = new CommandSyntax(description, GlobalSettings.ALL).help(false);

    assertThat(help.split("\\s+", -1)).contains(String.join(" ", texts).split("\\s+", -1));
  }

  @Test
  void theOverallHelpFitsIntoEightyColumns() {
    assertThat(OverallHelp.text(new Palette(false, false)).lines())
        .hasSizeGreaterThan(CommandName.values().length)
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
  }

  @Test
  void aSettingIsTheSameInEveryCommandThatHasIt() {
    for (CommandSpec command : Commands.descriptions().toList()) {
      for (Setting<?> setting : command.settings()) {
        assertThat(Commands.settings())
            .filteredOn(known -> known.key().equals(setting.key()))
            .singleElement()
            .satisfies(known ->
                assertThat(components(known.help(setting.help()))).isEqualTo(components(setting)));
      }
    }
  }

  private static List<Object> components(Setting<?> setting) {
    return List.of(
        setting.key(),
        setting.flag(),
        setting.kind(),
        setting.onlyFlag(),
        setting.reader(),
        setting.fallback(),
        setting.guide());
  }

  @Test
  void noTwoSettingsShareAVariable() {
    assertThat(Commands.settings()).extracting(Setting::variable).doesNotHaveDuplicates();
  }

  @Test
  void aDefaultIsAValueThatItsSettingTakes() {
    for (Setting<?> setting : Commands.settings()) {
      setting
          .fallback()
          .ifPresent(text ->
              assertThat((Object) setting.reader().apply(List.of(text.split(" ", -1))))
                  .isNotNull());
    }
  }

  @Test
  void everySettingHasAHelpText() {
    assertThat(Commands.settings()).allSatisfy(setting -> assertThat(setting.help()).isNotEmpty());
  }

  private static Command command(CommandName name) {
    return Commands.find(name.text()).orElseThrow();
  }
}

package dev.v6cert.cli.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.v6cert.cli.failure.CliFailure;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.option.GlobalSettings;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The words of one command line, taken apart. */
class CommandSyntaxTest {

  private static final CommandSpec SHOW =
      new CommandSpec(
          CommandName.SHOW,
          List.of(),
          Optional.of(new CommandSpec.Argument("NAME", true, "")),
          List.of(
              Setting.ofSwitch("json"),
              Setting.of("form", "FORM", text -> text),
              Setting.ofMany("zone", "ZONE", text -> text)),
          List.of());

  private static CommandSyntax.Parsed parse(String... words) throws CliFailureException {
    return new CommandSyntax(SHOW, GlobalSettings.ALL).parse(List.of(words));
  }

  private static List<String> texts(CommandSyntax.Parsed parsed, String key) {
    return Optional.ofNullable(parsed.flags().get(key)).map(SettingValue::texts).orElse(List.of());
  }

  private static void refused(String why, String... words) {
    assertThatExceptionOfType(CliFailureException.class)
        .isThrownBy(() -> parse(words))
        .satisfies(e -> assertThat(((CliFailure.Usage) e.failure()).what()).isEqualTo(why));
  }

  @Test
  void optionsAndTheArgumentStandInAnyOrder() throws Exception {
    CommandSyntax.Parsed parsed = parse("--zone", "a", "x", "--json", "--zone=b", "--form", "-");

    assertThat(parsed.arguments()).containsExactly("x");
    assertThat(texts(parsed, "zone")).containsExactly("a", "b");
    assertThat(texts(parsed, "json")).containsExactly("true");
    assertThat(texts(parsed, "form")).containsExactly("-");
  }

  @Test
  void aValueMayBeEmptyOrHoldAnEqualsSign() throws Exception {
    assertThat(texts(parse("x", "--form=a=b"), "form")).containsExactly("a=b");
    assertThat(texts(parse("x", "--form="), "form")).containsExactly("");
    assertThat(texts(parse("x", "--form", ""), "form")).containsExactly("");
  }

  @Test
  void twoDashesEndTheOptions() throws Exception {
    assertThat(parse("--json", "--", "--form").arguments()).containsExactly("--form");
  }

  @Test
  void whoeverAsksForHelpNeedNotHaveTypedTheRest() throws Exception {
    assertThat(parse("--help").help()).isTrue();
    assertThat(parse("--json", "-h", "--frobnicate").help()).isTrue();
  }

  @Test
  void helpAfterTwoDashesIsAnArgument() throws Exception {
    assertThat(parse("--", "--help").arguments()).containsExactly("--help");
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    refused("v6cert show needs its NAME");
    refused("\"y\" is one argument too many", "x", "y");
    refused("v6cert show has no option -j", "x", "-j");
    refused("--form needs a value: --form FORM", "x", "--form");
    refused("--form needs a value: --form FORM", "x", "--form", "--zone=a");
    refused("--form is there 2 times: a b", "x", "--form", "a", "--form", "b");
    refused("option '--json' should be specified without 'yes' parameter", "x", "--json=yes");
  }

  @Test
  void aValueThatLooksLikeAnOptionOfAnotherProgramIsTaken() throws Exception {
    assertThat(texts(parse("x", "--form", "--reload"), "form")).containsExactly("--reload");
  }
}

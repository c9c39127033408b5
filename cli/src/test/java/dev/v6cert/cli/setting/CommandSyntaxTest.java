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
          "show",
          "",
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
  void options_and_the_argument_stand_in_any_order() throws Exception {
    CommandSyntax.Parsed parsed = parse("--zone", "a", "x", "--json", "--zone=b", "--form", "-");

    assertThat(parsed.arguments()).containsExactly("x");
    assertThat(texts(parsed, "zone")).containsExactly("a", "b");
    assertThat(texts(parsed, "json")).containsExactly("true");
    assertThat(texts(parsed, "form")).containsExactly("-");
  }

  @Test
  void a_value_may_be_empty_or_hold_an_equals_sign() throws Exception {
    assertThat(texts(parse("x", "--form=a=b"), "form")).containsExactly("a=b");
    assertThat(texts(parse("x", "--form="), "form")).containsExactly("");
    assertThat(texts(parse("x", "--form", ""), "form")).containsExactly("");
  }

  @Test
  void two_dashes_end_the_options() throws Exception {
    assertThat(parse("--json", "--", "--form").arguments()).containsExactly("--form");
  }

  @Test
  void whoever_asks_for_help_need_not_have_typed_the_rest() throws Exception {
    assertThat(parse("--help").help()).isTrue();
    assertThat(parse("--json", "-h", "--frobnicate").help()).isTrue();
  }

  @Test
  void help_after_two_dashes_is_an_argument() throws Exception {
    assertThat(parse("--", "--help").arguments()).containsExactly("--help");
  }

  @Test
  void what_makes_no_sense_is_refused() {
    refused("v6cert show needs its NAME");
    refused("\"y\" is one argument too many", "x", "y");
    refused("v6cert show has no option -j", "x", "-j");
    refused("--form needs a value: --form FORM", "x", "--form");
    refused("--form needs a value: --form FORM", "x", "--form", "--zone=a");
    refused("--form is there 2 times: a b", "x", "--form", "a", "--form", "b");
    refused("option '--json' should be specified without 'yes' parameter", "x", "--json=yes");
  }

  @Test
  void a_value_that_looks_like_an_option_of_another_program_is_taken() throws Exception {
    assertThat(texts(parse("x", "--form", "--reload"), "form")).containsExactly("--reload");
  }
}

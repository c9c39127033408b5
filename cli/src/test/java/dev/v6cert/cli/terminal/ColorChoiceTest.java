package dev.v6cert.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ColorChoiceTest {

  private static final Map<String, String> NOTHING = Map.of();

  @Test
  void colour_goes_to_terminals_only() {
    assertThat(ColorChoice.AUTO.colors(true, NOTHING)).isTrue();
    assertThat(ColorChoice.AUTO.colors(false, NOTHING)).isFalse();
  }

  @Test
  void the_environment_can_forbid_it() {
    assertThat(ColorChoice.AUTO.colors(true, Map.of("NO_COLOR", "1"))).isFalse();
    assertThat(ColorChoice.AUTO.colors(true, Map.of("NO_COLOR", ""))).isTrue();
    assertThat(ColorChoice.AUTO.colors(true, Map.of("TERM", "dumb"))).isFalse();
  }

  @Test
  void a_flag_outranks_both() {
    assertThat(ColorChoice.ALWAYS.colors(false, Map.of("NO_COLOR", "1"))).isTrue();
    assertThat(ColorChoice.NEVER.colors(true, NOTHING)).isFalse();
  }

  @Test
  void a_palette_without_colour_writes_no_sequence() {
    assertThat(Palette.PLAIN.green("x") + Palette.PLAIN.tick()).isEqualTo("x+");
    assertThat(new Palette(true, true).red("x")).isEqualTo("\u001b[31mx\u001b[0m");
  }
}

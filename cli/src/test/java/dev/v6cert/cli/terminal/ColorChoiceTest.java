package dev.v6cert.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ColorChoiceTest {

  private static final Map<String, String> NOTHING = Map.of();

  @Test
  void colourGoesToTerminalsOnly() {
    assertThat(ColorChoice.AUTO.colors(true, NOTHING)).isTrue();
    assertThat(ColorChoice.AUTO.colors(false, NOTHING)).isFalse();
  }

  @Test
  void theEnvironmentCanForbidIt() {
    assertThat(ColorChoice.AUTO.colors(true, Map.of("NO_COLOR", "1"))).isFalse();
    assertThat(ColorChoice.AUTO.colors(true, Map.of("NO_COLOR", ""))).isTrue();
    assertThat(ColorChoice.AUTO.colors(true, Map.of("TERM", "dumb"))).isFalse();
  }

  @Test
  void aFlagOutranksBoth() {
    assertThat(ColorChoice.ALWAYS.colors(false, Map.of("NO_COLOR", "1"))).isTrue();
    assertThat(ColorChoice.NEVER.colors(true, NOTHING)).isFalse();
  }

  @Test
  void aPaletteWithoutColourWritesNoSequence() {
    assertThat(Palette.PLAIN.green("x") + Palette.PLAIN.tick()).isEqualTo("x+");
    assertThat(new Palette(true, true).red("x")).isEqualTo("\u001b[31mx\u001b[0m");
  }
}

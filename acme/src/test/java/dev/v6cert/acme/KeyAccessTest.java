package dev.v6cert.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyAccessTest {

  @Test
  void aGroupMayReadUnlessToldOtherwise() {
    assertThat(KeyAccess.of(Optional.of("web"), Optional.empty()).modeText()).isEqualTo("0640");
    assertThat(KeyAccess.of(Optional.of("web"), Optional.of(0600)).isForGroup()).isFalse();
    assertThat(KeyAccess.of(Optional.empty(), Optional.empty())).isEqualTo(KeyAccess.OWNER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"600", "0600", "0640", "440", "400"})
  void takesModesInOctal(String text) {
    String padded = text.length() == 3 ? "0" + text : text;
    assertThat(new KeyAccess(Optional.empty(), KeyAccess.parseMode(text)).modeText())
        .isEqualTo(padded);
  }

  @ParameterizedTest
  @ValueSource(strings = {"644", "0660", "0666", "777", "000", "200", "4600", "u=rw", "8", "06400"})
  void refusesModesThatGiveTheKeyAwayOrMakeNoSense(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyAccess.parseMode(text))
        .withMessageContaining("0640");
  }
}

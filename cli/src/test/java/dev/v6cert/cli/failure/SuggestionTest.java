package dev.v6cert.cli.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {

  private static final List<String> KNOWN =
      List.of("zone", "form", "http-port", "http-address", "agree-tos");

  @ParameterizedTest
  @CsvSource({
    "zoen, zone",
    "zones, zone",
    "one, zone",
    "htp-prot, http-port",
    "agree-tso, agree-tos",
    "http-adress, http-address"
  })
  void aSlipOfTheFingersIsRecognised(String typed, String meant) {
    assertThat(Suggestion.of(typed, KNOWN)).contains(meant);
  }

  @Test
  void somethingElseAltogetherIsNot() {
    assertThat(Suggestion.of("frobnicate", KNOWN)).isEmpty();
    assertThat(Suggestion.of("zone", List.of())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "abc, abc, 0",
    "abc, acb, 1",
    "abc, ab, 1",
    "abc, abcd, 1",
    "abc, xyz, 3",
    "'', abc, 3"
  })
  void editsAreCounted(String one, String other, int edits) {
    assertThat(Suggestion.edits(one, other)).isEqualTo(edits);
    assertThat(Suggestion.edits(other, one)).isEqualTo(edits);
  }
}

package dev.v6cert.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class JsonObjectTest {

  @Test
  void membersKeepTheirOrderAndNestWithIndentation() {
    JsonObject json =
        JsonObject.report()
            .put("name", "x")
            .put("number", -5L)
            .put("flag", true)
            .put("none", Optional.empty())
            .put("absent", OptionalLong.empty())
            .put("inner", JsonObject.empty().put("a", "b"))
            .putStrings("strings", List.of("p", "q"))
            .putObjects("objects", List.of(JsonObject.empty()))
            .putStrings("empty", List.of());

    assertThat(json)
        .hasToString(
            """
            {
              "schema": 1,
              "name": "x",
              "number": -5,
              "flag": true,
              "none": null,
              "absent": null,
              "inner": {
                "a": "b"
              },
              "strings": [
                "p",
                "q"
              ],
              "objects": [
                {}
              ],
              "empty": []
            }\
            """);
  }

  @Test
  void stringsAreEscapedToAscii() {
    assertThat(JsonObject.empty().put("a\"b", "\\ \n \t \u001b é 😀 \u007f"))
        .hasToString(
            "{\n  \"a\\\"b\": \"\\\\ \\n \\u0009 \\u001b \\u00e9 \\ud83d\\ude00 \\u007f\"\n}");
  }
}

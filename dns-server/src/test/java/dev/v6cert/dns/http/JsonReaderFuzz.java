package dev.v6cert.dns.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.v6cert.dns.http.JsonReader.Json;
import dev.v6cert.dns.http.JsonReader.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any text as the body of a request: malformed, or read, and then the same when written and read.
 */
class JsonReaderFuzz {

  static Stream<byte[]> bodies() {
    return Stream.of(
            "",
            "null",
            "{\"subdomain\":\"a\",\"txt\":\"\\u0041\\n\"}",
            "{\"AllowFrom\":[\"192.0.2.0/24\",[],{}],\"n\":-1.5e+3}",
            "[[[[[[[[[[[[[[]]]]]]]]]]]]]]",
            "{\"a\":",
            "\"\\ud800\"",
            "truefalse")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("bodies")
  @FuzzTest(maxDuration = "1h")
  void isReadAsItIsWritten(byte[] body) throws MalformedException {
    String text = new String(body, StandardCharsets.UTF_8);
    Json value;
    try {
      value = JsonReader.read(text);
    } catch (MalformedException e) {
      return;
    }
    assertThat(JsonReader.read(written(value))).isEqualTo(value);
  }

  private static String written(Json value) {
    return switch (value) {
      case Json.Text(var text) -> JsonText.of(text);
      case Json.Literal(var literal) -> literal;
      case Json.Array(var values) ->
          values.stream().map(JsonReaderFuzz::written).collect(Collectors.joining(",", "[", "]"));
      case Json.Members(var members) ->
          members.entrySet().stream()
              .map(member -> JsonText.of(member.getKey()) + ":" + written(member.getValue()))
              .collect(Collectors.joining(",", "{", "}"));
    };
  }
}

package dev.v6cert.cli.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A JSON object that is being written (RFC 8259); its members keep the order they are put in. */
public final class JsonObject {

  /** The version of every report's shape, raised when a member changes its meaning or goes. */
  public static final int SCHEMA = 1;

  private final List<String> members = new ArrayList<>();

  /** An empty object. */
  public static JsonObject empty() {
    return new JsonObject();
  }

  /** An object that opens with {@code "schema"}, as every report does. */
  public static JsonObject report() {
    return empty().put("schema", SCHEMA);
  }

  /** Puts a string. */
  public JsonObject put(String name, String value) {
    return member(name, quoted(value));
  }

  /** Puts a string, or {@code null} where there is none. */
  public JsonObject put(String name, Optional<String> value) {
    return member(name, value.map(JsonObject::quoted).orElse("null"));
  }

  /** Puts a whole number. */
  public JsonObject put(String name, long value) {
    return member(name, Long.toString(value));
  }

  /** Puts a whole number, or {@code null} where there is none. */
  public JsonObject put(String name, OptionalLong value) {
    return member(name, value.isPresent() ? Long.toString(value.getAsLong()) : "null");
  }

  /** Puts {@code true} or {@code false}. */
  public JsonObject put(String name, boolean value) {
    return member(name, Boolean.toString(value));
  }

  /** Puts an object. */
  public JsonObject put(String name, JsonObject value) {
    return member(name, value.toString());
  }

  /** Puts an array of objects. */
  public JsonObject putObjects(String name, List<JsonObject> values) {
    return member(name, array(values.stream().map(JsonObject::toString).toList()));
  }

  /** Puts an array of strings. */
  public JsonObject putStrings(String name, List<String> values) {
    return member(name, array(values.stream().map(JsonObject::quoted).toList()));
  }

  private JsonObject member(String name, String value) {
    members.add(quoted(name) + ": " + value);
    return this;
  }

  private static String array(List<String> values) {
    return values.isEmpty() ? "[]" : "[" + indented(values) + "]";
  }

  private static String indented(List<String> parts) {
    return "\n  " + String.join(",\n", parts).replace("\n", "\n  ") + "\n";
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        default -> {
          // Beyond ASCII everything is escaped: the output's character set may lack it.
          if (c < 0x20 || c > 0x7e) {
            quoted.append("\\u").append(Integer.toHexString(0x10000 | c), 1, 5);
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }

  /** The text of the object, indented by two. */
  @Override
  public String toString() {
    return members.isEmpty() ? "{}" : "{" + indented(members) + "}";
  }
}

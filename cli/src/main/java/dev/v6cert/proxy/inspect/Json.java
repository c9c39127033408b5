package dev.v6cert.proxy.inspect;

import java.util.List;

/**
 * A JSON object that is being written (RFC 8259); control characters and line separators are
 * escaped.
 */
final class Json {

  private final StringBuilder text = new StringBuilder("{");

  Json put(String name, String value) {
    name(name);
    quote(value);
    return this;
  }

  Json put(String name, long value) {
    name(name).append(value);
    return this;
  }

  Json put(String name, boolean value) {
    name(name).append(value);
    return this;
  }

  Json put(String name, Json value) {
    name(name).append(value);
    return this;
  }

  Json putFields(String name, List<HeaderField> fields) {
    name(name).append('[');
    for (int i = 0; i < fields.size(); i++) {
      text.append(i == 0 ? "[" : ",[");
      quote(fields.get(i).name());
      text.append(',');
      quote(fields.get(i).value());
      text.append(']');
    }
    text.append(']');
    return this;
  }

  private StringBuilder name(String name) {
    if (text.length() > 1) {
      text.append(',');
    }
    quote(name);
    return text.append(':');
  }

  private void quote(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < ' ' || (c >= 0x7f && c < 0xa0) || c == '\u2028' || c == '\u2029') {
        text.append(String.format("\\u%04x", (int) c));
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }

  @Override
  public String toString() {
    return text + "}";
  }
}

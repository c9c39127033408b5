package dev.v6cert.dns.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads a JSON text (RFC 8259) of a few levels. Strict, but for a name that stands twice. */
final class JsonReader {
  private static final int DEEPEST = 8;

  private final String text;
  private int at;

  private JsonReader(String text) {
    this.text = text;
  }

  /** A JSON value. */
  sealed interface Json {
    /** A string. */
    record Text(String value) implements Json {}

    /** An array. */
    record Array(List<Json> values) implements Json {}

    /**
     * An object. Its names are in lower case, since acme-dns reads them in any, and its clients
     * send {@code SubDomain}; of a name that stands twice, the last value.
     */
    record Members(Map<String, Json> members) implements Json {}

    /** A number, true, false or null, as it is written. */
    record Literal(String written) implements Json {
      boolean isNull() {
        return written.equals("null");
      }
    }
  }

  /** The text is no JSON. */
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String reason) {
      super(reason);
    }
  }

  /** Reads one value with nothing but white space around it. */
  static Json read(String text) throws MalformedException {
    JsonReader reader = new JsonReader(text);
    Json value = reader.value(0);
    reader.skipSpace();
    if (reader.at < text.length()) {
      throw reader.malformed();
    }
    return value;
  }

  private MalformedException malformed() {
    return new MalformedException("malformed at character " + at);
  }

  private void skipSpace() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() throws MalformedException {
    if (at >= text.length()) {
      throw malformed();
    }
    return text.charAt(at);
  }

  /** Takes the character if it comes next. */
  private boolean take(char expected) throws MalformedException {
    skipSpace();
    if (peek() != expected) {
      return false;
    }
    at++;
    return true;
  }

  private void require(char expected) throws MalformedException {
    if (!take(expected)) {
      throw malformed();
    }
  }

  private Json value(int depth) throws MalformedException {
    skipSpace();
    if (depth > DEEPEST) {
      throw malformed();
    }
    return switch (peek()) {
      case '"' -> new Json.Text(string());
      case '[' -> array(depth);
      case '{' -> object(depth);
      default -> literal();
    };
  }

  private Json array(int depth) throws MalformedException {
    require('[');
    List<Json> values = new ArrayList<>();
    if (!take(']')) {
      do {
        values.add(value(depth + 1));
      } while (take(','));
      require(']');
    }
    return new Json.Array(values);
  }

  private Json object(int depth) throws MalformedException {
    require('{');
    Map<String, Json> members = new LinkedHashMap<>();
    if (!take('}')) {
      do {
        skipSpace();
        String name = string();
        require(':');
        members.put(name.toLowerCase(Locale.ROOT), value(depth + 1));
      } while (take(','));
      require('}');
    }
    return new Json.Members(members);
  }

  private Json literal() throws MalformedException {
    int from = at;
    while (at < text.length() && isWord(text.charAt(at))) {
      at++;
    }
    String word = text.substring(from, at);
    boolean known = word.matches("true|false|null|-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
    if (!known) {
      at = from;
      throw malformed();
    }
    return new Json.Literal(word);
  }

  private static boolean isWord(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || "E+-.".indexOf(c) >= 0;
  }

  private String string() throws MalformedException {
    if (peek() != '"') {
      throw malformed();
    }
    at++;
    StringBuilder value = new StringBuilder();
    while (peek() != '"') {
      char c = text.charAt(at++);
      if (c < ' ') {
        throw malformed();
      }
      value.append(c == '\\' ? escaped() : c);
    }
    at++;
    return value.toString();
  }

  private char escaped() throws MalformedException {
    char c = peek();
    at++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> throw malformed();
    };
  }

  private char unicode() throws MalformedException {
    int end = at + 4;
    if (end > text.length() || !text.substring(at, end).matches("[0-9a-fA-F]{4}")) {
      throw malformed();
    }
    char c = (char) Integer.parseInt(text.substring(at, end), 16);
    at = end;
    return c;
  }
}

package dev.v6cert.ipv6.firewall;

import java.util.ArrayList;
import java.util.List;

/** The words of nft's text: quoted strings whole, and each brace, comma and semicolon by itself. */
final class NftTokens {

  /** The end of a line. */
  static final String NEWLINE = "\n";

  private final List<String> words = new ArrayList<>();
  private int at;

  NftTokens(String text) {
    StringBuilder word = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted || c == '"') {
        quoted ^= c == '"';
        word.append(c);
      } else if (" \t\n{},;".indexOf(c) >= 0) {
        end(word);
        if (c != ' ' && c != '\t') {
          words.add(Character.toString(c));
        }
      } else {
        word.append(c);
      }
    }
    end(word);
  }

  private void end(StringBuilder word) {
    if (!word.isEmpty()) {
      words.add(word.toString());
      word.setLength(0);
    }
  }

  boolean hasNext() {
    return at < words.size();
  }

  /** The next word; empty at the end. */
  String peek() {
    return hasNext() ? words.get(at) : "";
  }

  String next() {
    String word = peek();
    at++;
    return word;
  }

  /** Takes the word if it is the next one. */
  boolean take(String word) {
    if (hasNext() && peek().equals(word)) {
      at++;
      return true;
    }
    return false;
  }

  /** Takes everything up to the brace that closes the one just taken, and that brace. */
  List<String> block() {
    List<String> inside = new ArrayList<>();
    for (int depth = 1; hasNext(); ) {
      String word = next();
      depth += word.equals("{") ? 1 : word.equals("}") ? -1 : 0;
      if (depth == 0) {
        break;
      }
      inside.add(word);
    }
    return inside;
  }

  /** Takes everything up to the end of the line, lines within braces included. */
  List<String> line() {
    List<String> line = new ArrayList<>();
    int depth = 0;
    while (hasNext() && (depth > 0 || !(peek().equals(NEWLINE) || peek().equals("}")))) {
      String word = next();
      depth += word.equals("{") ? 1 : word.equals("}") ? -1 : 0;
      if (!word.equals(NEWLINE)) {
        line.add(word);
      }
    }
    return line;
  }
}

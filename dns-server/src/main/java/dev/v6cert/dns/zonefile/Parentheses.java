package dev.v6cert.dns.zonefile;

/**
 * The parentheses of a master file, which make one record of several lines (RFC 1035 section 5.1).
 * One that is not closed would swallow all records behind it.
 */
final class Parentheses {
  private int depth;
  private int openedIn;

  /** Reads the next line, of the given number. */
  void read(String line, int number) {
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      switch (line.charAt(i)) {
        case '\\' -> i++;
        case '"' -> quoted = !quoted;
        case '(' -> open(quoted ? 0 : 1, number);
        case ')' -> open(quoted ? 0 : -1, number);
        case ';' -> i = quoted ? i : line.length();
        default -> {}
      }
    }
  }

  private void open(int more, int number) {
    openedIn = depth == 0 ? number : openedIn;
    depth += more;
  }

  /** The line of the outermost parenthesis that is open; 0 where none is. */
  int openedIn() {
    return depth > 0 ? openedIn : 0;
  }
}

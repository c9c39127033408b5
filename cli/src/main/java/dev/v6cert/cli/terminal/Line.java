package dev.v6cert.cli.terminal;

/**
 * Text as one line that is safe to print: without line breaks, control characters and those that
 * turn the direction of what follows or are not seen, and cut where it has no end. A CA, a router
 * or a name server may have put all of that there.
 */
public final class Line {

  /** Room for a long path in a command to be typed. */
  private static final int LONGEST = 4096;

  private Line() {}

  /** The text in a line. */
  public static String of(String text) {
    int length = Math.min(text.length(), LONGEST);
    StringBuilder line = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      line.append(isPrintable(c) ? c : ' ');
    }
    return line.toString().strip() + (length < text.length() ? "..." : "");
  }

  private static boolean isPrintable(char c) {
    if (c < 0x7f) {
      return c >= ' ';
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}

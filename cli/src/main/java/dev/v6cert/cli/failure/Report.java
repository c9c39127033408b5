package dev.v6cert.cli.failure;

import java.util.ArrayList;
import java.util.List;

/**
 * A failure as a person reads it, in at most three lines, and as the shell does.
 *
 * @param what what happened
 * @param why why it happened, as far as known; may be empty
 * @param next what to type or do next; may be empty
 * @param status the exit code
 */
public record Report(String what, String why, String next, ExitStatus status) {

  /** Room for a long path in a command to be typed. */
  private static final int LONGEST_LINE = 4096;

  /** The parts that are not empty, each folded into one line. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>(3);
    for (String part : List.of(what, why, next)) {
      if (!part.isBlank()) {
        lines.add(oneLine(part));
      }
    }
    return lines;
  }

  /**
   * The text as one line that is safe to print: without line breaks, control characters and those
   * that turn the direction of what follows, and cut where it has no end. A remote side may have
   * put all of that there.
   */
  public static String oneLine(String text) {
    int length = Math.min(text.length(), LONGEST_LINE);
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

package dev.v6cert.cli.failure;

import dev.v6cert.cli.terminal.Line;
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
public record ErrorText(String what, String why, String next, ExitStatus status) {

  private static final int LONGEST_WORD = 100;

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
   * A word that somebody typed, in quotes; a long one is cut, so that the reason stays in sight.
   */
  public static String typed(String word) {
    int length = word.codePointCount(0, word.length());
    String shown =
        length <= LONGEST_WORD
            ? word
            : word.substring(0, word.offsetByCodePoints(0, LONGEST_WORD)) + "...";
    return "\"" + shown + "\"";
  }

  /** The text as one line that is safe to print. */
  public static String oneLine(String text) {
    return Line.of(text);
  }
}

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
public record Report(String what, String why, String next, ExitStatus status) {

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

  /** The text as one line that is safe to print. */
  public static String oneLine(String text) {
    return Line.of(text);
  }
}

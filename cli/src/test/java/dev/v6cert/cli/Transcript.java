package dev.v6cert.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A recorded session of the command line: lines {@code $ v6cert ...}, each followed by what the
 * command wrote (lines of standard error marked with {@code ! }) and, unless it was 0, its exit
 * code as {@code [64]}. Lines that start with {@code #} at the top are remarks. Run with {@code
 * -Dtranscripts.write=true}, the tests record anew; the difference is then for a person to judge.
 */
final class Transcript {

  private static final Path DIRECTORY = Path.of("src/test/resources/dev/v6cert/cli/transcripts");
  private static final String PROMPT = "$ v6cert";

  private final Path file;

  private Transcript(Path file) {
    this.file = file;
  }

  /** The output and exit code of a command. */
  record Outcome(String out, String err, int code) {}

  /** Runs the words of a command line. */
  @FunctionalInterface
  interface Runner {
    Outcome run(List<String> words) throws Exception;
  }

  static Transcript named(String name) {
    return new Transcript(DIRECTORY.resolve(name + ".txt"));
  }

  /** The recorded text. */
  String recorded() throws IOException {
    return Files.readString(file);
  }

  /** Runs every command of the record, and gives the text that a record made now would have. */
  String replay(Runner runner, UnaryOperator<String> neutral) throws Exception {
    StringBuilder text = new StringBuilder();
    boolean atTop = true;
    for (String line : Files.readAllLines(file)) {
      if (atTop && line.startsWith("#")) {
        text.append(line).append('\n');
      } else if (line.startsWith(PROMPT)) {
        text.append(atTop && text.isEmpty() ? "" : "\n").append(line).append('\n');
        append(runner.run(words(line.substring(PROMPT.length()))), text, neutral);
        atTop = false;
      }
    }
    if (Boolean.getBoolean("transcripts.write")) {
      Files.writeString(file, text.toString(), StandardCharsets.UTF_8);
    }
    return text.toString();
  }

  private static void append(Outcome outcome, StringBuilder text, UnaryOperator<String> neutral) {
    neutral.apply(outcome.out()).lines().forEach(line -> text.append(line).append('\n'));
    neutral
        .apply(outcome.err())
        .lines()
        .forEach(line -> text.append("! ").append(line).append('\n'));
    if (outcome.code() != 0) {
      text.append('[').append(outcome.code()).append("]\n");
    }
  }

  /** Splits at blanks; double quotes keep a word with blanks together, or an empty one. */
  static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean quoted = false;
    boolean open = false;
    for (char c : (line + " ").toCharArray()) {
      if (c == '"') {
        quoted = !quoted;
        open = true;
      } else if (c == ' ' && !quoted) {
        if (open) {
          words.add(word.toString());
        }
        word.setLength(0);
        open = false;
      } else {
        word.append(c);
        open = true;
      }
    }
    return words;
  }
}

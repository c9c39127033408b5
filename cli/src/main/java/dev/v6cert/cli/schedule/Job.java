package dev.v6cert.cli.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The command of a timer: the program with the words of a {@code renew}.
 *
 * @param command the program's path and its arguments
 * @param minute of the hour, 0 to 59, for who knows no random delay
 */
public record Job(List<String> command, int minute) {

  /** Copies the command. */
  public Job {
    command = List.copyOf(command);
  }

  /** The command as a shell reads it. */
  String forShell() {
    return joined(Job::shellWord);
  }

  /** The command as systemd's ExecStart= reads it (systemd.service(5), "Command lines"). */
  String forSystemd() {
    return joined(Job::systemdWord);
  }

  /** The command as cron reads it, which takes a percent sign for the end of a line. */
  String forCron() {
    return forShell().replace("%", "\\%");
  }

  /**
   * The words of a command as a shell reads it, and systemd nearly so: blanks part them, quotes and
   * backslashes keep blanks in them.
   */
  static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean inWord = false;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && quote != '\'' && i + 1 < text.length()) {
        i++;
        word.append(text.charAt(i));
        inWord = true;
      } else if (quote == 0 && Character.isWhitespace(c)) {
        if (inWord) {
          words.add(word.toString());
        }
        word.setLength(0);
        inWord = false;
      } else if (c == quote) {
        quote = 0;
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
        inWord = true;
      } else {
        word.append(c);
        inWord = true;
      }
    }
    if (inWord) {
      words.add(word.toString());
    }
    return words;
  }

  private String joined(UnaryOperator<String> quoting) {
    List<String> words = new ArrayList<>();
    command.forEach(word -> words.add(quoting.apply(word)));
    return String.join(" ", words);
  }

  private static String shellWord(String word) {
    return isPlain(word) ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  private static String systemdWord(String word) {
    String escaped = word.replace("%", "%%").replace("$", "$$");
    return isPlain(word)
        ? escaped
        : "\"" + escaped.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private static boolean isPlain(String word) {
    return !word.isEmpty()
        && word.chars().allMatch(c -> Character.isLetterOrDigit(c) || "/._-+:=@,%".indexOf(c) >= 0);
  }
}

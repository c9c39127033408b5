package dev.v6cert.cli.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What is run: the program with the words of a {@code renew}.
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

package dev.v6cert.cli.setting;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The words of the command line, parted at the command's name. Global options may stand before it;
 * they are handed to the command with the rest.
 *
 * @param command the first word that is no option
 * @param rest every other word, in order
 */
public record Arguments(Optional<String> command, List<String> rest) {

  /**
   * The parted words.
   *
   * @param globals the options that may stand before the command
   */
  public static Arguments of(List<String> words, List<Setting<?>> globals) {
    int at = 0;
    while (at < words.size() && words.get(at).startsWith("-")) {
      at += takesNextWord(words.get(at), globals) ? 2 : 1;
    }
    if (at >= words.size()) {
      return new Arguments(Optional.empty(), words);
    }
    List<String> rest = new ArrayList<>(words.subList(0, at));
    rest.addAll(words.subList(at + 1, words.size()));
    return new Arguments(Optional.of(words.get(at)), rest);
  }

  private static boolean takesNextWord(String word, List<Setting<?>> globals) {
    for (Setting<?> setting : globals) {
      if (setting.flag().equals(word)) {
        return setting.kind() != Setting.Kind.SWITCH;
      }
    }
    return false;
  }
}

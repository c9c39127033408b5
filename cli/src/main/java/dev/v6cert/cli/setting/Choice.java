package dev.v6cert.cli.setting;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * A few words, one of which is the value of a setting. Its parser, its completion and the list in
 * its texts are made of them. Every command has one, so no stream is set up here.
 *
 * @param values the values, in the order of the texts
 * @param word the word of each, in lower case
 */
public record Choice<T>(List<T> values, Function<T, String> word) {

  /** The values of an enum by their names, in lower case. */
  public static <E extends Enum<E>> Choice<E> ofNames(List<E> values) {
    return new Choice<>(values, value -> value.name().toLowerCase(Locale.ROOT));
  }

  /** The words. */
  public List<String> words() {
    List<String> words = new ArrayList<>(values.size());
    for (T value : values) {
      words.add(word.apply(value));
    }
    return words;
  }

  /** The words with commas between, and {@code or} before the last. */
  public String inWords() {
    List<String> words = words();
    int last = words.size() - 1;
    return String.join(", ", words.subList(0, last)) + " or " + words.get(last);
  }

  /** The words as a usage text has them: {@code auto|nio|batched}. */
  String label() {
    return String.join("|", words());
  }

  /**
   * The value of a word, in upper or lower case.
   *
   * @throws IllegalArgumentException when it is none; the message lists all
   */
  T read(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    for (T value : values) {
      if (word.apply(value).equals(lower)) {
        return value;
      }
    }
    throw new IllegalArgumentException("it is none of " + String.join(", ", words()));
  }
}

package dev.v6cert.cli.setting;

import java.util.List;

/** The values that a shell offers while one is typed. */
public sealed interface ValueCompletion {

  /** Nothing: the value is free, such as a mail address. */
  record Nothing() implements ValueCompletion {}

  /** The paths of files and directories. */
  record Paths() implements ValueCompletion {}

  /** The names of the lineages in the state directory. */
  record Lineages() implements ValueCompletion {}

  /**
   * A few words.
   *
   * @param words the words, none with a character that a shell would read
   */
  record Words(List<String> words) implements ValueCompletion {}

  /** The offer that a label makes: {@code auto|nio} its words, {@code FILE} paths. */
  static ValueCompletion of(String label) {
    return switch (label) {
      case "FILE", "DIR", "PEM", "OUT" -> new Paths();
      default -> label.contains("|") ? new Words(List.of(label.split("\\|", -1))) : new Nothing();
    };
  }
}

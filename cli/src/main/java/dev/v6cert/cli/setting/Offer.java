package dev.v6cert.cli.setting;

import java.util.List;

/** The values that a shell offers while one is typed. */
public sealed interface Offer {

  /** Nothing: the value is free, such as a mail address. */
  record Nothing() implements Offer {}

  /** The paths of files and directories. */
  record Paths() implements Offer {}

  /** The names of the lineages in the state directory. */
  record Lineages() implements Offer {}

  /**
   * A few words.
   *
   * @param words the words, none with a character that a shell would read
   */
  record Words(List<String> words) implements Offer {}

  /** The offer that a label makes: {@code auto|nio} its words, {@code FILE} paths. */
  static Offer of(String label) {
    return switch (label) {
      case "FILE", "DIR", "PEM", "OUT" -> new Paths();
      default -> label.contains("|") ? new Words(List.of(label.split("\\|", -1))) : new Nothing();
    };
  }
}

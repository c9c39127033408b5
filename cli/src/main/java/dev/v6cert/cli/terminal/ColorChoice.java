package dev.v6cert.cli.terminal;

import java.util.Locale;
import java.util.Map;

/** The value of {@code --color}. */
public enum ColorChoice {
  /** Colour on a terminal, unless {@code NO_COLOR} is set or {@code TERM} is {@code dumb}. */
  AUTO,
  /** Colour, wherever the text goes. */
  ALWAYS,
  /** No colour. */
  NEVER;

  /**
   * The choice of the given name.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static ColorChoice of(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "auto" -> AUTO;
      case "always" -> ALWAYS;
      case "never" -> NEVER;
      default -> throw new IllegalArgumentException("it is none of auto, always, never");
    };
  }

  /**
   * Whether to colour (no-color.org).
   *
   * @param terminal whether the text goes to a terminal
   * @param variables the environment
   */
  public boolean colors(boolean terminal, Map<String, String> variables) {
    return switch (this) {
      case ALWAYS -> true;
      case NEVER -> false;
      case AUTO ->
          terminal
              && variables.getOrDefault("NO_COLOR", "").isEmpty()
              && !"dumb".equals(variables.get("TERM"));
    };
  }
}

package dev.v6cert.cli.terminal;

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

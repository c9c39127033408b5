package dev.v6cert.cli.setting;

import java.util.List;
import java.util.Optional;

/**
 * The words that can follow a command's name, and their explanation in its help.
 *
 * @param command the command
 * @param text the paragraphs below it
 * @param argument what may stand beside the options
 * @param settings its options, without the global ones
 * @param examples what people type most
 */
public record CommandSpec(
    CommandName command,
    List<String> text,
    Optional<Argument> argument,
    List<Setting<?>> settings,
    List<Example> examples) {

  /** The command as it is typed. */
  public String name() {
    return command.text();
  }

  /** The purpose of the command in one line, without a full stop. */
  public String summary() {
    return command.summary();
  }

  /**
   * The argument beside the options.
   *
   * @param label what it is called, such as {@code ADDRESS}
   * @param count how many there may be
   * @param help a line about it
   * @param offer the values that a shell offers
   */
  public record Argument(String label, Count count, String help, ValueCompletion offer) {

    private static final String ACTION = "ACTION";

    /** The number of arguments. */
    public enum Count {
      OPTIONAL,
      ONE,
      MANY
    }

    /** One argument, or none unless it is required. */
    public Argument(String label, boolean required, String help, ValueCompletion offer) {
      this(label, required ? Count.ONE : Count.OPTIONAL, help, offer);
    }

    /** An argument for which a shell offers nothing. */
    public Argument(String label, boolean required, String help) {
      this(label, required, help, new ValueCompletion.Nothing());
    }

    /** The action of a command that has several. */
    public static Argument action(List<String> actions) {
      return new Argument(
          ACTION, true, String.join(", ", actions), new ValueCompletion.Words(actions));
    }

    /** The action, and what stands behind it. */
    public static Argument actionWithWords(List<String> actions, String help) {
      return new Argument(ACTION, Count.MANY, help, new ValueCompletion.Words(actions));
    }

    /** The actions, one of which must be there; none for an argument of another kind. */
    public List<String> actions() {
      return label.equals(ACTION) && offer instanceof ValueCompletion.Words(var words)
          ? words
          : List.of();
    }

    /** Whether it must be there. */
    public boolean required() {
      return count == Count.ONE || label.equals(ACTION);
    }

    /** The argument in a synopsis. */
    public String synopsis() {
      return switch (count) {
        case ONE -> label;
        case OPTIONAL -> "[" + label + "]";
        case MANY -> "[" + label + "]...";
      };
    }

    /** The name of a lineage. */
    public static Argument lineage(boolean required) {
      return new Argument(
          "NAME",
          required,
          "a lineage, a certificate and its renewals, by its name in v6cert list",
          new ValueCompletion.Lineages());
    }
  }

  /**
   * Something to type.
   *
   * @param line what follows {@code v6cert}
   * @param does what happens
   */
  public record Example(String line, String does) {}
}

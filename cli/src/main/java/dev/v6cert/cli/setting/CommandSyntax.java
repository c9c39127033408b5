package dev.v6cert.cli.setting;

import dev.v6cert.cli.failure.CliFailure;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.ErrorText;
import dev.v6cert.cli.failure.Suggestion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The syntax of one command's arguments, and its help: picocli, whose model is built in code, not
 * from annotations, and for the invoked command alone. Reflection over all of them would be most of
 * a start.
 */
public final class CommandSyntax {

  public static final String HELP = "--help";
  private static final String HELP_LETTER = "-h";
  private static final String END_OF_OPTIONS = "--";
  private static final int HELP_WIDTH = 80;

  private static final int ASCII_END = 0x7f;

  /** Of Latin Extended-A, which has 128 letters and nothing else; no help text has one. */
  private static final char FIRST_LETTER = 0x100;

  static {
    // Values are read by their settings, so picocli needs none of its converters, nor java.sql; and
    // to look for Groovy is to open every library.
    System.setProperty("picocli.converters.excludes", ".*");
    System.setProperty("picocli.disable.closures", "true");
  }

  private final CommandSpec description;
  private final List<Setting<?>> globals;

  /**
   * The words of a command line, parsed.
   *
   * @param help whether help was asked for; the rest does not matter then
   * @param flags the settings on the command line, by key
   * @param arguments what stands beside the options
   * @param command what stands behind {@code --}, for a command that takes many arguments; for
   *     others it is among them
   */
  public record Parsed(
      boolean help,
      Map<String, SettingValue> flags,
      List<String> arguments,
      List<String> command) {}

  /**
   * The syntax of a command.
   *
   * @param globals the options that every command has
   */
  public CommandSyntax(CommandSpec description, List<Setting<?>> globals) {
    this.description = description;
    this.globals = globals;
  }

  /** The model for reading words, and no more. */
  private CommandLine parser() {
    Model.CommandSpec spec = Model.CommandSpec.create();
    for (List<Setting<?>> settings : List.of(description.settings(), globals)) {
      for (Setting<?> setting : settings) {
        spec.addOption(option(setting));
      }
    }
    description.argument().map(CommandSyntax::positional).ifPresent(spec::addPositional);
    CommandLine parser = new CommandLine(spec);
    parser.setExpandAtFiles(false);
    parser.setInterpolateVariables(false);
    parser.setPosixClusteredShortOptionsAllowed(false);
    parser.setOverwrittenOptionsAllowed(true); // Counted below, where all values can be told.
    return parser;
  }

  /** The model from which the help text is made. */
  private CommandLine manual() {
    Model.CommandSpec spec = Model.CommandSpec.create().name("v6cert " + description.name());
    spec.usageMessage()
        .header(unbroken(description.summary()) + ".%n")
        .description(
            description.text().stream().map(CommandSyntax::unbroken).toArray(String[]::new))
        .customSynopsis(synopsis(description))
        .sortOptions(false)
        .descriptionHeading(description.text().isEmpty() ? "" : "%n")
        .parameterListHeading(description.argument().isEmpty() ? "" : "%n")
        .footer(examples(description));
    spec.addArgGroup(group("%nOptions:%n", description.settings(), true));
    spec.addArgGroup(group("%nFor every command:%n", globals, false));
    description.argument().map(CommandSyntax::positional).ifPresent(spec::addPositional);
    CommandLine manual = new CommandLine(spec);
    manual.setUsageHelpWidth(HELP_WIDTH);
    manual.setInterpolateVariables(false);
    return manual;
  }

  private static PositionalParamSpec positional(CommandSpec.Argument argument) {
    return PositionalParamSpec.builder()
        .paramLabel(argument.label())
        .description(unbroken(argument.help()))
        .arity(arity(argument.count()))
        .required(argument.required())
        .index(argument.count() == CommandSpec.Argument.Count.MANY ? "0..*" : "0")
        .type(argument.count() == CommandSpec.Argument.Count.MANY ? String[].class : String.class)
        .build();
  }

  private static String arity(CommandSpec.Argument.Count count) {
    return switch (count) {
      case ONE -> "1";
      case OPTIONAL -> "0..1";
      case MANY -> "0..*";
    };
  }

  private static ArgGroupSpec group(String heading, List<Setting<?>> settings, boolean help) {
    ArgGroupSpec.Builder group =
        ArgGroupSpec.builder()
            .heading(heading)
            .validate(false)
            .exclusive(false)
            .multiplicity("0..1");
    for (Setting<?> setting : settings) {
      group.addArg(option(setting));
    }
    if (help) {
      group.addArg(
          OptionSpec.builder(HELP_LETTER, HELP)
              .usageHelp(true)
              .arity("0")
              .type(boolean.class)
              .description("show this help")
              .build());
    }
    return group.build();
  }

  private static OptionSpec option(Setting<?> setting) {
    OptionSpec.Builder option =
        OptionSpec.builder(setting.flag()).description(unbroken(setting.explanation()));
    return switch (setting.kind()) {
      case SWITCH -> option.arity("0").type(boolean.class).build();
      case ONE -> option.arity("1").type(String.class).paramLabel(setting.label()).build();
      case MANY ->
          option
              .arity("1")
              .type(List.class)
              .auxiliaryTypes(String.class)
              .paramLabel(setting.label())
              .build();
    };
  }

  private static String synopsis(CommandSpec description) {
    String argument = description.argument().map(a -> " " + a.synopsis()).orElse("");
    return "v6cert " + description.name() + " [OPTIONS]" + argument;
  }

  private static String[] examples(CommandSpec description) {
    List<String> lines = new ArrayList<>();
    lines.add("%nExamples:");
    for (CommandSpec.Example example : description.examples()) {
      lines.add("  " + unbroken(example.does()) + ":");
      lines.add("    @|bold v6cert " + unbroken(example.line()) + "|@");
    }
    return lines.toArray(String[]::new);
  }

  /**
   * Text that picocli breaks at its blanks alone, and in which it finds no markup: characters at
   * which it would break {@code 2001:db8::1} or {@code --ca-root} are letters until {@link #help}.
   */
  private static String unbroken(String text) {
    StringBuilder letters = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean sign = c > ' ' && c < ASCII_END && !Character.isLetterOrDigit(c);
      letters.append(sign ? (char) (FIRST_LETTER + c) : c);
    }
    return letters.toString();
  }

  private static String asWritten(String help) {
    StringBuilder text = new StringBuilder(help.length());
    for (int i = 0; i < help.length(); i++) {
      char c = help.charAt(i);
      boolean letter = c >= FIRST_LETTER && c < FIRST_LETTER + ASCII_END;
      text.append(letter ? (char) (c - FIRST_LETTER) : c);
    }
    return text.toString();
  }

  /** Whether the words ask for help. */
  public static boolean asksForHelp(List<String> words) {
    return words.contains(HELP) || words.contains(HELP_LETTER);
  }

  /**
   * Reads the words that follow the command's name. Whoever asks for help need not have typed the
   * rest.
   *
   * @throws CliFailureException {@link CliFailure.Usage} when they make no sense
   */
  public Parsed parse(List<String> words) throws CliFailureException {
    int end = words.indexOf(END_OF_OPTIONS);
    List<String> options = end < 0 ? words : words.subList(0, end);
    if (asksForHelp(options)) {
      return new Parsed(true, Map.of(), List.of(), List.of());
    }
    if (words.isEmpty()
        && !description.argument().map(CommandSpec.Argument::required).orElse(false)) {
      return new Parsed(false, Map.of(), List.of(), List.of()); // As a timer runs renew.
    }
    boolean many =
        description
            .argument()
            .map(it -> it.count() == CommandSpec.Argument.Count.MANY)
            .orElse(false);
    boolean parted = many && end >= 0;
    ParseResult result = read(parted ? options : words);
    Map<String, SettingValue> flags = new HashMap<>();
    for (List<Setting<?>> settings : List.of(description.settings(), globals)) {
      for (Setting<?> setting : settings) {
        if (result.hasMatchedOption(setting.flag())) {
          flags.put(setting.key(), given(setting, result.matchedOption(setting.flag())));
        }
      }
    }
    List<String> arguments =
        result.hasMatchedPositional(0) ? result.matchedPositional(0).stringValues() : List.of();
    checkAction(arguments);
    return new Parsed(
        false,
        flags,
        List.copyOf(arguments),
        parted ? List.copyOf(words.subList(end + 1, words.size())) : List.of());
  }

  private void checkAction(List<String> arguments) throws CliFailureException {
    List<String> actions = actions();
    if (!actions.isEmpty() && arguments.isEmpty()) {
      throw noAction();
    }
    if (!actions.isEmpty() && !actions.contains(arguments.getFirst())) {
      String action = arguments.getFirst();
      throw CliFailureException.usage(
          "v6cert " + description.name() + " has no action " + ErrorText.typed(action),
          Suggestion.of(action, actions)
              .map(near -> "did you mean " + near + "?")
              .orElseGet(this::actionsInWords));
    }
  }

  private List<String> actions() {
    return description.argument().map(CommandSpec.Argument::actions).orElse(List.of());
  }

  private CliFailureException noAction() {
    return CliFailureException.usage(
        "v6cert " + description.name() + " needs an action", actionsInWords());
  }

  private String actionsInWords() {
    return "it has "
        + String.join(", ", actions())
        + "; v6cert "
        + description.name()
        + " --help explains them";
  }

  private ParseResult read(List<String> words) throws CliFailureException {
    try {
      return parser().parseArgs(words.toArray(String[]::new));
    } catch (UnmatchedArgumentException e) {
      throw unmatched(e.getUnmatched().getFirst());
    } catch (MissingParameterException e) {
      throw missing(e.getMissing().getFirst());
    } catch (ParameterException e) {
      throw failure(String.valueOf(e.getMessage()));
    }
  }

  private SettingValue given(Setting<?> setting, OptionSpec option) throws CliFailureException {
    Origin origin = new Origin.Flag(setting.flag());
    List<String> texts = option.stringValues();
    return switch (setting.kind()) {
      case SWITCH -> new SettingValue(List.of("true"), origin);
      case MANY -> new SettingValue(List.copyOf(texts), origin);
      case ONE -> {
        if (texts.size() > 1) {
          throw failure(
              setting.flag() + " is there " + texts.size() + " times: " + String.join(" ", texts));
        }
        yield new SettingValue(List.copyOf(texts), origin);
      }
    };
  }

  private CliFailureException unmatched(String word) {
    if (!word.startsWith("-")) {
      return failure("\"" + word + "\" is one argument too many");
    }
    int equals = word.indexOf('=');
    String flag = equals < 0 ? word : word.substring(0, equals);
    List<String> known = new ArrayList<>(List.of(HELP));
    description.settings().forEach(setting -> known.add(setting.flag()));
    globals.forEach(setting -> known.add(setting.flag()));
    String what = "v6cert " + description.name() + " has no option " + flag;
    return Suggestion.of(flag, known)
        .map(near -> CliFailureException.usage(what, "did you mean " + near + "?"))
        .orElseGet(() -> failure(what));
  }

  private CliFailureException missing(ArgSpec missing) {
    if (missing instanceof PositionalParamSpec && !actions().isEmpty()) {
      return noAction();
    }
    return missing instanceof OptionSpec option
        ? failure(
            option.longestName()
                + " needs a value: "
                + option.longestName()
                + " "
                + option.paramLabel())
        : failure("v6cert " + description.name() + " needs its " + missing.paramLabel());
  }

  private CliFailureException failure(String what) {
    return CliFailureException.usage(
        what, "v6cert " + description.name() + " --help lists what it takes");
  }

  /** The help text. */
  public String help(boolean color) {
    return asWritten(manual().getUsageMessage(color ? Ansi.ON : Ansi.OFF));
  }
}

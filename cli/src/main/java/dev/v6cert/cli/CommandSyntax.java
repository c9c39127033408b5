package dev.v6cert.cli;

import dev.v6cert.cli.command.Description;
import dev.v6cert.cli.command.GlobalSettings;
import dev.v6cert.cli.failure.CliFailure;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.Suggestion;
import dev.v6cert.cli.setting.Given;
import dev.v6cert.cli.setting.Origin;
import dev.v6cert.cli.setting.Setting;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The syntax of one command's arguments, and its help. The model is built in code, not from
 * annotations, and for the invoked command alone: reflection over all of them is most of a start.
 */
final class CommandSyntax {

  private static final String HELP = "--help";
  private static final int HELP_WIDTH = 90;

  static {
    // Values are read by their settings, so picocli needs none of its converters, nor java.sql.
    System.setProperty("picocli.converters.excludes", ".*");
  }

  private final Description description;
  private final CommandLine parser;

  /**
   * What was typed.
   *
   * @param help whether help was asked for; the rest does not matter then
   * @param flags the settings on the command line, by key
   * @param argument what stands beside the options
   */
  record Parsed(boolean help, Map<String, Given> flags, Optional<String> argument) {}

  CommandSyntax(Description description) {
    this.description = description;
    this.parser = new CommandLine(spec(description));
    parser.setUsageHelpWidth(HELP_WIDTH);
    parser.setExpandAtFiles(false);
    parser.setInterpolateVariables(false);
  }

  private static CommandSpec spec(Description description) {
    CommandSpec spec = CommandSpec.create().name("v6cert " + description.name());
    spec.mixinStandardHelpOptions(false);
    spec.usageMessage()
        .description(description.text().stream().map(CommandSyntax::escaped).toArray(String[]::new))
        .customSynopsis(synopsis(description))
        .sortOptions(false)
        .descriptionHeading(description.text().isEmpty() ? "" : "%n")
        .parameterListHeading(description.argument().isEmpty() ? "" : "%n")
        .footer(examples(description));
    spec.usageMessage().header(escaped(description.summary()) + ".%n");
    spec.addArgGroup(group("%nOptions:%n", description.settings(), true));
    spec.addArgGroup(group("%nFor every command:%n", GlobalSettings.ALL, false));
    description
        .argument()
        .ifPresent(argument ->
            spec.addPositional(
                PositionalParamSpec.builder()
                    .paramLabel(argument.label())
                    .description(escaped(argument.help()))
                    .arity(argument.required() ? "1" : "0..1")
                    .index("0")
                    .type(String.class)
                    .build()));
    return spec;
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
          OptionSpec.builder("-h", HELP)
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
        OptionSpec.builder(setting.flag())
            .description(escaped(setting.help() + defaultNote(setting)));
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

  private static String defaultNote(Setting<?> setting) {
    return setting.kind() == Setting.Kind.SWITCH || setting.fallback().isEmpty()
        ? ""
        : " (default: " + setting.fallback().get() + ")";
  }

  private static String synopsis(Description description) {
    String argument =
        description
            .argument()
            .map(a -> a.required() ? " " + a.label() : " [" + a.label() + "]")
            .orElse("");
    return "v6cert " + description.name() + " [OPTIONS]" + argument;
  }

  private static String[] examples(Description description) {
    List<String> lines = new ArrayList<>();
    lines.add("%nExamples:");
    for (Description.Example example : description.examples()) {
      lines.add("  " + escaped(example.does()) + ":");
      lines.add("    @|bold v6cert " + escaped(example.line()) + "|@");
    }
    return lines.toArray(String[]::new);
  }

  /** Text that goes through picocli's {@link String#format}. */
  private static String escaped(String text) {
    return text.replace("%", "%%");
  }

  /**
   * Reads the arguments that follow the command's name.
   *
   * @throws CliFailureException {@link CliFailure.Usage} when they make no sense
   */
  Parsed parse(List<String> arguments) throws CliFailureException {
    ParseResult result;
    try {
      result = parser.parseArgs(arguments.toArray(String[]::new));
    } catch (UnmatchedArgumentException e) {
      throw unmatched(e.getUnmatched().getFirst());
    } catch (ParameterException e) {
      throw failure(String.valueOf(e.getMessage()), "");
    }
    Map<String, Given> flags = new HashMap<>();
    for (List<Setting<?>> settings : List.of(description.settings(), GlobalSettings.ALL)) {
      for (Setting<?> setting : settings) {
        if (result.hasMatchedOption(setting.flag())) {
          flags.put(setting.key(), given(result, setting));
          atMostOnce(setting, flags);
        }
      }
    }
    return new Parsed(
        result.isUsageHelpRequested(),
        flags,
        Optional.ofNullable(result.matchedPositionalValue(0, (String) null)));
  }

  private void atMostOnce(Setting<?> setting, Map<String, Given> flags) throws CliFailureException {
    Given given = flags.get(setting.key());
    if (setting.kind() == Setting.Kind.ONE && given != null && given.texts().size() > 1) {
      throw failure(
          setting.flag() + " is there " + given.texts().size() + " times: " + given.text(), "");
    }
  }

  private static Given given(ParseResult result, Setting<?> setting) {
    OptionSpec option = result.matchedOption(setting.flag());
    Origin origin = new Origin.Flag(setting.flag());
    return switch (setting.kind()) {
      case SWITCH -> new Given(List.of("true"), origin);
      case ONE, MANY -> new Given(List.copyOf(option.stringValues()), origin);
    };
  }

  private CliFailureException unmatched(String argument) {
    if (!argument.startsWith("-")) {
      return failure("\"" + argument + "\" is one argument too many", "");
    }
    int equals = argument.indexOf('=');
    String flag = equals < 0 ? argument : argument.substring(0, equals);
    List<String> known = new ArrayList<>();
    parser.getCommandSpec().options().forEach(option -> known.add(option.longestName()));
    return failure(
        "v6cert " + description.name() + " has no option " + flag,
        Suggestion.of(flag, known).map(near -> "did you mean " + near + "?").orElse(""));
  }

  private CliFailureException failure(String what, String next) {
    String hint = "v6cert " + description.name() + " --help lists what it takes";
    return new CliFailureException(new CliFailure.Usage(what, next.isEmpty() ? hint : next));
  }

  /** The help text. */
  String help(boolean color) {
    return parser.getUsageMessage(color ? Ansi.ON : Ansi.OFF);
  }
}

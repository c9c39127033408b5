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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The syntax of one command's arguments: long options, {@code --zone Z} or {@code --zone=Z}, in any
 * order with the argument; {@code --} ends them. Written by hand, since loading a library for it
 * would take longer than most commands do.
 */
final class CommandSyntax {

  static final String HELP = "--help";
  static final String HELP_LETTER = "-h";
  private static final String END_OF_OPTIONS = "--";

  private final Description description;
  private final Map<String, Setting<?>> options = new LinkedHashMap<>();

  /**
   * What was typed.
   *
   * @param help whether help was asked for; the rest does not matter then
   * @param flags the settings on the command line, by key
   * @param argument what stands beside the options
   */
  record Parsed(boolean help, Map<String, Given> flags, Optional<String> argument) {}

  /** One option, and its values in the order in which they were typed. */
  private record Typed(Setting<?> setting, List<String> texts) {}

  CommandSyntax(Description description) {
    this.description = description;
    for (List<Setting<?>> settings : List.of(description.settings(), GlobalSettings.ALL)) {
      for (Setting<?> setting : settings) {
        options.put(setting.flag(), setting);
      }
    }
  }

  /**
   * Reads the words that follow the command's name.
   *
   * @throws CliFailureException {@link CliFailure.Usage} when they make no sense
   */
  Parsed parse(List<String> words) throws CliFailureException {
    Map<String, Typed> values = new LinkedHashMap<>();
    List<String> arguments = new ArrayList<>();
    int at = 0;
    while (at < words.size()) {
      String word = words.get(at++);
      if (word.equals(HELP) || word.equals(HELP_LETTER)) {
        return new Parsed(true, Map.of(), Optional.empty());
      }
      if (word.equals(END_OF_OPTIONS)) {
        arguments.addAll(words.subList(at, words.size()));
        break;
      }
      if (!word.startsWith("-") || word.equals("-")) {
        arguments.add(word);
      } else {
        Optional<String> next = at < words.size() ? Optional.of(words.get(at)) : Optional.empty();
        at += option(word, next, values) ? 1 : 0;
      }
    }
    return new Parsed(false, given(values), argument(arguments));
  }

  /** Takes one option; true when its value was the next word. */
  private boolean option(String word, Optional<String> next, Map<String, Typed> values)
      throws CliFailureException {
    int equals = word.indexOf('=');
    String flag = equals < 0 ? word : word.substring(0, equals);
    Setting<?> setting = options.get(flag);
    if (setting == null) {
      throw unknown(flag);
    }
    List<String> texts =
        values.computeIfAbsent(flag, _ -> new Typed(setting, new ArrayList<>())).texts();
    if (setting.kind() == Setting.Kind.SWITCH) {
      if (equals >= 0) {
        throw failure(flag + " takes no value, and has \"" + word.substring(equals + 1) + "\"");
      }
      texts.add("true");
      return false;
    }
    if (equals >= 0) {
      texts.add(word.substring(equals + 1));
      return false;
    }
    if (next.isEmpty() || isOption(next.get())) {
      throw failure(flag + " needs a value: " + flag + " " + setting.label());
    }
    texts.add(next.get());
    return true;
  }

  private boolean isOption(String word) {
    int equals = word.indexOf('=');
    return options.containsKey(equals < 0 ? word : word.substring(0, equals));
  }

  private Map<String, Given> given(Map<String, Typed> values) throws CliFailureException {
    Map<String, Given> given = new LinkedHashMap<>();
    for (Typed typed : values.values()) {
      Setting<?> setting = typed.setting();
      String flag = setting.flag();
      List<String> texts = typed.texts();
      if (setting.kind() == Setting.Kind.ONE && texts.size() > 1) {
        throw failure(flag + " is there " + texts.size() + " times: " + String.join(" ", texts));
      }
      List<String> kept = setting.kind() == Setting.Kind.SWITCH ? List.of("true") : texts;
      given.put(setting.key(), new Given(List.copyOf(kept), new Origin.Flag(flag)));
    }
    return given;
  }

  private Optional<String> argument(List<String> arguments) throws CliFailureException {
    int most = description.argument().isPresent() ? 1 : 0;
    if (arguments.size() > most) {
      throw failure("\"" + arguments.get(most) + "\" is one argument too many");
    }
    if (arguments.isEmpty()) {
      Optional<Description.Argument> missing =
          description.argument().filter(Description.Argument::required);
      if (missing.isPresent()) {
        throw failure("v6cert " + description.name() + " needs its " + missing.get().label());
      }
      return Optional.empty();
    }
    return Optional.of(arguments.getFirst());
  }

  private CliFailureException unknown(String flag) {
    List<String> known = new ArrayList<>(options.keySet());
    known.add(HELP);
    String what = "v6cert " + description.name() + " has no option " + flag;
    return Suggestion.of(flag, known)
        .map(near -> usage(what, "did you mean " + near + "?"))
        .orElseGet(() -> failure(what));
  }

  private CliFailureException failure(String what) {
    return usage(what, "v6cert " + description.name() + " --help lists what it takes");
  }

  private static CliFailureException usage(String what, String next) {
    return new CliFailureException(new CliFailure.Usage(what, next));
  }
}

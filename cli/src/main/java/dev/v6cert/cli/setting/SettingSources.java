package dev.v6cert.cli.setting;

import dev.v6cert.cli.failure.CliFailure;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.Suggestion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The sources below the command line, in the order of their strength: {@code V6CERT_*} variables,
 * the file of {@code --config}, the user's file, the machine's file. A key that no setting has is
 * an error in every one of them.
 */
public final class SettingSources {

  /** The one key that no file may have: a file does not name another. */
  private static final String CONFIG = "config";

  private final Map<String, Setting<?>> used = new HashMap<>();
  private final Supplier<Stream<Setting<?>>> all;

  /**
   * Sources for a command.
   *
   * @param used the settings of the command
   * @param all every setting there is, some perhaps more than once; asked only when a key is not
   *     among {@code used}, and read only until it is found
   */
  public SettingSources(Collection<Setting<?>> used, Supplier<Stream<Setting<?>>> all) {
    for (Setting<?> setting : used) {
      this.used.put(setting.key(), setting);
    }
    this.all = all;
  }

  /**
   * Reads each source, the strongest first.
   *
   * @param config the file that {@code --config} names
   * @throws CliFailureException when a file cannot be read or has an unknown key
   */
  public List<Map<String, SettingValue>> read(Environment environment, Optional<Path> config)
      throws CliFailureException {
    List<Map<String, SettingValue>> sources = new ArrayList<>();
    sources.add(ofVariables(environment.variables()));
    if (config.isPresent()) {
      sources.add(ofFile(config.get()));
    }
    for (Path file : List.of(environment.userSettings(), environment.systemSettings())) {
      if (Files.exists(file)) {
        sources.add(ofFile(file));
      }
    }
    return sources;
  }

  /** The text that a settings file has for a key; empty where it has none or cannot be read. */
  public static Optional<String> textIn(Path file, String key) {
    try {
      return Files.isReadable(file)
          ? Optional.ofNullable(PropertiesFile.read(file).get(key)).map(PropertiesFile.Entry::text)
          : Optional.empty();
    } catch (CliFailureException e) {
      return Optional.empty();
    }
  }

  private Map<String, SettingValue> ofVariables(Map<String, String> variables)
      throws CliFailureException {
    Map<String, SettingValue> given = new HashMap<>();
    for (Map.Entry<String, String> variable : variables.entrySet()) {
      String name = variable.getKey();
      if (name.startsWith("V6CERT_") && !variable.getValue().isEmpty()) {
        Origin origin = new Origin.Environment(name);
        Optional<Setting<?>> setting = withVariable(name);
        if (setting.isEmpty()) {
          throw unknown(name, "the environment", names(Setting::variable));
        }
        take(setting.get(), variable.getValue(), origin, given);
      }
    }
    return given;
  }

  private Optional<Setting<?>> withVariable(String name) {
    Optional<Setting<?>> mine = withVariable(name, used.values().stream());
    return mine.isPresent() ? mine : withVariable(name, all.get());
  }

  private static Optional<Setting<?>> withVariable(String name, Stream<Setting<?>> known) {
    return known.filter(setting -> setting.variable().equals(name)).findFirst();
  }

  private Map<String, SettingValue> ofFile(Path file) throws CliFailureException {
    Map<String, SettingValue> given = new HashMap<>();
    for (Map.Entry<String, PropertiesFile.Entry> entry : PropertiesFile.read(file).entrySet()) {
      String key = entry.getKey();
      Origin origin = new Origin.File(file, entry.getValue().line());
      Optional<Setting<?>> setting = withKey(key);
      if (setting.isEmpty()) {
        throw unknown(key, origin.toString(), names(Setting::key));
      }
      if (setting.get().key().equals(CONFIG)) {
        throw onlyOnCommandLine(setting.get(), origin);
      }
      take(setting.get(), entry.getValue().text(), origin, given);
    }
    return given;
  }

  private Optional<Setting<?>> withKey(String key) {
    Setting<?> mine = used.get(key);
    return mine != null
        ? Optional.of(mine)
        : all.get().filter(setting -> setting.key().equals(key)).findFirst();
  }

  private static void take(
      Setting<?> setting, String text, Origin origin, Map<String, SettingValue> given)
      throws CliFailureException {
    if (setting.onlyFlag()) {
      throw onlyOnCommandLine(setting, origin);
    }
    given.put(setting.key(), SettingValue.inOneText(text, setting, origin));
  }

  private static CliFailureException onlyOnCommandLine(Setting<?> setting, Origin origin) {
    return new CliFailureException(
        new CliFailure.OnlyOnCommandLine(setting.flag(), origin.toString()));
  }

  private List<String> names(Function<Setting<?>, String> name) {
    return all.get().filter(setting -> !setting.onlyFlag()).map(name).distinct().toList();
  }

  private static CliFailureException unknown(String name, String where, List<String> known) {
    return new CliFailureException(
        new CliFailure.UnknownSetting(name, where, Suggestion.of(name, known)));
  }
}

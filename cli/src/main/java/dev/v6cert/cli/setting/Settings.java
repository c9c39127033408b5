package dev.v6cert.cli.setting;

import dev.v6cert.cli.failure.CliFailure;
import dev.v6cert.cli.failure.CliFailureException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of one run: sources in order, the first that has a key decides. Every value is read
 * once when the settings are made, so that a wrong one stops the run before it has begun.
 */
public final class Settings {

  private final String command;
  private final List<Map<String, SettingValue>> sources;

  private Settings(String command, List<Map<String, SettingValue>> sources) {
    this.command = command;
    this.sources = sources;
  }

  /**
   * Settings from the given sources, the strongest first.
   *
   * @param command the command that is run; its help explains a value that cannot be read
   * @param sources for each source, what it gives by key
   * @param used the settings whose values must be readable
   * @throws CliFailureException when a value is not
   */
  public static Settings of(
      String command, List<Map<String, SettingValue>> sources, Collection<Setting<?>> used)
      throws CliFailureException {
    Settings settings = new Settings(command, List.copyOf(sources));
    settings.check(used);
    return settings;
  }

  /**
   * Reads the values of settings.
   *
   * @throws CliFailureException when one cannot be read
   */
  public void check(Collection<Setting<?>> settings) throws CliFailureException {
    for (Setting<?> setting : settings) {
      check(setting);
    }
  }

  /** These, but for one setting, which another option has decided. */
  public Settings with(Setting<?> setting, String text, Origin origin) {
    List<Map<String, SettingValue>> all = new ArrayList<>(sources);
    all.addFirst(Map.of(setting.key(), SettingValue.inOneText(text, setting, origin)));
    return new Settings(command, List.copyOf(all));
  }

  private void check(Setting<?> setting) throws CliFailureException {
    Optional<SettingValue> given = given(setting);
    if (given.isEmpty()) {
      return;
    }
    try {
      Object _ = setting.reader().apply(given.get().texts());
    } catch (IllegalArgumentException e) {
      throw refusal(setting, given.get(), String.valueOf(e.getMessage()));
    }
  }

  /** The failure to use the value of a setting, which says where it stands. */
  public CliFailureException refusal(Setting<?> setting, SettingValue given, String why) {
    boolean typed = given.origin() instanceof Origin.Flag;
    return new CliFailureException(
        new CliFailure.BadSetting(
            setting.key(),
            given.text(),
            why,
            given.origin().toString(),
            typed ? Optional.of(command) : Optional.empty()));
  }

  /** The setting's value, empty when it is neither set nor has a default. */
  public <T> Optional<T> find(Setting<T> setting) {
    return given(setting).map(given -> setting.reader().apply(given.texts()));
  }

  /**
   * The value of a setting that has a default.
   *
   * @throws IllegalStateException when it has none and is not set: a fault of the program
   */
  public <T> T value(Setting<T> setting) {
    return find(setting)
        .orElseThrow(() -> new IllegalStateException(setting.key() + " has no default"));
  }

  /** The values of a setting that may have many; none when it is not set. */
  public <T> List<T> values(Setting<List<T>> setting) {
    return find(setting).orElse(List.of());
  }

  /** Whether any source sets it. */
  public boolean isSet(Setting<?> setting) {
    return given(setting).filter(given -> !(given.origin() instanceof Origin.Default)).isPresent();
  }

  /** Whether this command line sets it. */
  public boolean isTyped(Setting<?> setting) {
    return given(setting).filter(given -> given.origin() instanceof Origin.Flag).isPresent();
  }

  /** The texts that decide and where they stand; empty when it is not set and has no default. */
  public Optional<SettingValue> given(Setting<?> setting) {
    for (Map<String, SettingValue> source : sources) {
      SettingValue given = source.get(setting.key());
      if (given != null) {
        return Optional.of(given);
      }
    }
    return setting
        .fallback()
        .map(text -> SettingValue.inOneText(text, setting, new Origin.Default()));
  }
}

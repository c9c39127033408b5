package dev.v6cert.cli;

import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.setting.Setting;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Every setting there is: those that the commands have. Asked only for {@code config} and when a
 * key is not the command's own.
 */
final class SettingIndex {

  private SettingIndex() {}

  /** Every setting once, the global ones first, then in the order of the commands. */
  static Collection<Setting<?>> all() {
    Map<String, Setting<?>> all = new LinkedHashMap<>();
    inTurn().forEach(setting -> all.putIfAbsent(setting.key(), setting));
    return all.values();
  }

  /**
   * The settings in the order of {@link #all()}, some of them more than once. A command is loaded
   * when the stream comes to it.
   */
  static Stream<Setting<?>> inTurn() {
    return Stream.concat(
        GlobalSettings.ALL.stream(),
        Commands.descriptions().flatMap(command -> command.settings().stream()));
  }
}

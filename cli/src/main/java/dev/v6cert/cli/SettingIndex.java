package dev.v6cert.cli;

import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.setting.CommandSpec;
import dev.v6cert.cli.setting.Setting;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Every setting there is: those that the commands have. Asked only for {@code config} and when a
 * key is not the command's own.
 */
final class SettingIndex {

  private SettingIndex() {}

  /** Every setting once, the global ones first, then in the order of the commands. */
  static Collection<Setting<?>> all() {
    Map<String, Setting<?>> all = new LinkedHashMap<>();
    GlobalSettings.ALL.forEach(setting -> all.put(setting.key(), setting));
    for (CommandSpec command : Commands.descriptions()) {
      command.settings().forEach(setting -> all.putIfAbsent(setting.key(), setting));
    }
    return all.values();
  }
}

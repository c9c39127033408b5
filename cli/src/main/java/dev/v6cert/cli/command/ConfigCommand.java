package dev.v6cert.cli.command;

import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.option.AccountSettings;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.setting.CommandName;
import dev.v6cert.cli.setting.CommandSpec;
import dev.v6cert.cli.setting.Origin;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.setting.SettingValue;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.cli.terminal.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * {@code v6cert config}: every setting, its value and where it came from.
 *
 * @param index every setting there is
 */
public record ConfigCommand(Supplier<Collection<Setting<?>>> index) implements Command {

  @Override
  public CommandSpec description() {
    return new CommandSpec(
        CommandName.CONFIG,
        List.of(
            "A setting is decided by the first of these that has it: the flag, the variable V6CERT_...,"
                + " the file of --config, the user's file, the machine's file, the default."),
        Optional.empty(),
        List.of(GlobalSettings.JSON),
        List.of(
            new CommandSpec.Example(
                "config", "all settings, and the files they were looked for in"),
            new CommandSpec.Example("config --json", "the same for a program")));
  }

  @Override
  public ExitStatus run(Invocation invocation) throws CliFailureException {
    Collection<Setting<?>> all = index.get();
    invocation.settings().check(all);
    List<Row> rows = new ArrayList<>();
    for (Setting<?> setting : all) {
      if (!setting.onlyFlag()) {
        rows.add(row(setting, invocation));
      }
    }
    if (invocation.json()) {
      invocation.console().result(json(rows, invocation));
    } else {
      print(rows, invocation);
    }
    return ExitStatus.DONE;
  }

  private record Row(String key, Optional<String> value, String origin) {}

  private static Row row(Setting<?> setting, Invocation invocation) {
    Optional<SettingValue> given = invocation.settings().given(setting);
    return new Row(
        setting.key(),
        given.map(it -> setting.equals(AccountSettings.EAB_HMAC) ? "(secret)" : it.text()),
        given.map(SettingValue::origin).orElse(new Origin.Default()).toString());
  }

  private static void print(List<Row> rows, Invocation invocation) {
    Console console = invocation.console();
    int keyWidth = 0;
    int valueWidth = 0;
    for (Row row : rows) {
      keyWidth = Math.max(keyWidth, row.key().length());
      valueWidth = Math.max(valueWidth, row.value().orElse("-").length());
    }
    for (Row row : rows) {
      String value = row.value().orElse("-");
      console.result(
          row.key()
              + " ".repeat(keyWidth - row.key().length() + 2)
              + console.palette().bold(value)
              + " ".repeat(valueWidth - value.length() + 2)
              + row.origin());
    }
    for (Path file : files(invocation)) {
      console.note((Files.exists(file) ? "read " : "no file ") + file);
    }
  }

  private static JsonObject json(List<Row> rows, Invocation invocation) {
    List<JsonObject> settings = new ArrayList<>();
    for (Row row : rows) {
      settings.add(
          JsonObject.empty()
              .put("key", row.key())
              .put("value", row.value())
              .put("origin", row.origin()));
    }
    List<String> read = new ArrayList<>();
    for (Path file : files(invocation)) {
      if (Files.exists(file)) {
        read.add(file.toString());
      }
    }
    return JsonObject.report().putObjects("settings", settings).putStrings("files", read);
  }

  private static List<Path> files(Invocation invocation) {
    List<Path> files = new ArrayList<>();
    invocation.settings().find(GlobalSettings.CONFIG).ifPresent(files::add);
    files.add(invocation.environment().userSettings());
    files.add(invocation.environment().systemSettings());
    return files;
  }
}

package dev.v6cert.cli;

import dev.v6cert.cli.command.AccountCommand;
import dev.v6cert.cli.command.AddressesCommand;
import dev.v6cert.cli.command.CheckCommand;
import dev.v6cert.cli.command.Command;
import dev.v6cert.cli.command.CompletionCommand;
import dev.v6cert.cli.command.ConfigCommand;
import dev.v6cert.cli.command.DeleteCommand;
import dev.v6cert.cli.command.ExportCommand;
import dev.v6cert.cli.command.ListCommand;
import dev.v6cert.cli.command.NameCommand;
import dev.v6cert.cli.command.ObtainCommand;
import dev.v6cert.cli.command.RenewCommand;
import dev.v6cert.cli.command.RevokeCommand;
import dev.v6cert.cli.command.ScheduleCommand;
import dev.v6cert.cli.command.ShowCommand;
import dev.v6cert.cli.command.StatusCommand;
import dev.v6cert.cli.command.UpCommand;
import dev.v6cert.cli.command.ca.LocalCaCommand;
import dev.v6cert.cli.command.ca.TrustCommand;
import dev.v6cert.cli.command.dns.AnnounceCommand;
import dev.v6cert.cli.command.dns.DnsAccountsCommand;
import dev.v6cert.cli.command.dns.DnsServerCommand;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.setting.CommandName;
import dev.v6cert.cli.setting.CommandSpec;
import dev.v6cert.cli.setting.Setting;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The commands by name, and the settings that they have. */
public final class Commands {

  private Commands() {}

  /** The command that is typed so. */
  public static Optional<Command> find(String typed) {
    for (CommandName name : CommandName.values()) {
      if (name.text().equals(typed)) {
        return Optional.of(of(name));
      }
    }
    return Optional.empty();
  }

  private static Command of(CommandName name) {
    return switch (name) {
      case ADDRESSES -> new AddressesCommand();
      case NAME -> new NameCommand();
      case CHECK -> new CheckCommand();
      case OBTAIN -> new ObtainCommand();
      case UP -> new UpCommand();
      case RENEW -> new RenewCommand();
      case LIST -> new ListCommand();
      case SHOW -> new ShowCommand();
      case STATUS -> new StatusCommand();
      case EXPORT -> new ExportCommand();
      case REVOKE -> new RevokeCommand();
      case DELETE -> new DeleteCommand();
      case ACCOUNT -> new AccountCommand();
      case LOCAL_CA -> new LocalCaCommand();
      case TRUST -> new TrustCommand();
      case SCHEDULE -> new ScheduleCommand();
      case ANNOUNCE -> new AnnounceCommand();
      case DNS_SERVER -> new DnsServerCommand();
      case DNS_ACCOUNTS -> new DnsAccountsCommand();
      case CONFIG -> new ConfigCommand(Commands::settings);
      case COMPLETION -> new CompletionCommand(() -> descriptions().toList());
    };
  }

  /** The descriptions of all commands, each made when the stream comes to it. */
  public static Stream<CommandSpec> descriptions() {
    return Stream.of(CommandName.values()).map(name -> of(name).description());
  }

  /** All commands as they are typed. */
  public static List<String> names() {
    List<String> names = new ArrayList<>();
    for (CommandName name : CommandName.values()) {
      names.add(name.text());
    }
    return names;
  }

  /**
   * Every setting of the commands once, the global ones first, then in the order of the commands.
   * Asked only for {@code config} and when a key is not the command's own.
   */
  static Collection<Setting<?>> settings() {
    Map<String, Setting<?>> all = new LinkedHashMap<>();
    settingsInTurn().forEach(setting -> all.putIfAbsent(setting.key(), setting));
    return all.values();
  }

  /**
   * The settings in the order of {@link #settings()}, some of them more than once. A command is
   * loaded when the stream comes to it.
   */
  static Stream<Setting<?>> settingsInTurn() {
    return Stream.concat(
        GlobalSettings.ALL.stream(),
        descriptions().flatMap(command -> command.settings().stream()));
  }
}

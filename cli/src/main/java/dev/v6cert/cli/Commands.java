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
import dev.v6cert.cli.setting.CommandSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The commands by name. The list for the overall help is written out, so that it loads none. */
public final class Commands {

  /**
   * A line of the overall help.
   *
   * @param name the command
   * @param summary what it does, the same as in its own help
   */
  public record Entry(String name, String summary) {}

  /** Every command, in the order in which people meet them. */
  public static final List<Entry> ALL =
      List.of(
          new Entry("addresses", "Every address of this machine, and which one would be used"),
          new Entry("name", "The DNS name of this machine's address, or of a given one"),
          new Entry("check", "Whether this machine can get a certificate, and what prevents it"),
          new Entry("obtain", "A certificate for this machine"),
          new Entry("up", "A local server or folder at this machine's name, by HTTPS"),
          new Entry("renew", "New certificates for those that are due"),
          new Entry("list", "The certificates: names, expiry and next renewal"),
          new Entry("show", "All about one certificate, with the paths of its files"),
          new Entry("status", "Whether the certificates are well, in one line and an exit code"),
          new Entry("export", "A certificate with its key as one file: PKCS#12, JKS or PEM"),
          new Entry("revoke", "Revoke a certificate at its CA"),
          new Entry("delete", "Remove a certificate, its key and its renewal from this machine"),
          new Entry("account", "The accounts with CAs: list, show, update, rollover, deactivate"),
          new Entry("local-ca", "This machine's own CA for private names, and its ACME server"),
          new Entry("trust", "Trust in the local CA: install its root, status, remove, share"),
          new Entry("schedule", "Renewals by a timer: print it, install it, remove it"),
          new Entry("announce", "A name of your own that follows this machine's address"),
          new Entry("dns-server", "The DNS server that makes magic names resolve"),
          new Entry("dns-accounts", "Accounts of the DNS-01 service: list, add, remove, import"),
          new Entry("config", "Every setting, its value and where it came from"),
          new Entry("completion", "Completion of commands and options, for a shell"));

  private Commands() {}

  /** The command of the given name. */
  public static Optional<Command> find(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "addresses" -> new AddressesCommand();
          case "name" -> new NameCommand();
          case "check" -> new CheckCommand();
          case "obtain" -> new ObtainCommand();
          case "up" -> new UpCommand();
          case "renew" -> new RenewCommand();
          case "list" -> new ListCommand();
          case "show" -> new ShowCommand();
          case "status" -> new StatusCommand();
          case "export" -> new ExportCommand();
          case "revoke" -> new RevokeCommand();
          case "delete" -> new DeleteCommand();
          case "account" -> new AccountCommand();
          case "local-ca" -> new LocalCaCommand();
          case "trust" -> new TrustCommand();
          case "schedule" -> new ScheduleCommand();
          case "announce" -> new AnnounceCommand();
          case "dns-server" -> new DnsServerCommand();
          case "dns-accounts" -> new DnsAccountsCommand();
          case "config" -> new ConfigCommand(SettingIndex::all);
          case "completion" -> new CompletionCommand(Commands::descriptions);
          default -> null;
        });
  }

  /** The descriptions of all commands. */
  public static List<CommandSpec> descriptions() {
    List<CommandSpec> descriptions = new ArrayList<>();
    for (Entry entry : ALL) {
      find(entry.name()).map(Command::description).ifPresent(descriptions::add);
    }
    return descriptions;
  }

  public static List<String> names() {
    List<String> names = new ArrayList<>();
    for (Entry entry : ALL) {
      names.add(entry.name());
    }
    return names;
  }
}

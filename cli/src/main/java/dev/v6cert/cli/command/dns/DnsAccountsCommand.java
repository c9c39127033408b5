package dev.v6cert.cli.command.dns;

import dev.v6cert.cli.command.Command;
import dev.v6cert.cli.command.Invocation;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.option.Confirmation;
import dev.v6cert.cli.option.DomainText;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.option.HostingSettings;
import dev.v6cert.cli.option.LineageSettings;
import dev.v6cert.cli.setting.CommandName;
import dev.v6cert.cli.setting.CommandSpec;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.cli.terminal.JsonObject;
import dev.v6cert.cli.terminal.Table;
import dev.v6cert.cli.terminal.TimeText;
import dev.v6cert.dns.RecordStores;
import dev.v6cert.dns.challenge.Account;
import dev.v6cert.dns.challenge.ChallengeAccounts.Registered;
import dev.v6cert.dns.challenge.StoreLocation;
import dev.v6cert.dns.challenge.StoredAccounts;
import dev.v6cert.dns.content.MemoryLimit;
import dev.v6cert.dns.http.AcmeDnsImport;
import dev.v6cert.ipv6.AddressBlock;
import dev.v6cert.ipv6.name.HostName;
import dev.v6cert.ipv6.name.Zone;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code v6cert dns-accounts}: the accounts of the DNS-01 service, while its server is stopped. */
public final class DnsAccountsCommand implements Command {

  private static final List<String> ACTIONS = List.of("list", "add", "remove", "import");

  /** The settings that only {@code add} has. */
  private static final List<Setting<?>> OF_ADD =
      List.of(HostingSettings.ALLOW_FROM, HostingSettings.API_URL);

  @Override
  public CommandSpec description() {
    return new CommandSpec(
        CommandName.DNS_ACCOUNTS,
        List.of(
            "They are in the store of dns-server --challenge-zone. While the store is a directory,"
                + " that server must be stopped; a running one takes registrations by its API.",
            "add prints the account of a DOMAIN once, in the JSON file that lego, Caddy and other"
                + " clients of acme-dns keep; the server itself has a digest of the password."
                + " remove takes a user name or the account's name, and its values go with it.",
            "import takes the accounts of an acme-dns database from a JSON file, as sqlite3 -json"
                + " writes its table records; their clients keep names and passwords."),
        Optional.of(
            CommandSpec.Argument.actionWithWords(
                ACTIONS, "list, add DOMAIN, remove ACCOUNT or import FILE")),
        List.of(
            HostingSettings.STORE,
            HostingSettings.CHALLENGE_ZONE,
            HostingSettings.ALLOW_FROM,
            HostingSettings.API_URL,
            LineageSettings.YES,
            GlobalSettings.JSON),
        List.of(
            new CommandSpec.Example("dns-accounts list", "every account, the oldest first"),
            new CommandSpec.Example(
                "dns-accounts add www.example.org --challenge-zone auth.example.org",
                "an account for one domain"),
            new CommandSpec.Example(
                "dns-accounts remove 8c3f4a52-0d0e-4c5e-9a1b-2f6f0d1c7a55", "end an account"),
            new CommandSpec.Example(
                "dns-accounts import acme-dns.json --challenge-zone auth.example.org",
                "take over an acme-dns server")));
  }

  @Override
  public ExitStatus run(Invocation invocation)
      throws CliFailureException, IOException, InterruptedException {
    List<String> words = invocation.arguments();
    String action = words.getFirst();
    refuseWrongWords(action, words.size());
    if (!action.equals("add")) {
      refuseUseless(invocation.settings(), action);
    }
    switch (action) {
      case "list" -> list(invocation);
      case "add" -> add(invocation, domain(words.get(1)));
      case "import" -> take(invocation, words.get(1));
      default -> remove(invocation, words.get(1));
    }
    return ExitStatus.DONE;
  }

  private static void refuseWrongWords(String action, int count) throws CliFailureException {
    if (count != (action.equals("list") ? 1 : 2)) {
      throw CliFailureException.usage(
          switch (action) {
            case "list" -> "v6cert dns-accounts list takes nothing more";
            case "add" -> "v6cert dns-accounts add takes one domain";
            case "import" -> "v6cert dns-accounts import takes one file";
            default -> "v6cert dns-accounts remove takes one account";
          },
          switch (action) {
            case "list" -> "v6cert dns-accounts list";
            case "add" -> "v6cert dns-accounts add www.example.org";
            case "import" -> "v6cert dns-accounts import acme-dns.json";
            default -> "v6cert dns-accounts list shows them";
          });
    }
  }

  private static void refuseUseless(Settings settings, String action) throws CliFailureException {
    for (Setting<?> one : OF_ADD) {
      if (settings.isTyped(one)) {
        throw CliFailureException.usage(
            one.flag() + " is for v6cert dns-accounts add, not for " + action,
            "leave out " + one.flag());
      }
    }
  }

  private static HostName domain(String text) throws CliFailureException {
    try {
      return DomainText.read(text.startsWith("*.") ? text.substring(2) : text);
    } catch (IllegalArgumentException e) {
      throw CliFailureException.usage(
          "\"" + text + "\" is not a domain name", "v6cert dns-accounts add www.example.org");
    }
  }

  /** Opens a store that a server has made: one made here would belong to whoever runs this. */
  private static StoredAccounts open(Invocation invocation)
      throws CliFailureException, IOException {
    StoreLocation place = HostingSettings.store(invocation.settings(), invocation.stateDirectory());
    if (!RecordStores.exists(place)) {
      throw CliFailureException.usage(
          "there is no store of dns-server in " + place.directory(),
          "name its directory: --store DIR; the first start of dns-server makes it");
    }
    return StoredAccounts.open(place, RecordStores.at(place, invocation.console()::warn));
  }

  private static void list(Invocation invocation) throws CliFailureException, IOException {
    Console console = invocation.console();
    try (StoredAccounts accounts = open(invocation)) {
      List<Account> all = accounts.all();
      if (invocation.json()) {
        console.result(
            JsonObject.report()
                .putObjects(
                    "accounts", all.stream().map(account -> json(account, accounts)).toList()));
      } else if (all.isEmpty()) {
        console.note("there are no accounts");
      } else {
        Table table = new Table();
        table.add(List.of("USER", "NAME", "CREATED", "USED", "FROM"));
        for (Account account : all) {
          table.add(
              List.of(
                  account.user(),
                  account.domain(),
                  TimeText.of(account.created()),
                  account.used() ? "yes" : "no",
                  account.allowed().isEmpty() ? "anywhere" : String.join(", ", networks(account))));
        }
        table.lines().forEach(console::result);
      }
    }
  }

  private static JsonObject json(Account account, StoredAccounts accounts) {
    return JsonObject.empty()
        .put("username", account.user())
        .put("fulldomain", account.domain())
        .put("subdomain", account.subdomain())
        .putStrings("allowfrom", networks(account))
        .put("created", account.created().toString())
        .put("used", account.used())
        .put("values", accounts.countValues(account));
  }

  private static List<String> networks(Account account) {
    return account.allowed().stream().map(AddressBlock::toString).toList();
  }

  private static void add(Invocation invocation, HostName domain)
      throws CliFailureException, IOException, InterruptedException {
    Settings settings = invocation.settings();
    Zone zone = zone(settings);
    Console console = invocation.console();
    try (StoredAccounts accounts = open(invocation)) {
      Registered added = accounts.add(zone, settings.values(HostingSettings.ALLOW_FROM));
      JsonObject credentials = credentials(added, settings.find(HostingSettings.API_URL));
      console.result(
          invocation.json()
              ? JsonObject.report().put("domain", domain.text()).put("account", credentials)
              : JsonObject.empty().put(domain.text(), credentials));
      console.note(
          "set once: _acme-challenge."
              + domain.text()
              + ". CNAME "
              + added.account().domain()
              + ". (the password is shown this once)");
    }
  }

  private static Zone zone(Settings settings) throws CliFailureException {
    Optional<Zone> zone = settings.find(HostingSettings.CHALLENGE_ZONE);
    if (zone.isEmpty()) {
      throw CliFailureException.usage(
          "the zone of the account is not known", "add --challenge-zone auth.example.org");
    }
    return zone.get();
  }

  private static void take(Invocation invocation, String file)
      throws CliFailureException, IOException, InterruptedException {
    Zone zone = zone(invocation.settings());
    List<Account> found = AcmeDnsImport.read(Path.of(file), zone, Instant.now());
    try (StoredAccounts accounts = open(invocation)) {
      int added = accounts.take(found);
      if (invocation.json()) {
        invocation
            .console()
            .result(
                JsonObject.report().put("imported", added).put("present", found.size() - added));
      } else {
        invocation
            .console()
            .result(
                "imported "
                    + added
                    + " accounts; "
                    + (found.size() - added)
                    + " were there already");
      }
      OptionalLong heap = MemoryLimit.heapFor(accounts.octets());
      if (heap.isPresent()) {
        invocation
            .console()
            .warn(
                "dns-server needs more memory than by default for that: start it with"
                    + " V6CERT_JAVA_OPTIONS=-Xmx"
                    + heap.getAsLong()
                    + "m");
      }
    }
  }

  /** The account as the clients of acme-dns keep it. */
  private static JsonObject credentials(Registered added, Optional<String> apiUrl) {
    Account account = added.account();
    JsonObject credentials =
        JsonObject.empty()
            .put("username", account.user())
            .put("password", added.key())
            .put("fulldomain", account.domain())
            .put("subdomain", account.subdomain())
            .putStrings("allowfrom", networks(account));
    return apiUrl.map(url -> credentials.put("server_url", url)).orElse(credentials);
  }

  private static void remove(Invocation invocation, String text)
      throws CliFailureException, IOException, InterruptedException {
    Console console = invocation.console();
    try (StoredAccounts accounts = open(invocation)) {
      Optional<Account> account = accounts.find(text);
      if (account.isEmpty()) {
        throw CliFailureException.usage(
            "there is no account \"" + text + "\"", "v6cert dns-accounts list shows them");
      }
      String name = account.get().domain();
      Confirmation.need(
          invocation.settings(), console, "Remove the account of " + name + " and its values?");
      accounts.remove(account.get());
      if (invocation.json()) {
        console.result(
            JsonObject.report().put("removed", account.get().user()).put("fulldomain", name));
      } else {
        console.result("the account of " + name + " is removed");
      }
    }
  }
}

package dev.v6cert.cli.option;

import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.setting.Choice;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.setting.ValueCompletion;
import dev.v6cert.dns.DnsServerConfig.Hosting;
import dev.v6cert.dns.DnsServerConfig.Transfers;
import dev.v6cert.dns.DnsServerConfig.Updates;
import dev.v6cert.dns.challenge.StoreLocation;
import dev.v6cert.dns.http.Registration;
import dev.v6cert.dns.transfer.Secondaries.Secondary;
import dev.v6cert.ipv6.AddressBlock;
import dev.v6cert.ipv6.name.Zone;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * The settings of the DNS server's hosted zone; in a file their keys start with {@code
 * dns-server.}.
 */
public final class HostingSettings {
  private static final String PREFIX = "dns-server";

  /** The zone whose records clients set. */
  public static final Setting<Zone> CHALLENGE_ZONE =
      Setting.of("challenge-zone", "ZONE", Zone::of)
          .under(PREFIX)
          .help("host the DNS-01 challenges of others at names in ZONE");

  /** The address of the HTTP API. */
  public static final Setting<InetSocketAddress> API =
      Setting.of("api", "ADDR:PORT", DnsServerSettings::socket)
          .under(PREFIX)
          .help("serve acme-dns' HTTP API there, for records in the challenge zone");

  /** The lineage of the API's certificate. */
  public static final Setting<String> API_CERTIFICATE =
      Setting.of("api-certificate", "LINEAGE", text -> text)
          .under(PREFIX)
          .offers(new ValueCompletion.Lineages())
          .help("serve the API by HTTPS with the certificate of LINEAGE, renewed ones at once");

  /** The clients that may register. */
  public static final Setting<Registration> REGISTRATION =
      Setting.of(
              "registration",
              Choice.ofNames(List.of(Registration.CLOSED, Registration.TOKEN, Registration.OPEN)))
          .under(PREFIX)
          .orElse("token")
          .help("who may register at the API: nobody, who knows the token, or everybody");

  /** The place of accounts and records: a directory, or the URL of a database. */
  public static final Setting<String> STORE =
      Setting.of("store", "DIR|URL", HostingSettings::place)
          .under(PREFIX)
          .offers(new ValueCompletion.Paths())
          .help(
              "keep accounts and hosted records in DIR (default: dns-store of --state-dir), or in"
                  + " the PostgreSQL database at jdbc:postgresql://…, for several servers");

  /** The keys of dynamic updates. */
  public static final Setting<Path> UPDATE_KEY =
      Setting.of("update-key", "FILE", PathText::read)
          .under(PREFIX)
          .help("take updates by RFC 2136 that are signed with a key in FILE, as its grants say");

  /** Whether weak keys are accepted. */
  public static final Setting<Boolean> UPDATE_WEAK_KEYS =
      Setting.ofSwitch("update-weak-keys")
          .under(PREFIX)
          .help("accept keys with MD5, SHA-1 and SHA-224");

  /** The keys of secondaries. */
  public static final Setting<Path> TRANSFER_KEY =
      Setting.of("transfer-key", "FILE", PathText::read)
          .under(PREFIX)
          .help("give the challenge zone to name servers that sign with a key in FILE");

  /** The secondaries that are told of changes. */
  public static final Setting<List<Secondary>> SECONDARY =
      Setting.ofMany("secondary", "ADDR[:PORT][=KEY]", HostingSettings::secondary)
          .under(PREFIX)
          .help("tell that name server of changes, signed with KEY (repeatable)");

  /** The networks of an account. */
  public static final Setting<List<AddressBlock>> ALLOW_FROM =
      Setting.ofMany("allow-from", "CIDR", HostingSettings::network)
          .onlyAsFlag()
          .help("let the account be used from this network only (add; repeatable)");

  /** The address of the API, for clients that keep it with an account. */
  public static final Setting<String> API_URL =
      Setting.of("api-url", "URL", HostingSettings::url)
          .onlyAsFlag()
          .help("the address at which clients reach the API, for the account's file (add)");

  /** The settings of this class that {@code dns-server} has. */
  public static final List<Setting<?>> ALL =
      List.of(
          CHALLENGE_ZONE,
          API,
          API_CERTIFICATE,
          REGISTRATION,
          STORE,
          UPDATE_KEY,
          UPDATE_WEAK_KEYS,
          TRANSFER_KEY,
          SECONDARY);

  private HostingSettings() {}

  /** The place of accounts and records. */
  public static StoreLocation store(Settings settings, Path stateDirectory)
      throws CliFailureException {
    Path beside = stateDirectory.resolve("dns-store");
    Optional<String> text = settings.find(STORE);
    if (text.isEmpty() || !text.get().startsWith("jdbc:")) {
      return new StoreLocation.Directory(text.map(Path::of).orElse(beside));
    }
    StoreLocation.Database database = new StoreLocation.Database(text.get(), beside);
    if (database.hasPassword() && settings.isTyped(STORE)) {
      throw CliFailureException.usage(
          "a password on the command line is in the list of processes",
          "write it into the file that PGPASSFILE names, as HOST:PORT:DATABASE:USER:PASSWORD, or"
              + " the whole URL into the settings file");
    }
    return database;
  }

  private static String place(String text) {
    if (text.startsWith("jdbc:")) {
      return new StoreLocation.Database(text, Path.of("")).url();
    }
    return PathText.read(text).toString();
  }

  /**
   * The hosted zone that these settings ask for.
   *
   * @param tls has the certificate of the API, where one is asked for
   */
  public static Optional<Hosting> hosting(
      Settings settings, Path stateDirectory, Optional<SSLContext> tls) throws CliFailureException {
    Optional<Zone> zone = settings.find(CHALLENGE_ZONE);
    if (zone.isEmpty()) {
      for (Setting<?> part : ALL) {
        if (settings.isSet(part)) {
          throw CliFailureException.usage(
              part.flag() + " needs --challenge-zone",
              "add --challenge-zone auth.example.org, or leave it out");
        }
      }
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Hosting(
              zone.get(),
              store(settings, stateDirectory),
              settings.find(API),
              tls,
              settings.value(REGISTRATION),
              new Updates(settings.find(UPDATE_KEY), settings.value(UPDATE_WEAK_KEYS)),
              new Transfers(settings.find(TRANSFER_KEY), settings.values(SECONDARY))));
    } catch (IllegalArgumentException e) {
      throw CliFailureException.usage(
          String.valueOf(e.getMessage()), "docs/dns-01-service.md shows how it is set up");
    }
  }

  private static Secondary secondary(String text) {
    int sign = text.indexOf('=');
    String address = sign < 0 ? text : text.substring(0, sign);
    return new Secondary(
        DnsServerSettings.socket(address),
        sign < 0 ? Optional.empty() : Optional.of(text.substring(sign + 1)));
  }

  private static AddressBlock network(String text) {
    if (!text.contains("/")) {
      throw new IllegalArgumentException("it is not a network, such as 192.0.2.0/24");
    }
    return AddressBlock.parse(text);
  }

  private static String url(String text) {
    if (!text.matches("https?://[^/?#@\\s]+[^?#@\\s]*")) {
      throw new IllegalArgumentException("it is not an https:// address");
    }
    return text;
  }
}

package dev.v6cert.cli.option;

import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.dns.update.UpdateServer;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.name.HostName;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The settings of the places where TXT records of DNS-01 are set, but for the hook. */
public final class RecordSettings {

  private static final int MAX_PORT = 65535;

  /** The name server that takes updates. */
  public static final Setting<UpdateServer> RFC2136 =
      Setting.of("rfc2136", "SERVER[:PORT]", RecordSettings::server)
          .help(
              "set records at this name server by dynamic updates (RFC 2136), signed with"
                  + " --tsig-key; obtain needs --challenge dns-01 beside it");

  /** The key of the updates. */
  public static final Setting<Path> TSIG_KEY =
      Setting.of("tsig-key", "FILE", text -> PathText.read(text).toAbsolutePath().normalize())
          .help("the key for --rfc2136, in BIND's syntax as tsig-keygen writes it");

  /** The acme-dns server. */
  public static final Setting<URI> ACME_DNS =
      Setting.of("acme-dns", "URL", RecordSettings::url)
          .help(
              "with --challenge dns-01: set the TXT records at this acme-dns server, after printing"
                  + " the CNAME record that you set once");

  private static final List<Setting<?>> PLACES = List.of(HookSettings.DNS_HOOK, ACME_DNS, RFC2136);

  private RecordSettings() {}

  /**
   * The setting of the place where records are set; empty where there is none. A typed one goes
   * before those of a file.
   */
  public static Optional<Setting<?>> place(Settings settings) {
    return places(settings).stream().findFirst();
  }

  private static List<Setting<?>> places(Settings settings) {
    List<Setting<?>> typed = PLACES.stream().filter(settings::isTyped).toList();
    return typed.isEmpty() ? PLACES.stream().filter(settings::isSet).toList() : typed;
  }

  /** The typed one of these settings and --dns-hook; empty where none is typed. */
  public static Optional<Setting<?>> typed(Settings settings) {
    return Stream.concat(PLACES.stream(), Stream.of(TSIG_KEY))
        .filter(settings::isTyped)
        .findFirst();
  }

  /** Refuses two places, a name server without a key, and a key without a name server. */
  public static void check(Settings settings) throws CliFailureException {
    List<Setting<?>> places = places(settings);
    if (places.size() > 1) {
      throw CliFailureException.usage(
          places.get(0).flag()
              + " and "
              + places.get(1).flag()
              + " are two ways to set TXT records",
          "leave one of them out");
    }
    if (settings.isTyped(TSIG_KEY) && !settings.isSet(RFC2136)) {
      throw CliFailureException.usage(
          "--tsig-key signs updates, and no name server is to take any",
          "add --rfc2136 SERVER, or leave --tsig-key out");
    }
    if (place(settings).filter(RFC2136::equals).isPresent() && !settings.isSet(TSIG_KEY)) {
      throw CliFailureException.usage(
          "--rfc2136 needs a key: name servers take signed updates only",
          "add --tsig-key FILE; tsig-keygen makes one");
    }
  }

  private static URI url(String text) {
    if (!text.matches("https?://[^/?#\\s]+[^?#\\s]*")) {
      throw new IllegalArgumentException("it is not an https:// address");
    }
    URI address = URI.create(text);
    String host = address.getHost();
    if (host == null || address.getPort() == 0 || address.getPort() > MAX_PORT) {
      throw new IllegalArgumentException("it names no host and port");
    }
    if (address.getScheme().equals("http") && !isLoopback(host)) {
      throw new IllegalArgumentException(
          "http:// sends the password of the account in the clear; https:// is needed");
    }
    return address;
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost")
        || IpAddress.tryParse(host.replaceAll("[\\[\\]]", ""))
            .filter(address -> address.toInetAddress().isLoopbackAddress())
            .isPresent();
  }

  private static UpdateServer server(String text) {
    if (text.startsWith("[")) {
      int end = text.indexOf(']');
      String rest = end < 0 ? "" : text.substring(end + 1);
      if (end < 0 || !(rest.isEmpty() || rest.startsWith(":"))) {
        throw new IllegalArgumentException("it is not an address, such as [2001:db8::1]:53");
      }
      return new UpdateServer(
          AddressText.ip(text.substring(1, end)).toString(),
          rest.isEmpty() ? UpdateServer.PORT : port(rest.substring(1)));
    }
    if (text.indexOf(':') != text.lastIndexOf(':')) {
      return new UpdateServer(AddressText.ip(text).toString(), UpdateServer.PORT);
    }
    int colon = text.indexOf(':');
    String host = colon < 0 ? text : text.substring(0, colon);
    return new UpdateServer(
        IpAddress.tryParse(host).map(IpAddress::toString).orElseGet(() -> HostName.of(host).text()),
        colon < 0 ? UpdateServer.PORT : port(text.substring(colon + 1)));
  }

  private static int port(String text) {
    if (text.matches("[0-9]{1,5}")) {
      int port = Integer.parseInt(text);
      if (port >= 1 && port <= MAX_PORT) {
        return port;
      }
    }
    throw new IllegalArgumentException("a port is a number from 1 to " + MAX_PORT);
  }
}

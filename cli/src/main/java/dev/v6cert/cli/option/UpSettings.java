package dev.v6cert.cli.option;

import dev.v6cert.cli.setting.Setting;
import dev.v6cert.ipv6.AddressBlock;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;

/** The settings of {@code up}: where requests go, and who may make them. */
public final class UpSettings {

  private static final String UP = "up";
  private static final int MAX_PORT = 65535;

  /** The things to serve, where a command line names none. */
  public static final Setting<List<String>> SERVE =
      Setting.ofMany("serve", "WHAT", text -> text)
          .under(UP)
          .help("what to serve where no WHAT is typed, for settings files (repeatable)");

  /** The server for every path, by its address. */
  public static final Setting<URI> TO =
      Setting.of("to", "URL", UpSettings::address)
          .under(UP)
          .help("hand requests on to this server, such as https://localhost:8443 or unix:/run/app");

  /** The port that is listened on. */
  public static final Setting<Integer> HTTPS_PORT =
      Setting.of("https-port", "PORT", UpSettings::port)
          .under(UP)
          .orElse("443")
          .help("listen on PORT in place of 443; it is part of the address then");

  /** Whether this machine signs the certificate. */
  public static final Setting<Boolean> LOCAL =
      Setting.ofSwitch("local")
          .under(UP)
          .help("for the LAN alone: let this machine sign the certificate, as --ca local does");

  /** Whether everybody may come in. */
  public static final Setting<Boolean> PUBLIC =
      Setting.ofSwitch("public").under(UP).help("let everybody in, scanners too");

  /** Whether the local network may come in, and nobody else. */
  public static final Setting<Boolean> LAN =
      Setting.ofSwitch("lan")
          .under(UP)
          .help("let in this network (its /64, and IPv4 subnets) instead of those with the link");

  /** The networks that may come in, and nobody else. */
  public static final Setting<List<AddressBlock>> ALLOW =
      Setting.ofMany("allow", "CIDR", AddressBlock::parse)
          .under(UP)
          .help("let in this network (repeatable) instead of those with the link");

  /** The names and passwords of those who may come in. */
  public static final Setting<Path> BASIC_AUTH_FILE =
      Setting.of("basic-auth-file", "FILE", PathText::read)
          .under(UP)
          .help("ask for a name and password, lines NAME:PASSWORD of FILE, instead of the link");

  /** Whether servers see the public name. */
  public static final Setting<Boolean> KEEP_HOST =
      Setting.ofSwitch("keep-host")
          .under(UP)
          .help("let servers see the public name, by Host and X-Forwarded-*, not their own");

  /** The port on loopback where requests are shown. */
  public static final Setting<Integer> INSPECT_PORT =
      Setting.of("inspect-port", "PORT", UpSettings::port)
          .under(UP)
          .orElse("4040")
          .help("show requests, to this machine alone, on http://localhost:PORT");

  /** Whether requests are shown nowhere. */
  public static final Setting<Boolean> NO_INSPECT =
      Setting.ofSwitch("no-inspect").under(UP).help("show requests nowhere");

  /** Whether the QR code is left out. */
  public static final Setting<Boolean> NO_QR =
      Setting.ofSwitch("no-qr").under(UP).help("show no QR code of the link");

  /** The settings of this class. */
  public static final List<Setting<?>> ALL =
      List.of(
          SERVE,
          TO,
          HTTPS_PORT,
          LOCAL,
          PUBLIC,
          LAN,
          ALLOW,
          BASIC_AUTH_FILE,
          KEEP_HOST,
          NO_QR,
          INSPECT_PORT,
          NO_INSPECT);

  private UpSettings() {}

  private static URI address(String text) {
    try {
      URI address = new URI(text);
      String path = address.getPath();
      if ("unix".equals(address.getScheme()) && path != null && path.length() > 1) {
        return address;
      }
      boolean http = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
      boolean bare = address.getRawPath() == null || address.getRawPath().matches("/?");
      if (http
          && bare
          && address.getHost() != null
          && address.getRawQuery() == null
          && address.getRawUserInfo() == null) {
        return address;
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "it is not http://HOST:PORT, https://HOST:PORT or unix:/PATH");
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

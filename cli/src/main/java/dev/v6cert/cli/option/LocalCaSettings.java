package dev.v6cert.cli.option;

import dev.v6cert.acme.localca.NameConstraints;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.ipv6.AddressBlock;
import dev.v6cert.ipv6.name.HostName;
import java.net.InetSocketAddress;
import java.util.List;

/** The settings of {@code local-ca}: its root, and the ACME server for the LAN. */
public final class LocalCaSettings {

  private static final String PREFIX = "local-ca";

  /** The number of the RFC. */
  private static final String DEFAULT_LISTEN = "[::]:8555";

  /** Whether the root certificate is printed. */
  public static final Setting<Boolean> PEM =
      Setting.ofSwitch("pem").onlyAsFlag().help("print the root certificate itself (show)");

  /** The address of the server. */
  public static final Setting<InetSocketAddress> LISTEN =
      Setting.of("listen", "ADDR:PORT", LocalCaSettings::socket)
          .under(PREFIX)
          .orElse(DEFAULT_LISTEN)
          .help("answer ACME there (serve)");

  /** The networks of the peers. */
  public static final Setting<List<AddressBlock>> ALLOW =
      Setting.ofMany("allow", "CIDR", LocalCaSettings::network)
          .under(PREFIX)
          .help("serve this private network only (serve; repeatable; default: all private ones)");

  /** The names of the server. */
  public static final Setting<List<HostName>> NAME =
      Setting.ofMany("name", "NAME", DomainText::read)
          .under(PREFIX)
          .help("a name that peers call this server by, such as ca.local (serve; repeatable)");

  /** Whether anybody in the network may open an account. */
  public static final Setting<Boolean> NO_EAB =
      Setting.ofSwitch("no-eab")
          .under(PREFIX)
          .help("let everybody in the network open an account, without credentials (serve)");

  /** Whether the credentials are replaced. */
  public static final Setting<Boolean> NEW =
      Setting.ofSwitch("new")
          .onlyAsFlag()
          .help("replace the credentials; those of before open no account (credentials)");

  private LocalCaSettings() {}

  private static InetSocketAddress socket(String text) {
    if (!text.matches("(\\[.*]|[^:]*):[0-9]{1,5}")) {
      throw new IllegalArgumentException("it is not ADDRESS:PORT, such as 192.168.1.10:8555");
    }
    return DnsServerSettings.socket(text);
  }

  private static AddressBlock network(String text) {
    AddressBlock block = AddressBlock.parse(text);
    if (!NameConstraints.isPrivate(block)) {
      throw new IllegalArgumentException("it is not a private network, and no other is served");
    }
    return block;
  }
}

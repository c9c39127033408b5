package dev.v6cert.cli.option;

import dev.v6cert.cli.setting.Setting;
import java.net.InetSocketAddress;

/** The settings that decide how {@code check} looks around. */
public final class CheckSettings {

  /** The DNS server to ask. */
  public static final Setting<InetSocketAddress> RESOLVER =
      Setting.of("resolver", "ADDR[:PORT]", DnsServerSettings::socket)
          .help("ask this DNS server for zones and CAA records instead of the system's");

  /** Whether to place an order that costs nothing. */
  public static final Setting<Boolean> STAGING_ORDER =
      Setting.ofSwitch("staging-order")
          .onlyAsFlag()
          .help(
              "prove that the CA can connect: let it validate (Let's Encrypt in staging), and"
                  + " install nothing");

  private CheckSettings() {}
}

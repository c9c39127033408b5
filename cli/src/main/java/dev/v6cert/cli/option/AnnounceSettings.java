package dev.v6cert.cli.option;

import dev.v6cert.cli.setting.Setting;
import dev.v6cert.ipv6.name.HostName;
import java.time.Duration;

/** The settings of a name of one's own that follows this machine's addresses. */
public final class AnnounceSettings {

  private static final int LONGEST_TTL = 3600;

  /** The name that {@code renew} keeps on this machine's addresses. */
  public static final Setting<HostName> ANNOUNCE =
      Setting.of("announce", "NAME", HostName::of)
          .help(
              "have this name lead here first, as v6cert announce does, at --rfc2136 with"
                  + " --tsig-key; made for the settings file");

  /** The TTL of the records. */
  public static final Setting<Duration> TTL =
      Setting.of("ttl", "SECONDS", AnnounceSettings::ttl)
          .under("announce")
          .orElse("60")
          .help("how long resolvers may keep the addresses, at most an hour");

  private AnnounceSettings() {}

  private static Duration ttl(String text) {
    if (!text.matches("\\d{1,4}") || Integer.parseInt(text) > LONGEST_TTL) {
      throw new IllegalArgumentException("it is not a number of seconds from 0 to " + LONGEST_TTL);
    }
    return Duration.ofSeconds(Integer.parseInt(text));
  }
}

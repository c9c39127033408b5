package dev.v6cert.ipv6.detect;

import java.util.Locale;

/** Which interfaces are tunnels or bridges, by what their system says of them. */
final class InterfaceKind {
  private static final String[] NAMES = {
    "docker", "br-", "veth", "virbr", "cni", "tailscale", "wg", "tun", "utun", "zt"
  };

  private InterfaceKind() {}

  /** Whether the name is one that tunnels, bridges and containers' cables are given. */
  static boolean isTunnelName(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    for (String start : NAMES) {
      if (lower.startsWith(start)) {
        return true;
      }
    }
    return false;
  }

  /** Whether an {@code ARPHRD_*} number of Linux, in decimal, is that of a tunnel. */
  static boolean isTunnelType(String type) {
    return switch (type) {
      case "768", "769", "776", "778", "823" -> true; // IPIP, IP6IP6, SIT, GRE, GRE over IPv6.
      default -> false;
    };
  }

  /** Whether the kind that a Linux device was made as ({@code IFLA_INFO_KIND}) is a tunnel's. */
  static boolean isTunnelKind(String kind) {
    return switch (kind) {
      case "tun", "wireguard", "bridge" -> true;
      default -> false;
    };
  }
}

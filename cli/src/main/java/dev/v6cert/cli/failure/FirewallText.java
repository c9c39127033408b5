package dev.v6cert.cli.failure;

import dev.v6cert.ipv6.Transport;
import dev.v6cert.ipv6.firewall.FirewallVerdict;
import dev.v6cert.ipv6.firewall.FirewallVerdict.Keeper;
import java.util.Locale;

/** Packet filters in words, and the commands that open them. */
public final class FirewallText {

  private FirewallText() {}

  /** The rule or policy that keeps the port closed. */
  public static String reason(FirewallVerdict.Closed closed, Transport transport, int port) {
    return name(closed.keeper())
        + " keeps "
        + transport
        + " port "
        + port
        + " out: "
        + closed
            .rule()
            .map(rule -> "rule \"" + rule + "\" on the way through " + closed.chain())
            .orElse("policy of chain " + closed.chain());
  }

  /** The name that people know. */
  public static String name(Keeper keeper) {
    return switch (keeper) {
      case UFW -> "ufw";
      case FIREWALLD -> "firewalld";
      case NFTABLES -> "nftables";
      case IP6TABLES -> "ip6tables";
      case IPTABLES -> "iptables";
    };
  }

  /**
   * The command that lets the port in.
   *
   * @param chain as {@code inet filter input}, or for iptables {@code filter INPUT}
   */
  public static String opening(Keeper keeper, String chain, Transport transport, int port) {
    String[] words = chain.split(" ", -1);
    String protocol = transport.name().toLowerCase(Locale.ROOT);
    return switch (keeper) {
      case UFW -> "sudo ufw allow " + port + "/" + protocol;
      case FIREWALLD -> "sudo firewall-cmd --add-port=" + port + "/" + protocol;
      case NFTABLES ->
          "sudo nft insert rule " + chain + " " + protocol + " dport " + port + " accept";
      case IP6TABLES, IPTABLES ->
          "sudo %s -t %s -I %s -p %s --dport %s -j ACCEPT"
              .formatted(
                  name(keeper),
                  words[words.length - 2],
                  words[words.length - 1],
                  protocol,
                  Integer.toString(port))
              .replace("-t filter ", "");
    };
  }
}

package dev.v6cert.cli.failure;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.ipv6.IpProtocol;
import dev.v6cert.ipv6.firewall.FirewallVerdict;
import dev.v6cert.ipv6.firewall.FirewallVerdict.Keeper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Packet filters in words, and the commands that open them. */
public final class FirewallText {

  private FirewallText() {}

  /** The rules or policies that keep the ports closed, each once. */
  static String reason(List<AcmeFailure.ClosedPort> closed) {
    Map<FirewallVerdict.Closed, List<AcmeFailure.ClosedPort>> byVerdict =
        closed.stream()
            .collect(
                Collectors.groupingBy(
                    AcmeFailure.ClosedPort::verdict, LinkedHashMap::new, Collectors.toList()));
    return byVerdict.entrySet().stream()
        .map(of -> {
          List<AcmeFailure.ClosedPort> ports = of.getValue();
          String transports =
              ports.stream().map(it -> it.transport().name()).collect(Collectors.joining(" and "));
          return reason(of.getKey(), transports, ports.getFirst().port());
        })
        .collect(Collectors.joining("; "));
  }

  /** The rule or policy that keeps the port closed. */
  public static String reason(FirewallVerdict.Closed closed, IpProtocol transport, int port) {
    return reason(closed, transport.name(), port);
  }

  private static String reason(FirewallVerdict.Closed closed, String transports, int port) {
    return name(closed.keeper())
        + " keeps "
        + transports
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

  /** The command that lets the port in. */
  static String opening(AcmeFailure.ClosedPort closed) {
    FirewallVerdict.Closed verdict = closed.verdict();
    return opening(verdict.keeper(), verdict.chain(), closed.transport(), closed.port());
  }

  /**
   * The command that lets the port in.
   *
   * @param chain as {@code inet filter input}, or for iptables {@code filter INPUT}
   */
  public static String opening(Keeper keeper, String chain, IpProtocol transport, int port) {
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

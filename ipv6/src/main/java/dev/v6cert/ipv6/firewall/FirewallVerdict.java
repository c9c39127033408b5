package dev.v6cert.ipv6.firewall;

import java.util.List;
import java.util.Optional;

/** Whether this machine's packet filter lets a {@link InboundConnection} in. */
public sealed interface FirewallVerdict {

  /** It does. */
  record Open(Keeper keeper) implements FirewallVerdict {}

  /**
   * It does not.
   *
   * @param chain where it ends, as {@code inet filter input}
   * @param rule the rule that keeps it out; empty where that is the chain's policy
   */
  record Closed(Keeper keeper, String chain, Optional<String> rule) implements FirewallVerdict {}

  /**
   * It depends on rules that are beyond us.
   *
   * @param open what holds without them
   * @param chain where they are
   * @param rules at least one
   */
  record Unclear(Keeper keeper, boolean open, String chain, List<String> rules)
      implements FirewallVerdict {
    public Unclear {
      rules = List.copyOf(rules);
    }
  }

  /** Nothing filters. */
  record NoRules() implements FirewallVerdict {}

  /** The rules may not be read by this user, or there is no tool for it. */
  record Unreadable(String why) implements FirewallVerdict {}

  /** The tool that changes the rules. */
  enum Keeper {
    /** Uncomplicated Firewall, {@code ufw}. */
    UFW,
    /** {@code firewall-cmd}. */
    FIREWALLD,
    /** {@code nft}. */
    NFTABLES,
    /** {@code ip6tables}. */
    IP6TABLES,
    /** {@code iptables}. */
    IPTABLES
  }
}

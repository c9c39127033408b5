package dev.v6cert.ipv6.firewall;

import dev.v6cert.ipv6.firewall.Chain.Action;
import java.util.List;
import java.util.Map;

/**
 * Chains that can jump to each other.
 *
 * @param name the table, as a command would name it: {@code inet filter}
 */
record Table(String name, Map<String, Chain> chains) {

  List<Chain> baseChains() {
    return chains.values().stream().filter(chain -> chain.base().isPresent()).toList();
  }

  /** Whether anything in it can keep a packet out, or let one in that another rule would not. */
  boolean decides() {
    return chains.values().stream()
        .anyMatch(chain ->
            !chain.rules().isEmpty()
                || chain.base().filter(policy -> !(policy instanceof Action.Accept)).isPresent());
  }
}

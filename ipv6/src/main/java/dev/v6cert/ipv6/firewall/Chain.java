package dev.v6cert.ipv6.firewall;

import java.util.List;
import java.util.Optional;

/**
 * A list of rules.
 *
 * @param base what becomes of packets that reach its end, where the kernel itself calls the chain
 *     for packets that come in
 */
record Chain(String name, Optional<Action> base, List<Rule> rules) {
  Chain {
    rules = List.copyOf(rules);
  }
}

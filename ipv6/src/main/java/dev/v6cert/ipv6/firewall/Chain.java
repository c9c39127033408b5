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

  /** The action of a rule on a packet that it matches. */
  sealed interface Action {

    /** Lets it in, as far as this base chain is concerned. */
    record Accept() implements Action {}

    /** Keeps it out, silently or not. */
    record Drop() implements Action {}

    /** Goes back to the chain that jumped here. */
    record Return() implements Action {}

    /**
     * Goes on in another chain.
     *
     * @param returns whether that one comes back here
     */
    record Jump(String chain, boolean returns) implements Action {}

    /** Nothing that decides: counts, logs, marks. */
    record Pass() implements Action {}

    /** Something that we cannot follow: sends it elsewhere, hands it to a program. */
    record Other() implements Action {}
  }

  /**
   * A rule, as seen by one packet.
   *
   * @param text as its tool prints it
   * @param matches whether the packet is one that it is for
   * @param action what it does then
   */
  record Rule(String text, Ternary matches, Action action) {}
}

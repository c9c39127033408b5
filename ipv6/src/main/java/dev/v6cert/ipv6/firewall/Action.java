package dev.v6cert.ipv6.firewall;

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

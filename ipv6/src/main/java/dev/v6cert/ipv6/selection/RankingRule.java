package dev.v6cert.ipv6.selection;

/** The rules by which one usable address is preferred to another, in their order. */
public enum RankingRule {
  /** The lineage has it already, and it is not deprecated. */
  IN_USE(1, "that one is in use already"),
  /** An address that is not deprecated. */
  NOT_DEPRECATED(2, "this one is deprecated"),
  /** An address on the interface of the best default route. */
  DEFAULT_ROUTE(3, "this one is not on the interface of the default route"),
  /** An address that is not on a tunnel, a bridge or a container's cable. */
  NOT_TUNNEL(4, "this one is on a tunnel or bridge"),
  /** An address that will not soon be replaced. */
  NOT_TEMPORARY(5, "this one is temporary"),
  /** One set by hand or by DHCPv6, then one with a random identifier, then one with the MAC. */
  ORIGIN(6, "this one shows the MAC address, or is not set by hand or DHCPv6"),
  /** The one that stays preferred for longer. */
  PREFERRED_LIFETIME(7, "this one has the shorter preferred lifetime"),
  /** The lower number, so that there is an order in every case. */
  NUMERIC(8, "they are equal in all else, so the lower number is taken");

  private final int number;
  private final String loss;

  RankingRule(int number, String loss) {
    this.number = number;
    this.loss = loss;
  }

  /** The place of the rule in the order, from 1. */
  public int number() {
    return number;
  }

  /** The reason for an address that loses by this rule: it is "this one", the better "that one". */
  public String loss() {
    return loss;
  }
}

package dev.v6cert.dns.guard;

import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.name.EmbeddedAddresses;
import dev.v6cert.ipv6.name.MagicName;

/**
 * Finds the addresses in a name, and keeps those back that may not be answered.
 *
 * @param policy the addresses that are answered at all
 * @param blockList what the operator blocks
 */
public record AddressFilter(AddressPolicy policy, BlockList blockList) {

  /** Why an address in a name is not answered. */
  public enum Verdict {
    /** It is. */
    PERMITTED,
    /** The policy does not answer such addresses. */
    AGAINST_POLICY,
    /** The address or the name is on the block list. */
    BLOCKED
  }

  /**
   * What a name carries, and what of it is answered.
   *
   * @param addresses the addresses to answer
   * @param verdict why there are fewer than the name carries
   */
  public record Filtered(EmbeddedAddresses addresses, Verdict verdict) {
    /** Whether the name carries an address, answered or not. */
    public boolean isMagic() {
      return !addresses.isEmpty() || verdict != Verdict.PERMITTED;
    }
  }

  /** The addresses in a relative name (labels left of the zone, dotted). */
  public Filtered in(String relativeName) {
    EmbeddedAddresses found = MagicName.parse(relativeName);
    if (found.isEmpty()) {
      return new Filtered(found, Verdict.PERMITTED);
    }
    if (blockList.blocksName(relativeName)) {
      return new Filtered(MagicName.parse(""), Verdict.BLOCKED);
    }
    Verdict ipv6 = found.ipv6().map(this::verdict).orElse(Verdict.PERMITTED);
    Verdict ipv4 = found.ipv4().map(this::verdict).orElse(Verdict.PERMITTED);
    return new Filtered(
        new EmbeddedAddresses(
            found.ipv6().filter(_ -> ipv6 == Verdict.PERMITTED),
            found.ipv4().filter(_ -> ipv4 == Verdict.PERMITTED)),
        ipv6.compareTo(ipv4) > 0 ? ipv6 : ipv4);
  }

  /** Whether the address may be answered. */
  public Verdict verdict(Ipv4Address address) {
    return blockList.blocks(address)
        ? Verdict.BLOCKED
        : policy.permits(address) ? Verdict.PERMITTED : Verdict.AGAINST_POLICY;
  }

  /** Whether the address may be answered. */
  public Verdict verdict(Ipv6Address address) {
    return blockList.blocks(address)
        ? Verdict.BLOCKED
        : policy.permits(address) ? Verdict.PERMITTED : Verdict.AGAINST_POLICY;
  }
}

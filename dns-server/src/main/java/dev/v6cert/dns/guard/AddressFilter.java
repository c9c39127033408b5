package dev.v6cert.dns.guard;

import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.name.EmbeddedAddresses;
import dev.v6cert.ipv6.name.MagicName;

/** Finds the addresses in a name, and keeps those back that may not be answered. */
public final class AddressFilter {
  private final AnswerRules rules;
  private final BlockList blockList;
  private final AddressPolicy policy;
  private final boolean allowsAll;
  private final AddressRanges allowedIpv4;
  private final AddressRanges allowedIpv6;

  /**
   * A filter.
   *
   * @param blockList the content of the block list that the rules name
   */
  public AddressFilter(AnswerRules rules, BlockList blockList) {
    this.rules = rules;
    this.blockList = blockList;
    this.policy = rules.policy();
    this.allowsAll = rules.allow().isEmpty();
    AddressRanges.Builder ipv4 = new AddressRanges.Builder();
    AddressRanges.Builder ipv6 = new AddressRanges.Builder();
    rules.allow().forEach(block -> (block.ipv4() ? ipv4 : ipv6).add(block));
    this.allowedIpv4 = ipv4.build();
    this.allowedIpv6 = ipv6.build();
  }

  /** Why an address in a name is not answered. */
  public enum Verdict {
    /** It is. */
    PERMITTED,
    /** It serves attacks and nothing else. */
    ALWAYS_REFUSED,
    /** The policy does not answer such addresses. */
    AGAINST_POLICY,
    /** It is in none of the prefixes that are allowed. */
    NOT_ALLOWED,
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
        : AddressPolicy.isNeverAnswered(address)
            ? Verdict.ALWAYS_REFUSED
            : !allows(0, Integer.toUnsignedLong(address.bits()), true)
                ? Verdict.NOT_ALLOWED
                : policy.permits(address) ? Verdict.PERMITTED : Verdict.AGAINST_POLICY;
  }

  /** Whether the address may be answered. */
  public Verdict verdict(Ipv6Address address) {
    return blockList.blocks(address)
        ? Verdict.BLOCKED
        : AddressPolicy.isNeverAnswered(address)
            ? Verdict.ALWAYS_REFUSED
            : !allows(address.high(), address.low(), false)
                ? Verdict.NOT_ALLOWED
                : policy.permits(address) ? Verdict.PERMITTED : Verdict.AGAINST_POLICY;
  }

  private boolean allows(long high, long low, boolean ipv4) {
    return allowsAll || (ipv4 ? allowedIpv4 : allowedIpv6).contains(high, low);
  }

  /** The rules that it keeps. */
  public AnswerRules rules() {
    return rules;
  }

  /** What is blocked. */
  public BlockList blockList() {
    return blockList;
  }

  /**
   * Whether the address may be answered. The usual addresses and the usual policy are decided
   * without an object.
   *
   * @param bits the address, its first octet highest
   */
  public boolean permitsIpv4(int bits) {
    int first = bits >>> 24;
    boolean usual = first != 0 && first < 224 && (bits >>> 16) != 0xa9fe; // 169.254.0.0/16
    return (usual && allowsAll && policy == AddressPolicy.ANY)
        ? !blockList.blocksIpv4(bits)
        : verdict(new Ipv4Address(bits)) == Verdict.PERMITTED;
  }

  /** Whether the address may be answered; see {@link #permitsIpv4}. */
  public boolean permitsIpv6(long high, long low) {
    boolean global = (high >>> 61) == 1 && (high >>> 48) != 0x2002; // 2000::/3 without 6to4
    boolean local = (high >>> 57) == 0x7e || (high >>> 54) == 0x3fa; // fc00::/7, fe80::/10
    return ((global || local) && allowsAll && policy == AddressPolicy.ANY)
        ? !blockList.blocksIpv6(high, low)
        : verdict(new Ipv6Address(high, low)) == Verdict.PERMITTED;
  }
}

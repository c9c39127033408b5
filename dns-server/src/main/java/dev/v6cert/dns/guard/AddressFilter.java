package dev.v6cert.dns.guard;

import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.name.EmbeddedAddresses;
import dev.v6cert.ipv6.name.MagicName;
import java.util.Optional;
import java.util.function.Supplier;

/** Finds the addresses in a name, and keeps those back that may not be answered. */
public final class AddressFilter {
  private static final EmbeddedAddresses NONE =
      new EmbeddedAddresses(Optional.empty(), Optional.empty());

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

  /** The verdict on an address in a name. */
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
   * The addresses that a name carries, and those of them that are answered.
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

  /**
   * The addresses in a name.
   *
   * @param relative its labels left of the zone, dotted
   * @param whole all of its labels, dotted
   */
  public Filtered in(String relative, Supplier<String> whole) {
    EmbeddedAddresses found =
        rules.lanNames() ? MagicName.parseForLan(relative) : MagicName.parse(relative);
    if (found.isEmpty()) {
      return new Filtered(found, Verdict.PERMITTED);
    }
    if (blockList.hasNames() && !isExempt(found) && blockList.blocksName(whole.get())) {
      return new Filtered(NONE, Verdict.BLOCKED);
    }
    Verdict ipv6 = found.ipv6().map(this::verdict).orElse(Verdict.PERMITTED);
    Verdict ipv4 = found.ipv4().map(this::verdict).orElse(Verdict.PERMITTED);
    return new Filtered(
        new EmbeddedAddresses(
            found.ipv6().filter(_ -> ipv6 == Verdict.PERMITTED),
            found.ipv4().filter(_ -> ipv4 == Verdict.PERMITTED)),
        ipv6.compareTo(ipv4) > 0 ? ipv6 : ipv4);
  }

  /** Whether words of the block list do not hold: no address leads out of a private network. */
  private boolean isExempt(EmbeddedAddresses found) {
    return rules.exemptPrivate()
        && found.ipv6().map(AddressPolicy.PRIVATE::permits).orElse(true)
        && found.ipv4().map(AddressPolicy.PRIVATE::permits).orElse(true);
  }

  /** Whether the address may be answered. */
  public Verdict verdict(Ipv4Address address) {
    int bits = address.bits();
    if (blockList.blocksIpv4(bits)) {
      return Verdict.BLOCKED;
    }
    return RefusedAddresses.contains(bits)
        ? Verdict.ALWAYS_REFUSED
        : !allowsAll && !allowedIpv4.contains(0, Integer.toUnsignedLong(bits))
            ? Verdict.NOT_ALLOWED
            : policy.permits(address) ? Verdict.PERMITTED : Verdict.AGAINST_POLICY;
  }

  /** Whether the address may be answered. */
  public Verdict verdict(Ipv6Address address) {
    long high = address.high();
    long low = address.low();
    if (blockList.blocksIpv6(high, low)) {
      return Verdict.BLOCKED;
    }
    return RefusedAddresses.contains(high, low)
        ? Verdict.ALWAYS_REFUSED
        : !allowsAll && !allowedIpv6.contains(high, low)
            ? Verdict.NOT_ALLOWED
            : policy.permits(address) ? Verdict.PERMITTED : Verdict.AGAINST_POLICY;
  }

  /** The rules that it keeps. */
  public AnswerRules rules() {
    return rules;
  }

  /** The block list. */
  public BlockList blockList() {
    return blockList;
  }

  /**
   * Whether the address may be answered; without an object unless a policy decides.
   *
   * @param bits the address, its first octet highest
   */
  public boolean permitsIpv4(int bits) {
    return !RefusedAddresses.contains(bits)
        && (allowsAll || allowedIpv4.contains(0, Integer.toUnsignedLong(bits)))
        && !blockList.blocksIpv4(bits)
        && (policy == AddressPolicy.ANY || policy.permits(new Ipv4Address(bits)));
  }

  /** Whether the address may be answered; see {@link #permitsIpv4}. */
  public boolean permitsIpv6(long high, long low) {
    return !RefusedAddresses.contains(high, low)
        && (allowsAll || allowedIpv6.contains(high, low))
        && !blockList.blocksIpv6(high, low)
        && (policy == AddressPolicy.ANY || policy.permits(new Ipv6Address(high, low)));
  }
}

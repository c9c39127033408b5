package dev.v6cert.dns.guard;

import dev.v6cert.dns.guard.BlockList.Format;
import dev.v6cert.ipv6.AddressBlock;
import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.name.EmbeddedAddresses;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The operator's word on which names and addresses are answered.
 *
 * @param policy which kinds of addresses are answered
 * @param allow the only blocks whose addresses are answered; empty for all
 * @param blockList a file of what is not answered
 * @param format how that file is written
 * @param exemptPrivate whether words of the block list leave names alone that lead into private
 *     networks only
 * @param blockedTo the addresses of a page that blocked names lead to; often there are none
 * @param lanNames whether a name with an IPv4 address left of an IPv6 address has the first alone
 */
public record AnswerRules(
    AddressPolicy policy,
    List<AddressBlock> allow,
    Optional<Path> blockList,
    Format format,
    boolean exemptPrivate,
    EmbeddedAddresses blockedTo,
    boolean lanNames) {
  /** Every address is answered, apart from those that never are. */
  public static final AnswerRules DEFAULT =
      new AnswerRules(
          AddressPolicy.ANY,
          List.of(),
          Optional.empty(),
          Format.OWN,
          false,
          new EmbeddedAddresses(Optional.empty(), Optional.empty()));

  /**
   * The addresses of a notice page.
   *
   * @param addresses at most one of each family
   * @throws IllegalArgumentException when there are two of a family, or one is never answered; the
   *     message says which
   */
  public static EmbeddedAddresses notice(List<InetAddress> addresses) {
    Optional<Ipv6Address> ipv6 = Optional.empty();
    Optional<Ipv4Address> ipv4 = Optional.empty();
    for (InetAddress address : addresses) {
      if (address instanceof Inet4Address ? ipv4.isPresent() : ipv6.isPresent()) {
        throw new IllegalArgumentException(
            "blocked names lead to one address of a family, and "
                + address.getHostAddress()
                + " is the second");
      }
      if (address instanceof Inet4Address) {
        ipv4 = Optional.of(Ipv4Address.parse(address.getHostAddress()));
      } else {
        ipv6 = Optional.of(Ipv6Address.of(address.getAddress()));
      }
      if (ipv4.filter(one -> RefusedAddresses.contains(one.bits())).isPresent()
          || ipv6.filter(one -> RefusedAddresses.contains(one.high(), one.low())).isPresent()) {
        throw new IllegalArgumentException(
            "blocked names cannot lead to "
                + address.getHostAddress()
                + ", which is never answered");
      }
    }
    return new EmbeddedAddresses(ipv6, ipv4);
  }

  /** Copies the list. */
  public AnswerRules {
    allow = List.copyOf(allow);
  }

  /** Rules without names for the LAN. */
  public AnswerRules(
      AddressPolicy policy,
      List<AddressBlock> allow,
      Optional<Path> blockList,
      Format format,
      boolean exemptPrivate,
      EmbeddedAddresses blockedTo) {
    this(policy, allow, blockList, format, exemptPrivate, blockedTo, false);
  }

  /** These rules, where a leading IPv4 address is the only one of a name. */
  public AnswerRules withLanNames() {
    return new AnswerRules(policy, allow, blockList, format, exemptPrivate, blockedTo, true);
  }

  /** These rules with another policy. */
  public AnswerRules with(AddressPolicy other) {
    return new AnswerRules(other, allow, blockList, format, exemptPrivate, blockedTo, lanNames);
  }

  /** These rules with a block list. */
  public AnswerRules withBlockList(Path file) {
    return new AnswerRules(
        policy, allow, Optional.of(file), format, exemptPrivate, blockedTo, lanNames);
  }
}

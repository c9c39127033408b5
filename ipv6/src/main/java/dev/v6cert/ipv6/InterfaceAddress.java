package dev.v6cert.ipv6;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * An IP address of an interface of this machine.
 *
 * @param address the address, without a zone id
 * @param prefixLength the length of the on-link prefix in bits, 0 to 32 or 128
 * @param on the interface that has it
 * @param flags what the source says of it; empty where the source knows no flags
 * @param preferred how long it stays preferred; {@link Lifetime#UNKNOWN} where the source has none
 * @param valid how long it stays valid; {@link Lifetime#UNKNOWN} where the source has none
 */
public record InterfaceAddress(
    IpAddress address,
    int prefixLength,
    HostInterface on,
    Set<AddressFlag> flags,
    Lifetime preferred,
    Lifetime valid)
    implements Comparable<InterfaceAddress> {

  private static final long EUI64_MARK = 0xff_fe00_0000L;
  private static final long EUI64_MASK = 0xff_ff00_0000L;

  /** Keeps the flags in their order. */
  public InterfaceAddress {
    flags = Collections.unmodifiableSortedSet(new TreeSet<>(flags));
  }

  /** The purpose of the address. */
  public AddressScope scope() {
    return address.scope();
  }

  /** Whether {@code flag} is set. */
  public boolean is(AddressFlag flag) {
    return flags.contains(flag);
  }

  /** Whether the check for duplicates forbids its use for now. */
  public boolean isTentative() {
    return is(AddressFlag.TENTATIVE) && !is(AddressFlag.OPTIMISTIC);
  }

  /**
   * Whether the address shows the interface's MAC address: {@code ff:fe} in the middle of the
   * interface identifier (RFC 4291 appendix A) that is not there by chance.
   */
  public boolean isEui64() {
    return address instanceof Ipv6Address v6
        && (v6.low() & EUI64_MASK) == EUI64_MARK
        && !is(AddressFlag.STABLE_PRIVACY)
        && !is(AddressFlag.TEMPORARY);
  }

  /** The order of listings: by interface, then numeric. */
  @Override
  public int compareTo(InterfaceAddress other) {
    int byInterface = Integer.compare(on.index(), other.on.index());
    return byInterface != 0 ? byInterface : address.compareTo(other.address);
  }
}

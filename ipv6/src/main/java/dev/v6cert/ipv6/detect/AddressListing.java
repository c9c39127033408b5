package dev.v6cert.ipv6.detect;

import dev.v6cert.ipv6.InterfaceAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The IPv6 addresses of this machine at one moment, as one source tells them.
 *
 * @param source what was read, such as {@code /proc/net} or {@code netlink}
 * @param detail how much the source knows of an address
 * @param addresses every address, by interface, then numeric
 * @param defaultRoute the name of the interface that the best default route goes through
 * @param shortfall why a source that knows more was not used, where one was tried
 */
public record AddressListing(
    String source,
    Detail detail,
    List<InterfaceAddress> addresses,
    Optional<String> defaultRoute,
    Optional<String> shortfall) {

  /** The detail in which a source knows an address. */
  public enum Detail {
    /** The address and its interface only. */
    ADDRESSES,
    /** The flags too. */
    FLAGS,
    /** Flags and lifetimes. */
    LIFETIMES
  }

  /** Puts the addresses in order. */
  public AddressListing {
    List<InterfaceAddress> sorted = new ArrayList<>(addresses);
    Collections.sort(sorted);
    addresses = List.copyOf(sorted);
  }

  /** A listing for which no better source was tried. */
  public AddressListing(
      String source,
      Detail detail,
      List<InterfaceAddress> addresses,
      Optional<String> defaultRoute) {
    this(source, detail, addresses, defaultRoute, Optional.empty());
  }

  /** The same listing, with the reason why a better source was not used. */
  public AddressListing inPlaceOfBetter(String reason) {
    return new AddressListing(source, detail, addresses, defaultRoute, Optional.of(reason));
  }
}

package dev.v6cert.ipv6.detect;

import dev.v6cert.ipv6.InterfaceAddress;
import dev.v6cert.ipv6.IpFamily;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The addresses of this machine at one moment, as one source tells them.
 *
 * @param source what was read, such as {@code /proc/net} or {@code netlink}
 * @param detail how much the source knows of an address
 * @param addresses every address, by interface, then numeric
 * @param routes the interfaces that the best default routes go through
 * @param shortfall why a source that knows more was not used, where one was tried
 */
public record AddressListing(
    String source,
    Detail detail,
    List<InterfaceAddress> addresses,
    DefaultRoutes routes,
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

  /** A listing of IPv6, for which no better source was tried. */
  public AddressListing(
      String source,
      Detail detail,
      List<InterfaceAddress> addresses,
      Optional<String> defaultRoute) {
    this(source, detail, addresses, DefaultRoutes.ofIpv6(defaultRoute), Optional.empty());
  }

  /** The name of the interface that the best default route for IPv6 goes through. */
  public Optional<String> defaultRoute() {
    return routes.ipv6();
  }

  /** The same listing, with the reason why a better source was not used. */
  public AddressListing inPlaceOfBetter(String reason) {
    return new AddressListing(source, detail, addresses, routes, Optional.of(reason));
  }

  /** The same listing with other default routes. */
  AddressListing through(DefaultRoutes others) {
    return new AddressListing(source, detail, addresses, others, shortfall);
  }

  /** The addresses of one family. */
  public AddressListing of(IpFamily family) {
    List<InterfaceAddress> some = new ArrayList<>();
    for (InterfaceAddress one : addresses) {
      if (one.address().family() == family) {
        some.add(one);
      }
    }
    return new AddressListing(source, detail, some, routes, shortfall);
  }

  /** This listing of IPv6 and another of IPv4; it knows what both know. */
  public AddressListing and(AddressListing ipv4) {
    List<InterfaceAddress> both = new ArrayList<>(addresses);
    both.addAll(ipv4.addresses);
    return new AddressListing(
        source + " and " + ipv4.source,
        detail.compareTo(ipv4.detail) < 0 ? detail : ipv4.detail,
        both,
        new DefaultRoutes(routes.ipv6(), ipv4.routes.ipv4()),
        shortfall.or(ipv4::shortfall));
  }
}

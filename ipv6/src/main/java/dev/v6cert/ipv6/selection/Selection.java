package dev.v6cert.ipv6.selection;

import dev.v6cert.ipv6.InterfaceAddress;
import dev.v6cert.ipv6.IpFamily;
import dev.v6cert.ipv6.detect.AddressListing;
import java.util.List;

/** The result of the choice among the addresses of this machine. */
public sealed interface Selection {

  /** The addresses that the choice was made from. */
  AddressListing listing();

  /** Every other address and why it is not the chosen one: usable ones first, best first. */
  List<PassedOver> passedOver();

  /** An address that was not chosen. */
  record PassedOver(InterfaceAddress address, Rejection reason) {}

  /** The best usable address. It may be deprecated when there is no better one. */
  record Chosen(InterfaceAddress address, AddressListing listing, List<PassedOver> passedOver)
      implements Selection {}

  /** No address can be used. */
  record NoneSuitable(Lack lack, AddressListing listing, List<PassedOver> passedOver)
      implements Selection {

    /** The reason why there is no IPv6 address to use. */
    public Shortage shortage() {
      return lack.ipv6();
    }
  }

  /** The reasons, family by family. */
  record Lack(Shortage ipv6, Shortage ipv4) {

    /** The one for the family. */
    public Shortage of(IpFamily family) {
      return family == IpFamily.IPV6 ? ipv6 : ipv4;
    }

    /** The one that is nearer to an address that can be used. */
    public Shortage nearest() {
      return ipv6.compareTo(ipv4) >= 0 ? ipv6 : ipv4;
    }
  }

  /** The reason that no address of a family can be used; the nearest comes last. */
  enum Shortage {
    /** The family was not to be used. */
    NOT_WANTED,
    /** There is no address at all, but perhaps that of the machine itself (loopback). */
    NO_ADDRESS,
    /** There are link-local addresses only: no router announces a prefix, or no DHCP answers. */
    ONLY_LINK_LOCAL,
    /** There are unique local addresses (fc00::/7) only: mostly a container, or NAT66. */
    ONLY_UNIQUE_LOCAL,
    /** There are addresses, but each is set aside for a purpose that rules certificates out. */
    ONLY_SPECIAL_PURPOSE,
    /** There are IPv4 addresses behind the provider's own NAT only (100.64.0.0/10). */
    ONLY_CARRIERS,
    /** There are private IPv4 addresses only: behind a router, which may have a public one. */
    ONLY_PRIVATE,
    /** The public addresses are on interfaces that are down. */
    INTERFACE_DOWN,
    /** Another host on the link has the public address. */
    DUPLICATE,
    /** The check for duplicates of a public address has not ended. */
    TENTATIVE,
    /** The interface that was asked for has no address, or is not there. */
    INTERFACE_ABSENT,
    /** The address that was asked for is not an address of this machine. */
    ADDRESS_ABSENT
  }
}

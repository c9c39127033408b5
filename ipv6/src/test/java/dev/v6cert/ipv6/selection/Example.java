package dev.v6cert.ipv6.selection;

import dev.v6cert.ipv6.AddressFlag;
import dev.v6cert.ipv6.HostInterface;
import dev.v6cert.ipv6.InterfaceAddress;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.Lifetime;
import dev.v6cert.ipv6.detect.AddressListing;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Addresses and listings made up for tests. */
public final class Example {
  public static final HostInterface ETH0 = new HostInterface("eth0", 2, true, false);
  static final HostInterface ETH1 = new HostInterface("eth1", 3, true, false);
  static final HostInterface WG0 = new HostInterface("wg0", 4, true, true);

  private Example() {}

  public static InterfaceAddress address(String text, AddressFlag... flags) {
    Set<AddressFlag> set = EnumSet.noneOf(AddressFlag.class);
    set.addAll(Arrays.asList(flags));
    return new InterfaceAddress(
        IpAddress.parse(text),
        text.contains(":") ? 64 : 24,
        ETH0,
        set,
        Lifetime.UNKNOWN,
        Lifetime.UNKNOWN);
  }

  static InterfaceAddress on(HostInterface on, InterfaceAddress address) {
    return new InterfaceAddress(
        address.address(),
        address.prefixLength(),
        on,
        address.flags(),
        address.preferred(),
        address.valid());
  }

  static InterfaceAddress preferred(Lifetime lifetime, InterfaceAddress address) {
    return new InterfaceAddress(
        address.address(),
        address.prefixLength(),
        address.on(),
        address.flags(),
        lifetime,
        Lifetime.FOREVER);
  }

  static AddressListing listing(InterfaceAddress... addresses) {
    return listing(AddressListing.Detail.LIFETIMES, addresses);
  }

  static AddressListing listing(AddressListing.Detail detail, InterfaceAddress... addresses) {
    return new AddressListing("example", detail, List.of(addresses), Optional.of("eth0"));
  }
}

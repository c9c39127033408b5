package dev.v6cert.ipv6.selection;

import dev.v6cert.ipv6.AddressFlag;
import dev.v6cert.ipv6.AddressScope;
import dev.v6cert.ipv6.InterfaceAddress;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.IpFamily;
import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.detect.AddressListing;
import dev.v6cert.ipv6.detect.AddressSources;
import java.io.IOException;
import java.util.Comparator;
import java.util.Optional;

/**
 * Chooses the address that this machine has in its local network: private (RFC 1918) or unique
 * local (RFC 4193), IPv4 first, as every device of a LAN reaches that.
 *
 * @param inUse the address that is kept while it is there
 * @param onInterface the only interface whose addresses may be chosen
 * @param family the only family that may be chosen
 */
public record LanAddress(
    Optional<IpAddress> inUse, Optional<String> onInterface, Optional<IpFamily> family) {

  /**
   * The address of this machine.
   *
   * @throws IOException when no source can be read
   */
  public Optional<InterfaceAddress> find() throws IOException {
    return in(AddressSources.ofThisMachine().full().read());
  }

  /** The address in the listing; empty where there is none. */
  Optional<InterfaceAddress> in(AddressListing listing) {
    return listing.addresses().stream()
        .filter(one -> isUsable(one, listing))
        .min(
            Comparator.comparing((InterfaceAddress one) -> !isInUse(one))
                .thenComparing(one -> one.address().family() != IpFamily.IPV4)
                .thenComparing(one -> one.is(AddressFlag.DEPRECATED))
                .thenComparing(one -> !isOnDefaultRoute(one, listing))
                .thenComparing(one -> one.is(AddressFlag.TEMPORARY))
                .thenComparing(one -> one));
  }

  private boolean isInUse(InterfaceAddress one) {
    return inUse.filter(one.address()::equals).isPresent();
  }

  private boolean isUsable(InterfaceAddress one, AddressListing listing) {
    boolean asked = onInterface.filter(one.on().name()::equals).isPresent();
    return (asked || onInterface.isEmpty())
        && (family.isEmpty() || family.get() == one.address().family())
        && isPrivate(one.address())
        && one.on().up()
        && !one.is(AddressFlag.DADFAILED)
        && !one.isTentative()
        // A container's bridge or a VPN is no LAN, unless somebody says so.
        && (asked || !one.on().tunnel() || isOnDefaultRoute(one, listing));
  }

  private static boolean isPrivate(IpAddress address) {
    return switch (address) {
      case Ipv4Address v4 -> v4.scope().isPrivate();
      case Ipv6Address v6 -> v6.scope() == AddressScope.UNIQUE_LOCAL;
    };
  }

  private static boolean isOnDefaultRoute(InterfaceAddress one, AddressListing listing) {
    return listing.routes().of(one.address().family()).filter(one.on().name()::equals).isPresent();
  }
}

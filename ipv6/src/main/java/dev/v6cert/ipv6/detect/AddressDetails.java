package dev.v6cert.ipv6.detect;

import dev.v6cert.ipv6.AddressFlag;
import dev.v6cert.ipv6.HostInterface;
import dev.v6cert.ipv6.InterfaceAddress;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.Lifetime;
import java.util.Set;

/**
 * The details of one address from a system command, beside those of the JDK.
 *
 * @param interfaceName the name that the system's own tools use
 * @param interfaceIndex the index of the interface, 0 where the command does not tell
 */
record AddressDetails(
    Ipv6Address address,
    String interfaceName,
    int interfaceIndex,
    Set<AddressFlag> flags,
    Lifetime preferred,
    Lifetime valid) {

  /** Whether this is about the given address; link-local ones can be the same on two interfaces. */
  boolean describes(InterfaceAddress other) {
    return address.equals(other.address())
        && (interfaceIndex == 0
            ? interfaceName.equals(other.on().name())
            : interfaceIndex == other.on().index());
  }

  /** {@code other} with these details. */
  InterfaceAddress addTo(InterfaceAddress other) {
    HostInterface on = other.on();
    HostInterface named =
        new HostInterface(
            interfaceName,
            on.index(),
            on.up(),
            on.tunnel() || InterfaceKind.isTunnelName(interfaceName));
    return new InterfaceAddress(address, other.prefixLength(), named, flags, preferred, valid);
  }
}

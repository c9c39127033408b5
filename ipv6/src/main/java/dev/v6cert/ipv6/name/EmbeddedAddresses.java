package dev.v6cert.ipv6.name;

import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.Ipv6Address;
import java.util.Optional;

/**
 * The addresses that a name carries in its labels: at most one of each family, from different
 * places of the name.
 *
 * @param ipv6 the address for AAAA
 * @param ipv4 the address for A
 */
public record EmbeddedAddresses(Optional<Ipv6Address> ipv6, Optional<Ipv4Address> ipv4) {

  /** Whether the name carries no address at all. */
  public boolean isEmpty() {
    return ipv6.isEmpty() && ipv4.isEmpty();
  }
}

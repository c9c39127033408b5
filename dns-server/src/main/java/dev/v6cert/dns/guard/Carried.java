package dev.v6cert.dns.guard;

import dev.v6cert.ipv6.AddressScope;
import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.Ipv6Address;
import java.util.Optional;

/** IPv4 addresses inside IPv6 ones: a connection to the latter may end at the former. */
final class Carried {
  private Carried() {}

  /** The address in an IPv4-mapped, NAT64 (RFC 6052, RFC 8215) or 6to4 (RFC 3056) address. */
  static Optional<Ipv4Address> in(Ipv6Address address) {
    if (AddressScope.SIX_TO_FOUR.contains(address)) {
      return Optional.of(new Ipv4Address((int) (address.high() >>> 16)));
    }
    boolean inLastBits =
        AddressScope.IPV4_MAPPED.contains(address)
            || AddressScope.TRANSLATED.contains(address)
            || AddressScope.LOCALLY_TRANSLATED.contains(address);
    return inLastBits ? Optional.of(new Ipv4Address((int) address.low())) : Optional.empty();
  }
}

package dev.v6cert.dns.guard;

import dev.v6cert.ipv6.AddressScope;
import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.Ipv6Address;

/**
 * Which kinds of addresses a magic zone answers, of those that are not {@link RefusedAddresses}.
 */
public enum AddressPolicy {
  /** Every address. */
  ANY,
  /** Global unicast addresses: nobody's name can be made to lead into a private network. */
  PUBLIC,
  /** Private-use, shared, loopback and link-local addresses: names for one's own network. */
  PRIVATE;

  /** Whether names with this address are answered. */
  boolean permits(Ipv4Address address) {
    return switch (this) {
      case ANY -> true;
      case PUBLIC -> AddressScope.of(address).isPublic();
      case PRIVATE ->
          switch (AddressScope.of(address)) {
            case PRIVATE_8, PRIVATE_12, PRIVATE_16, SHARED, IPV4_LOOPBACK, IPV4_LINK_LOCAL -> true;
            default -> false;
          };
    };
  }

  /** Whether names with this address are answered. */
  boolean permits(Ipv6Address address) {
    return switch (this) {
      case ANY -> true;
      case PUBLIC -> AddressScope.of(address).isPublic() && permitsEmbedded(address);
      case PRIVATE ->
          switch (AddressScope.of(address)) {
            case UNIQUE_LOCAL, LOOPBACK, LINK_LOCAL -> true;
            default -> false;
          };
    };
  }

  /** Of all forms with an IPv4 address inside, ISATAP alone lies in global unicast space. */
  private boolean permitsEmbedded(Ipv6Address address) {
    long embedded = EmbeddedIpv4.inInterface(address.low());
    return embedded == EmbeddedIpv4.NONE || permits(new Ipv4Address((int) embedded));
  }
}

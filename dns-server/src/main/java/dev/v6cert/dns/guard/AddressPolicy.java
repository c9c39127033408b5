package dev.v6cert.dns.guard;

import dev.v6cert.ipv6.AddressScope;
import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.Ipv4Scope;
import dev.v6cert.ipv6.Ipv6Address;

/** Which addresses a magic zone answers, beyond those that it never answers. */
public enum AddressPolicy {
  /** Every address. */
  ANY,
  /** Global unicast addresses: nobody's name can be made to lead into a private network. */
  PUBLIC,
  /** Private-use, shared, loopback and link-local addresses: names for one's own network. */
  PRIVATE;

  private static final Ipv4Address METADATA_SERVICE = Ipv4Address.parse("169.254.169.254");

  /** Whether names with this address are answered. */
  boolean permits(Ipv4Address address) {
    return switch (this) {
      case ANY -> true;
      case PUBLIC -> Ipv4Scope.of(address).isPublic();
      case PRIVATE ->
          switch (Ipv4Scope.of(address)) {
            case PRIVATE_8, PRIVATE_12, PRIVATE_16, SHARED, LOOPBACK, LINK_LOCAL -> true;
            default -> false;
          };
    };
  }

  /** Whether names with this address are answered. */
  boolean permits(Ipv6Address address) {
    return switch (this) {
      case ANY -> true;
      case PUBLIC -> AddressScope.of(address).isPublic();
      case PRIVATE ->
          switch (AddressScope.of(address)) {
            case UNIQUE_LOCAL, LOOPBACK, LINK_LOCAL -> true;
            default -> false;
          };
    };
  }

  static boolean isNeverAnswered(Ipv6Address address) {
    return AddressScope.MULTICAST.contains(address)
        || Carried.in(address).filter(AddressPolicy::isNeverAnswered).isPresent();
  }

  /**
   * Addresses that serve attacks and nothing else: "this network" reaches the client's own machine
   * past its guards, the metadata service gives out the credentials of cloud machines, and
   * multicast multiplies.
   */
  static boolean isNeverAnswered(Ipv4Address address) {
    return Ipv4Scope.THIS_NETWORK.contains(address)
        || Ipv4Scope.MULTICAST.contains(address)
        || address.equals(METADATA_SERVICE);
  }
}

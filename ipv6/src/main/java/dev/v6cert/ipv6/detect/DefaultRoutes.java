package dev.v6cert.ipv6.detect;

import dev.v6cert.ipv6.IpFamily;
import java.util.Optional;

/**
 * The interfaces that the best default routes go through.
 *
 * @param ipv6 the name of the one for IPv6
 * @param ipv4 the name of the one for IPv4
 */
public record DefaultRoutes(Optional<String> ipv6, Optional<String> ipv4) {

  /** No route at all. */
  public static final DefaultRoutes NONE = new DefaultRoutes(Optional.empty(), Optional.empty());

  /** A route for IPv6 alone, where there is one. */
  public static DefaultRoutes ofIpv6(Optional<String> through) {
    return new DefaultRoutes(through, Optional.empty());
  }

  /** The one for the family. */
  public Optional<String> of(IpFamily family) {
    return family == IpFamily.IPV6 ? ipv6 : ipv4;
  }
}

package dev.v6cert.ipv6.router;

import dev.v6cert.ipv6.Ipv4Address;
import java.io.IOException;
import java.time.Duration;

/**
 * A way to have the router hand an outer port on to this machine. One instance is for one mapping,
 * and is used by one thread at a time.
 */
interface PortMapper {

  /** The usual name: {@code PCP}, {@code UPnP} or {@code NAT-PMP}. */
  String name();

  /**
   * Makes the mapping, or keeps it for another lease.
   *
   * @throws NoMappingException when the router says why there can be none
   * @throws RouterException when it does not answer, or refuses
   */
  Grant map() throws IOException;

  /** Takes the mapping away; that the router does not answer is no failure. */
  void release();

  /**
   * A mapping that the router made.
   *
   * @param outside the router's outer address, as it says
   * @param lease how long it holds
   */
  record Grant(Ipv4Address outside, Duration lease) {}
}

package dev.v6cert.ipv6.router;

import dev.v6cert.ipv6.Ipv4Address;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/** A mapping by NAT-PMP. */
final class NatPmpMapper implements PortMapper {

  private final NatPmp protocol;

  NatPmpMapper(InetAddress router, Ipv4Address client, PortRoute route) {
    this.protocol = new NatPmp(router, client, route);
  }

  @Override
  public String name() {
    return "NAT-PMP";
  }

  @Override
  public Grant map() throws IOException {
    Optional<Ipv4Address> outside = protocol.outside();
    OuterAddress.refuseUnlessPublic(outside);
    Duration lease = protocol.map(PortMapping.LEASE);
    return new Grant(outside.orElseThrow(), lease);
  }

  @Override
  public void release() {
    protocol.release();
  }
}

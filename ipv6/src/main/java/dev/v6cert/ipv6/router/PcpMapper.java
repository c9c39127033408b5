package dev.v6cert.ipv6.router;

import dev.v6cert.ipv6.Ipv4Address;
import java.io.IOException;
import java.net.InetAddress;

/** A mapping by PCP, of exactly the outer port that is wanted. */
final class PcpMapper implements PortMapper {

  private final Pcp pcp;
  private final OuterPort outer;

  PcpMapper(InetAddress router, Ipv4Address client, PortRoute route) {
    this.outer = route.outer();
    this.pcp = new Pcp(router, client, route.port(), outer.number(), outer.transport());
  }

  @Override
  public String name() {
    return "PCP";
  }

  @Override
  public Grant map() throws IOException {
    Pcp.Answer answer = pcp.map(PortMapping.LEASE);
    if (answer.result() != Pcp.SUCCESS) {
      // A router without a public address refuses, and tells the one that it has.
      if (answer.outside().orElse(null) instanceof Ipv4Address v4) {
        OuterAddress.refuseBehind(v4);
      }
      throw new RouterException("the router refuses: " + answer.reason());
    }
    if (!(answer.outside().orElse(null) instanceof Ipv4Address outside)
        || answer.port() != outer.number()) {
      pcp.release();
      throw new RouterException("the router gives port " + answer.port() + " instead");
    }
    return new Grant(outside, answer.lifetime());
  }

  @Override
  public void release() {
    pcp.release();
  }
}

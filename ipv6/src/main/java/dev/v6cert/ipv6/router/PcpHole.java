package dev.v6cert.ipv6.router;

import dev.v6cert.ipv6.IpProtocol;
import dev.v6cert.ipv6.Ipv6Address;
import java.io.IOException;
import java.net.InetAddress;

/** A hole in an IPv6 firewall by PCP: the mapping of an address and port to themselves. */
final class PcpHole implements Pinhole.Protocol {

  private final Pcp pcp;
  private final Ipv6Address address;
  private final int port;

  PcpHole(InetAddress router, Ipv6Address address, int port, IpProtocol transport) {
    this.pcp = new Pcp(router, address, port, port, transport);
    this.address = address;
    this.port = port;
  }

  @Override
  public String name() {
    return "PCP";
  }

  @Override
  public void open() throws IOException {
    Pcp.Answer answer = pcp.map(Pinhole.LEASE);
    if (answer.result() != Pcp.SUCCESS) {
      throw new RouterException("the router refuses: " + answer.reason());
    }
    boolean same = answer.outside().filter(address::equals).isPresent();
    if (answer.port() != port || !same) {
      throw new RouterException(
          "the router opens "
              + answer.outside().map(outside -> outside.urlHost()).orElse("nothing")
              + ":"
              + answer.port()
              + " instead");
    }
  }

  @Override
  public void close() {
    pcp.release();
  }
}

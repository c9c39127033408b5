package dev.v6cert.proxy.gate;

import dev.v6cert.ipv6.AddressBlock;
import dev.v6cert.ipv6.IpAddress;
import io.undertow.server.HttpServerExchange;
import java.net.InetAddress;
import java.util.List;

/**
 * Lets in who comes from one of the networks, or from this machine.
 *
 * @param networks at least one
 */
public record NetworkGate(List<AddressBlock> networks) implements Gate {

  @Override
  public Verdict check(HttpServerExchange exchange) {
    InetAddress client = exchange.getSourceAddress().getAddress();
    if (!isIn(client)) {
      return new Verdict.Refused("This page is for its own network only.");
    }
    return CrossOrigin.isForeign(exchange)
        ? new Verdict.Refused("A page of another site may not use this one.")
        : new Verdict.Pass();
  }

  private boolean isIn(InetAddress client) {
    if (client.isLoopbackAddress()) {
      return true;
    }
    IpAddress address = IpAddress.from(client);
    return networks.stream().anyMatch(network -> network.contains(address));
  }
}

package dev.v6cert.proxy.gate;

import dev.v6cert.dns.guard.Cidr;
import io.undertow.server.HttpServerExchange;
import java.net.InetAddress;
import java.util.List;

/**
 * Lets in who comes from one of the networks, or from this machine.
 *
 * @param networks at least one
 */
public record NetworkGate(List<Cidr> networks) implements Gate {

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
    for (Cidr network : networks) {
      if (network.contains(client)) {
        return true;
      }
    }
    return false;
  }
}

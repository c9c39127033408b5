package dev.v6cert.ipv6.router;

/**
 * The way from an outer port to a port of this machine, of the same protocol.
 *
 * @param outer the port that is asked from outside
 * @param port the port of this machine that it leads to
 */
public record PortRoute(OuterPort outer, int port) {

  /** A way of TCP. */
  public static PortRoute tcp(int outerPort, int port) {
    return new PortRoute(OuterPort.tcp(outerPort), port);
  }

  /** The way from the outer port to the same port here. */
  public static PortRoute same(OuterPort outer) {
    return new PortRoute(outer, outer.number());
  }
}

package dev.v6cert.ipv6.router;

import dev.v6cert.ipv6.IpProtocol;

/**
 * A port of the router's outer address.
 *
 * @param transport the protocol
 * @param number from 1 to 65,535
 */
public record OuterPort(IpProtocol transport, int number) {

  /** A port of TCP. */
  public static OuterPort tcp(int number) {
    return new OuterPort(IpProtocol.TCP, number);
  }

  /** The port in words, as {@code port 80} or {@code UDP port 53}. */
  public String text() {
    return (transport == IpProtocol.UDP ? "UDP port " : "port ") + number;
  }
}

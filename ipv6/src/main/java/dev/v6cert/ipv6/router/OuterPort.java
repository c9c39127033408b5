package dev.v6cert.ipv6.router;

import dev.v6cert.ipv6.Transport;

/**
 * A port of the router's outer address.
 *
 * @param transport the protocol
 * @param number from 1 to 65,535
 */
public record OuterPort(Transport transport, int number) {

  /** A port of TCP. */
  public static OuterPort tcp(int number) {
    return new OuterPort(Transport.TCP, number);
  }

  /** The port in words, as {@code port 80} or {@code UDP port 53}. */
  public String text() {
    return (transport == Transport.UDP ? "UDP port " : "port ") + number;
  }
}

package dev.v6cert.ipv6.firewall;

import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.IpProtocol;
import java.util.Optional;

/**
 * The first packet of a TCP connection, or of an exchange by UDP, from somewhere on the Internet.
 *
 * @param to the address that it is for
 * @param transport the protocol
 * @param port the port that it is for
 * @param on the interface that it comes in through, where that is known
 */
public record InboundConnection(IpAddress to, IpProtocol transport, int port, Optional<String> on) {

  /** The first packet of a TCP connection. */
  public InboundConnection(IpAddress to, int port, Optional<String> on) {
    this(to, IpProtocol.TCP, port, on);
  }

  /** The port in words, as {@code TCP port 80}. */
  public String portText() {
    return transport + " port " + port;
  }

  /** The port as the rules are for it. */
  InboundPort inboundPort() {
    return new InboundPort(to.family(), transport, port);
  }
}

package dev.v6cert.ipv6.firewall;

import dev.v6cert.ipv6.IpAddress;
import java.util.Optional;

/**
 * The first packet of a TCP connection from somewhere on the Internet.
 *
 * @param to the address that it is for
 * @param port the TCP port that it is for
 * @param on the interface that it comes in through, where that is known
 */
public record InboundConnection(IpAddress to, int port, Optional<String> on) {}

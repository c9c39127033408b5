package dev.v6cert.ipv6.firewall;

import dev.v6cert.ipv6.IpFamily;
import dev.v6cert.ipv6.IpProtocol;
import java.util.Locale;

/** A port that a rule lets connections of one family to in. */
record InboundPort(IpFamily family, IpProtocol transport, int number) {

  /** The protocol as nft, iptables and firewalld have it. */
  String protocol() {
    return transport.name().toLowerCase(Locale.ROOT);
  }

  /** The number as they have it. */
  String text() {
    return Integer.toString(number);
  }
}

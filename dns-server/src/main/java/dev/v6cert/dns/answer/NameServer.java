package dev.v6cert.dns.answer;

import dev.v6cert.ipv6.name.HostName;
import java.net.InetAddress;
import java.util.List;

/**
 * A name server of the magic zones, as NS records and glue tell it.
 *
 * @param name its name
 * @param addresses its addresses, answered where the name lies in a zone of this server
 */
public record NameServer(HostName name, List<InetAddress> addresses) {
  /** Takes a copy of the addresses. */
  public NameServer {
    addresses = List.copyOf(addresses);
  }
}

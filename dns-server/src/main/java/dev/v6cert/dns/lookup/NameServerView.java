package dev.v6cert.dns.lookup;

import java.net.InetAddress;
import java.util.List;

/**
 * The statement of one authoritative server of a zone about a name.
 *
 * @param server the server's name
 * @param address the address that was asked
 * @param reply what it said
 */
public record NameServerView(String server, InetAddress address, Reply reply) {

  /** An answer, or the lack of one. */
  public sealed interface Reply {

    /** The addresses of the name, of both families; none where it has none. */
    record Addresses(List<InetAddress> addresses) implements Reply {
      public Addresses {
        addresses = List.copyOf(addresses);
      }
    }

    /** The server answers that it will not or cannot: {@code NXDOMAIN}, {@code REFUSED}. */
    record Refused(String rcode) implements Reply {}

    /** No answer. */
    record Silent(String why) implements Reply {}
  }
}

package dev.v6cert.dns.lookup;

import dev.v6cert.dns.lookup.ZoneLookup.ServerReply.Reply;
import dev.v6cert.ipv6.name.HostName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/**
 * The statements of the authoritative servers of a name's zone, each asked directly, as the
 * resolvers of certificate authorities do: no cache of this machine's stands between.
 *
 * @param zone the zone that the name, or what it is an alias of, lies in; empty where none was
 *     found
 * @param servers one for each address that was asked, at most {@value ZoneServers#MOST}
 */
public record ZoneLookup(Optional<HostName> zone, List<ServerReply> servers) {

  public ZoneLookup {
    servers = List.copyOf(servers);
  }

  /**
   * Looks the servers up, and asks them.
   *
   * @param resolver who is asked for the servers; empty for the system's own resolvers
   * @throws IOException when no resolver answers
   */
  public static ZoneLookup of(HostName name, Optional<InetSocketAddress> resolver)
      throws IOException, InterruptedException {
    Lookup lookup = Lookup.ofResolver(resolver);
    Name asked = Lookup.name(name.text());
    Name target = Lookup.canonical(asked, lookup.ask(asked, Type.AAAA));
    Optional<ZoneServers> found = ZoneServers.of(lookup, target);
    return found.isEmpty()
        ? new ZoneLookup(Optional.empty(), List.of())
        : new ZoneLookup(
            Optional.of(HostName.of(found.get().zone().toString())),
            found.get().each(server -> reply(server, target)));
  }

  private static ServerReply reply(ZoneServers.Server server, Name target) {
    Reply reply;
    try {
      reply = reply(new InetSocketAddress(server.address(), ZoneServers.DNS_PORT), target);
    } catch (IOException e) {
      reply = new Reply.Silent(Lookup.reason(e));
    }
    return new ServerReply(server.name().toString(true), server.address(), reply);
  }

  private static Reply reply(InetSocketAddress server, Name target) throws IOException {
    Lookup lookup = Lookup.ofAuthority(server);
    List<InetAddress> addresses = new ArrayList<>();
    for (int type : new int[] {Type.AAAA, Type.A}) {
      Message reply = lookup.ask(target, type);
      if (reply.getRcode() != Rcode.NOERROR) {
        return new Reply.Refused(Rcode.string(reply.getRcode()));
      }
      addresses.addAll(Lookup.addresses(reply));
    }
    return new Reply.Addresses(addresses);
  }

  /**
   * The statement of one authoritative server of a zone about a name.
   *
   * @param server the server's name
   * @param address the address that was asked
   * @param reply what it said
   */
  public record ServerReply(String server, InetAddress address, Reply reply) {

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
}

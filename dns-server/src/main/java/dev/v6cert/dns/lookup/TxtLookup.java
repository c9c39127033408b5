package dev.v6cert.dns.lookup;

import dev.v6cert.ipv6.name.HostName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/**
 * The authoritative servers of a TXT record, each asked directly: those of the zone that the name,
 * or what it is an alias of, lies in. No cache stands between.
 */
public final class TxtLookup {

  private final Name target;
  private final ZoneServers servers;

  private TxtLookup(Name target, ZoneServers servers) {
    this.target = target;
    this.servers = servers;
  }

  /**
   * The words of one server, at one of its addresses.
   *
   * @param server the server's name
   * @param values the values that it shows
   * @param fault what it said or did instead of an answer; empty where it answered
   */
  public record Shown(
      String server, InetAddress address, List<String> values, Optional<Fault> fault) {
    public Shown {
      values = List.copyOf(values);
    }
  }

  /**
   * An answer that is none.
   *
   * @param silent whether nothing came
   * @param text for people
   */
  public record Fault(boolean silent, String text) {}

  /**
   * Looks the servers up.
   *
   * @param resolver who is asked for the servers; empty for the system's own resolvers
   * @throws IOException when no resolver answers, or there is no zone; the message is for people
   */
  public static TxtLookup of(HostName name, Optional<InetSocketAddress> resolver)
      throws IOException {
    Lookup lookup = Lookup.ofResolver(resolver);
    Name asked = Lookup.name(name.text());
    Name target = Lookup.canonical(asked, lookup.ask(asked, Type.TXT));
    ZoneServers servers =
        ZoneServers.of(lookup, target)
            .filter(found -> !found.servers().isEmpty())
            .orElseThrow(() ->
                new IOException("the DNS knows no name servers for " + target.toString(true)));
    return new TxtLookup(target, servers);
  }

  /** The name that has the record: the one that was asked for, or the end of its aliases. */
  public String name() {
    return target.toString(true);
  }

  /** Asks all servers at once. */
  public List<Shown> look() throws InterruptedException {
    return servers.each(this::shown);
  }

  private Shown shown(ZoneServers.Server server) {
    String name = server.name().toString(true);
    try {
      Message reply =
          Lookup.ofAuthority(new InetSocketAddress(server.address(), ZoneServers.DNS_PORT))
              .ask(target, Type.TXT);
      boolean answered = reply.getRcode() == Rcode.NOERROR || reply.getRcode() == Rcode.NXDOMAIN;
      return new Shown(
          name,
          server.address(),
          Lookup.texts(reply),
          answered
              ? Optional.empty()
              : Optional.of(new Fault(false, Rcode.string(reply.getRcode()))));
    } catch (IOException e) {
      return new Shown(
          name, server.address(), List.of(), Optional.of(new Fault(true, Lookup.reason(e))));
    }
  }
}

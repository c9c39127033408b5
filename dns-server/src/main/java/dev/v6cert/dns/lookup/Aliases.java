package dev.v6cert.dns.lookup;

import dev.v6cert.ipv6.name.HostName;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * The aliases (CNAME records) of a name. The servers of each zone are asked directly, as a resolver
 * may not know yet what was set a moment ago.
 */
public final class Aliases {

  /** The most aliases that are followed. */
  public static final int MOST = 8;

  private Aliases() {}

  /**
   * The name at the end of the aliases; the name itself where it is none.
   *
   * @param resolver who is asked; empty for the system's own resolvers
   * @throws IOException when no resolver answers, or there are too many; the message is for people
   */
  public static HostName end(HostName name, Optional<InetSocketAddress> resolver)
      throws IOException, InterruptedException {
    Lookup lookup = Lookup.ofResolver(resolver);
    Name end = Lookup.name(name.text());
    for (int i = 0; i <= MOST; i++) {
      Optional<Name> next = next(lookup, end);
      if (next.isEmpty()) {
        return hostName(end);
      }
      end = next.get();
    }
    throw new IOException(name + " leads through more than " + MOST + " aliases");
  }

  private static Optional<Name> next(Lookup lookup, Name name)
      throws IOException, InterruptedException {
    Optional<ZoneServers> zone = ZoneServers.of(lookup, name);
    if (zone.isPresent()) {
      for (Optional<Message> reply : zone.get().each(server -> asked(server, name))) {
        if (reply.isPresent()) {
          return target(reply.get(), name);
        }
      }
    }
    return target(lookup.ask(name, Type.CNAME), name);
  }

  /** The answer of one of the servers; empty where it is none. */
  private static Optional<Message> asked(ZoneServers.Server server, Name name) {
    try {
      Message reply =
          Lookup.ofAuthority(new InetSocketAddress(server.address(), ZoneServers.DNS_PORT))
              .ask(name, Type.CNAME);
      return reply.getHeader().getFlag(Flags.AA) ? Optional.of(reply) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<Name> target(Message reply, Name name) throws IOException {
    if (reply.getRcode() != Rcode.NOERROR && reply.getRcode() != Rcode.NXDOMAIN) {
      throw new IOException(
          "the answer for " + name.toString(true) + " is " + Rcode.string(reply.getRcode()));
    }
    for (Record record : reply.getSection(Section.ANSWER)) {
      if (record instanceof CNAMERecord alias && alias.getName().equals(name)) {
        return Optional.of(alias.getTarget());
      }
    }
    return Optional.empty();
  }

  private static HostName hostName(Name name) throws IOException {
    try {
      return HostName.of(name.toString(true));
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}

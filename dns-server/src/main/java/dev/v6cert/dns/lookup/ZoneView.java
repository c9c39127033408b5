package dev.v6cert.dns.lookup;

import dev.v6cert.dns.lookup.NameServerView.Reply;
import dev.v6cert.ipv6.name.HostName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * The statements of the authoritative servers of a name's zone, each asked directly, as the
 * resolvers of certificate authorities do: no cache of this machine's stands between.
 *
 * @param zone the zone that the name, or what it is an alias of, lies in; empty where none was
 *     found
 * @param servers one for each address that was asked, at most {@link #MOST}
 */
public record ZoneView(Optional<HostName> zone, List<NameServerView> servers) {

  /** The number of server addresses that are asked. */
  public static final int MOST = 8;

  static final int DNS_PORT = 53;

  public ZoneView {
    servers = List.copyOf(servers);
  }

  /**
   * Looks the servers up, and asks them.
   *
   * @param resolver who is asked for the servers; empty for the system's own resolvers
   * @throws IOException when no resolver answers
   */
  public static ZoneView of(HostName name, Optional<InetSocketAddress> resolver)
      throws IOException, InterruptedException {
    Lookup lookup = Lookup.ofResolver(resolver);
    Name asked = Lookup.name(name.text());
    Name target = Lookup.canonical(asked, lookup.ask(asked, Type.AAAA));
    for (Name zone = target; zone.labels() > 1; zone = new Name(zone, 1)) {
      List<Name> servers = servers(lookup.ask(zone, Type.NS), zone);
      if (!servers.isEmpty()) {
        return new ZoneView(
            Optional.of(HostName.of(zone.toString())), ask(addresses(lookup, servers), target));
      }
    }
    return new ZoneView(Optional.empty(), List.of());
  }

  private record Server(Name name, InetAddress address) {}

  static List<Name> servers(Message reply, Name zone) {
    Set<Name> servers = new LinkedHashSet<>();
    for (Record record : reply.getSection(Section.ANSWER)) {
      if (record instanceof NSRecord ns && ns.getName().equals(zone)) {
        servers.add(ns.getTarget());
      }
    }
    return List.copyOf(servers);
  }

  private static List<Server> addresses(Lookup lookup, List<Name> names) throws IOException {
    List<Server> servers = new ArrayList<>();
    for (Name name : names) {
      for (int type : new int[] {Type.AAAA, Type.A}) {
        for (InetAddress address : Lookup.addresses(lookup.ask(name, type))) {
          if (servers.size() < MOST) {
            servers.add(new Server(name, address));
          }
        }
      }
    }
    return servers;
  }

  private static List<NameServerView> ask(List<Server> servers, Name target)
      throws InterruptedException {
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<NameServerView>> views = new ArrayList<>();
      for (Server server : servers) {
        views.add(each.submit(() -> view(server, target)));
      }
      List<NameServerView> all = new ArrayList<>();
      for (Future<NameServerView> view : views) {
        all.add(view.get());
      }
      return all;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static NameServerView view(Server server, Name target) {
    Reply reply;
    try {
      reply = reply(new InetSocketAddress(server.address(), DNS_PORT), target);
    } catch (IOException e) {
      reply = new Reply.Silent(Lookup.reason(e));
    }
    return new NameServerView(server.name().toString(true), server.address(), reply);
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
}

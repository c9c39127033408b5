package dev.v6cert.dns.lookup;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * The authoritative servers of the zone that a name lies in.
 *
 * @param servers one for each address, at most {@link #MOST}
 */
record ZoneServers(Name zone, List<Server> servers) {

  /** The number of server addresses that are asked. */
  static final int MOST = 8;

  static final int DNS_PORT = 53;

  ZoneServers {
    servers = List.copyOf(servers);
  }

  /** One address of a server. */
  record Server(Name name, InetAddress address) {}

  /** The servers; empty where no zone was found. */
  static Optional<ZoneServers> of(Lookup lookup, Name target) throws IOException {
    for (Name zone = target; zone.labels() > 1; zone = new Name(zone, 1)) {
      List<Name> names = names(lookup.ask(zone, Type.NS), zone);
      if (!names.isEmpty()) {
        return Optional.of(new ZoneServers(zone, addresses(lookup, names)));
      }
    }
    return Optional.empty();
  }

  /** The names of the zone's servers in a reply. */
  static List<Name> names(Message reply, Name zone) {
    Set<Name> names = new LinkedHashSet<>();
    for (Record record : reply.getSection(Section.ANSWER)) {
      if (record instanceof NSRecord ns && ns.getName().equals(zone)) {
        names.add(ns.getTarget());
      }
    }
    return List.copyOf(names);
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

  /** Asks all of them at once. */
  <T> List<T> each(Function<Server, T> question) throws InterruptedException {
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> views = new ArrayList<>();
      for (Server server : servers) {
        views.add(each.submit(() -> question.apply(server)));
      }
      List<T> all = new ArrayList<>();
      for (Future<T> view : views) {
        all.add(view.get());
      }
      return all;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}

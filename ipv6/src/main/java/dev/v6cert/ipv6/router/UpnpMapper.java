package dev.v6cert.ipv6.router;

import static dev.v6cert.ipv6.router.UpnpService.element;

import dev.v6cert.ipv6.Ipv4Address;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A mapping by UPnP's Internet Gateway Device, version 1 or 2. */
final class UpnpMapper implements PortMapper {

  /** The mapping's description, by which it is known again as ours. */
  static final String DESCRIPTION = "v6cert";

  private static final List<String> TARGETS =
      List.of("urn:schemas-upnp-org:device:InternetGatewayDevice:1", "ssdp:all");

  /** In the order in which they are preferred. */
  private static final List<String> SERVICES =
      List.of(
          "urn:schemas-upnp-org:service:WANIPConnection:2",
          "urn:schemas-upnp-org:service:WANIPConnection:1",
          "urn:schemas-upnp-org:service:WANPPPConnection:1");

  private static final int INVALID_ARGUMENTS = 402;
  private static final int CONFLICT = 718;
  private static final int SAME_PORTS_REQUIRED = 724;
  private static final int ONLY_PERMANENT = 725;
  private static final Duration PERMANENT = Duration.ZERO;

  private final InetAddress router;
  private final Ipv4Address client;
  private final PortRoute route;
  private final PortMapping.Journal journal;
  private Optional<UpnpService> service = Optional.empty();
  private Duration lease = PortMapping.LEASE;

  UpnpMapper(InetAddress router, Ipv4Address client, PortRoute route, PortMapping.Journal journal) {
    this.router = router;
    this.client = client;
    this.route = route;
    this.journal = journal;
  }

  @Override
  public String name() {
    return "UPnP";
  }

  @Override
  public Grant map() throws IOException {
    UpnpService chosen = service.isPresent() ? service.get() : choose();
    service = Optional.of(chosen);
    Optional<Ipv4Address> outside = outside(chosen);
    OuterAddress.refuseUnlessPublic(outside);
    Optional<Entry> present = entry(chosen);
    if (present.isPresent() && !present.get().isOf(client, route.port())) {
      throw new NoMappingException(new NoMapping.Held(route.outer(), present.get().text()));
    }
    add(chosen);
    return new Grant(outside.orElseThrow(), lease.isZero() ? Duration.ofDays(1) : lease);
  }

  /** The router's outer address, where it tells one. */
  static Optional<Ipv4Address> outside(InetAddress router, Ipv4Address client) throws IOException {
    return outside(choose(router, client));
  }

  private UpnpService choose() throws IOException {
    return choose(router, client);
  }

  /** The first that is connected and has a public address; else the first. */
  private static UpnpService choose(InetAddress router, Ipv4Address client) throws IOException {
    List<UpnpService> services = UpnpService.find(router, client, TARGETS, SERVICES);
    for (UpnpService one : services) {
      if (services.size() > 1
          && isConnected(one)
          && outside(one).filter(it -> it.scope().isPublic()).isPresent()) {
        return one;
      }
    }
    return services.getFirst();
  }

  private static boolean isConnected(UpnpService one) {
    try {
      return RouterXml.text(one.act("GetStatusInfo", ""), "NewConnectionStatus")
          .filter("Connected"::equals)
          .isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  private static Optional<Ipv4Address> outside(UpnpService one) throws IOException {
    return RouterXml.text(one.act("GetExternalIPAddress", ""), "NewExternalIPAddress")
        .flatMap(Ipv4Address::tryParse);
  }

  private void add(UpnpService to) throws IOException {
    try {
      request(to);
    } catch (RouterException e) {
      if (e.is(CONFLICT)) {
        throw new NoMappingException(
            new NoMapping.Held(
                route.outer(),
                entry(to).map(Entry::text).orElse("a machine that it does not tell")));
      }
      if (e.is(SAME_PORTS_REQUIRED) && route.port() != route.outer().number()) {
        throw new NoMappingException(new NoMapping.SamePortOnly(route.outer()));
      }
      if (!(e.is(ONLY_PERMANENT) || e.is(INVALID_ARGUMENTS)) || lease.isZero()) {
        throw e;
      }
      lease = PERMANENT;
      journal.permanent(route.outer());
      request(to);
    }
  }

  private void request(UpnpService to) throws IOException {
    String _ =
        to.act(
            "AddPortMapping",
            key()
                + element("NewInternalPort", Integer.toString(route.port()))
                + element("NewInternalClient", client.toString())
                + element("NewEnabled", "1")
                + element("NewPortMappingDescription", DESCRIPTION)
                + element("NewLeaseDuration", Long.toString(lease.toSeconds())));
  }

  private String key() {
    return element("NewRemoteHost", "")
        + element("NewExternalPort", Integer.toString(route.outer().number()))
        + element("NewProtocol", route.outer().transport().name());
  }

  /** The mapping that has the outer port now. */
  private Optional<Entry> entry(UpnpService one) throws IOException {
    try {
      String answer = one.act("GetSpecificPortMappingEntry", key());
      return RouterXml.text(answer, "NewInternalClient")
          .map(holder ->
              new Entry(
                  holder,
                  text(answer, "NewInternalPort"),
                  text(answer, "NewPortMappingDescription")));
    } catch (RouterException e) {
      if (e.isRefusal()) {
        return Optional.empty(); // There is none (714), or it does not tell.
      }
      throw e;
    }
  }

  private static String text(String answer, String name) {
    try {
      return RouterXml.text(answer, name).orElse("");
    } catch (RouterException e) {
      return "";
    }
  }

  /** A mapping as the router tells it. */
  private record Entry(String holder, String port, String description) {

    boolean isOf(Ipv4Address client, int ours) {
      return holder.equals(client.toString()) && port.equals(Integer.toString(ours));
    }

    String text() {
      return RouterXml.shortened(
          holder + ":" + port + (description.isEmpty() ? "" : " (" + description + ")"));
    }
  }

  /** Takes away the mapping of an earlier run, if it is still there and ours. */
  void removeLeftover() throws IOException {
    UpnpService chosen = choose();
    Optional<Entry> present = entry(chosen);
    if (present.isPresent()
        && present.get().holder().equals(client.toString())
        && present.get().description().equals(DESCRIPTION)) {
      String _ = chosen.act("DeletePortMapping", key());
    }
  }

  @Override
  public void release() {
    try {
      if (service.isPresent()) {
        String _ = service.get().act("DeletePortMapping", key());
      }
      if (lease.isZero()) {
        journal.gone();
      }
    } catch (IOException e) {
      // The lease ends it; without one, the journal has the next run take it away.
    }
  }
}

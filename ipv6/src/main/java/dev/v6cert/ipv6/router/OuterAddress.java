package dev.v6cert.ipv6.router;

import dev.v6cert.ipv6.Ipv4Address;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The address that a router says it has outside: a stranger's word, and often not a public one. */
public final class OuterAddress {

  private OuterAddress() {}

  /**
   * The public IPv4 address that the router has now; empty where it has none, or does not answer.
   * NAT-PMP and UPnP are asked first, since by PCP it takes a mapping of the port for a moment.
   */
  public static Optional<Ipv4Address> find(PortRoute route) {
    try {
      Optional<InetAddress> router = DefaultRouter.findIpv4();
      return router.isEmpty() ? Optional.empty() : find(router.get(), route);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * The same from what the router tells without making a mapping, by NAT-PMP or UPnP: nothing is
   * changed. Empty of a router with PCP alone. Takes a few seconds where it is silent.
   */
  public static Optional<Ipv4Address> told(PortRoute route) {
    try {
      Optional<InetAddress> router = DefaultRouter.findIpv4();
      return router.isEmpty()
          ? Optional.empty()
          : first(told(router.get(), PortMapping.addressTowards(router.get()), route));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<Ipv4Address> find(InetAddress router, PortRoute route)
      throws IOException {
    Ipv4Address client = PortMapping.addressTowards(router);
    List<Question> questions = new ArrayList<>(told(router, client, route));
    questions.add(() -> byMapping(new PcpMapper(router, client, route)));
    return first(questions);
  }

  private static List<Question> told(InetAddress router, Ipv4Address client, PortRoute route) {
    return List.of(
        () -> new NatPmp(router, client, route).outside(),
        () -> UpnpMapper.outside(router, client));
  }

  private static Optional<Ipv4Address> first(List<Question> questions) {
    for (Question question : questions) {
      try {
        Optional<Ipv4Address> outside =
            question.ask().filter(address -> address.scope().isPublic());
        if (outside.isPresent()) {
          return outside;
        }
      } catch (IOException e) {
        // The next protocol may do.
      }
    }
    return Optional.empty();
  }

  /** One way to ask for the address. */
  @FunctionalInterface
  private interface Question {
    Optional<Ipv4Address> ask() throws IOException;
  }

  private static Optional<Ipv4Address> byMapping(PortMapper mapper) throws IOException {
    Ipv4Address outside = mapper.map().outside();
    mapper.release();
    return Optional.of(outside);
  }

  /**
   * Refuses an address that is not public, or none.
   *
   * @throws NoMappingException with the NAT that the router itself is behind
   */
  static void refuseUnlessPublic(Optional<Ipv4Address> outside) throws NoMappingException {
    if (outside.isEmpty()) {
      throw new NoMappingException(new NoMapping.BehindAnother(Optional.empty()));
    }
    if (!outside.get().scope().isPublic()) {
      refuseBehind(outside.get());
      throw new NoMappingException(new NoMapping.BehindAnother(Optional.empty()));
    }
  }

  /** Refuses an address that shows a second NAT; what is unspecified or reserved shows nothing. */
  static void refuseBehind(Ipv4Address outside) throws NoMappingException {
    if (outside.scope().isCarriers()) {
      throw new NoMappingException(new NoMapping.BehindCarrier(outside));
    }
    if (outside.scope().isPrivate()) {
      throw new NoMappingException(new NoMapping.BehindAnother(Optional.of(outside)));
    }
  }
}

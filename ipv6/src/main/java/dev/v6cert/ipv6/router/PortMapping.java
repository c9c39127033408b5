package dev.v6cert.ipv6.router;

import dev.v6cert.ipv6.Ipv4Address;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An outer port of the IPv4 router that leads to a port of this machine: until it is closed, or at
 * most {@link #LEASE} after this process was killed.
 */
public final class PortMapping implements AutoCloseable {

  /** The lifetime in the router without a renewal; the least that RFC 6887 lets it grant. */
  public static final Duration LEASE = Duration.ofMinutes(2);

  private static final Duration SHORTEST = Duration.ofSeconds(10);

  /**
   * Remembers a mapping without an end, which some routers make only. It is written before the
   * router is asked, so that after a kill the next run can take the mapping away.
   */
  public interface Journal {

    /** The router will be asked for a mapping of the outer port without an end. */
    void permanent(OuterPort outer) throws IOException;

    /** The mapping is gone. */
    void gone() throws IOException;
  }

  private final PortMapper mapper;
  private final Ipv4Address outside;
  private final Thread upkeep;

  private PortMapping(PortMapper mapper, PortMapper.Grant grant) {
    this.mapper = mapper;
    this.outside = grant.outside();
    this.upkeep = Thread.ofVirtual().name("port-mapping").start(() -> keep(grant.lease()));
  }

  /**
   * Asks the router by PCP (RFC 6887), else by UPnP, and by NAT-PMP (RFC 6886) where it knows
   * neither: a router may look through all ports for half a minute before it refuses one by
   * NAT-PMP.
   *
   * @throws NoMappingException when there is none; the reason says why
   */
  public static PortMapping open(PortRoute route, Journal journal) throws IOException {
    Optional<InetAddress> router = DefaultRouter.findIpv4();
    if (router.isEmpty()) {
      throw new NoMappingException(new NoMapping.NoRouter());
    }
    return open(router.get(), addressTowards(router.get()), route, journal);
  }

  static PortMapping open(InetAddress router, Ipv4Address client, PortRoute route, Journal journal)
      throws IOException {
    List<String> reasons = new ArrayList<>();
    List<PortMapper> mappers =
        List.of(
            new PcpMapper(router, client, route),
            new UpnpMapper(router, client, route, journal),
            new NatPmpMapper(router, client, route));
    boolean refused = false;
    for (PortMapper mapper : mappers) {
      if (refused && mapper instanceof NatPmpMapper) {
        break;
      }
      try {
        PortMapper.Grant grant = mapper.map();
        if (!grant.outside().scope().isPublic()) {
          mapper.release();
          OuterAddress.refuseUnlessPublic(Optional.of(grant.outside()));
        }
        return new PortMapping(mapper, grant);
      } catch (RouterException e) {
        reasons.add(mapper.name() + ": " + e.getMessage());
        refused |= String.valueOf(e.getMessage()).startsWith("the router refuses");
      } catch (NoMappingException e) {
        throw e;
      } catch (IOException e) {
        reasons.add(mapper.name() + ": " + e.getMessage());
      }
    }
    throw new NoMappingException(new NoMapping.Refused(route.outer(), reasons));
  }

  /**
   * Takes away the mapping without an end that a run before made and could not, being killed.
   *
   * @throws IOException when the router does not answer, or there is none
   */
  public static void removeLeftover(OuterPort outer, Journal journal) throws IOException {
    Optional<InetAddress> router = DefaultRouter.findIpv4();
    if (router.isPresent()) {
      Ipv4Address client = addressTowards(router.get());
      PortRoute left = PortRoute.same(outer);
      new UpnpMapper(router.get(), client, left, journal).removeLeftover();
      journal.gone();
    }
  }

  /**
   * The address of ours that mappings lead to; empty where this machine has no IPv4 router.
   *
   * @throws IOException when the routes cannot be read
   */
  public static Optional<Ipv4Address> target() throws IOException {
    Optional<InetAddress> router = DefaultRouter.findIpv4();
    return router.isEmpty() ? Optional.empty() : Optional.of(addressTowards(router.get()));
  }

  /** The address of ours that packets to the router come from. */
  static Ipv4Address addressTowards(InetAddress router) throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(router, 9)); // No packet is sent.
      Optional<Ipv4Address> ours = Ipv4Address.from(socket.getLocalAddress());
      if (ours.isEmpty()) {
        throw new NoMappingException(new NoMapping.NoRouter());
      }
      return ours.get();
    }
  }

  /** The router's outer address. */
  public Ipv4Address outside() {
    return outside;
  }

  /** The protocol that the router was asked by: {@code PCP}, {@code UPnP} or {@code NAT-PMP}. */
  public String protocol() {
    return mapper.name();
  }

  /** Asks again at half of what the router granted. */
  private void keep(Duration granted) {
    Duration lease = granted;
    try {
      while (true) {
        Thread.sleep(half(lease));
        try {
          synchronized (mapper) {
            lease = mapper.map().lease();
          }
        } catch (IOException e) {
          // The mapping stays for the other half of its lease; the next time may go better.
        }
      }
    } catch (InterruptedException e) {
      // It is closed.
    }
  }

  /** Half of the lease, and never so little that the router is asked all the time. */
  static Duration half(Duration lease) {
    Duration half = lease.dividedBy(2);
    return half.compareTo(SHORTEST) < 0 ? SHORTEST : half.compareTo(LEASE) > 0 ? LEASE : half;
  }

  @Override
  public void close() {
    upkeep.interrupt();
    try {
      upkeep.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    mapper.release();
  }
}

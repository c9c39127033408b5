package dev.v6cert.ipv6.router;

import dev.v6cert.ipv6.IpProtocol;
import dev.v6cert.ipv6.Ipv6Address;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A hole in the router's firewall, for one port of one address of this machine: open until it is
 * closed, or at most {@link #LEASE} after this process was killed.
 */
public final class Pinhole implements AutoCloseable {

  /** The lifetime in the router without a renewal; the least that RFC 6887 lets it grant. */
  public static final Duration LEASE = Duration.ofMinutes(2);

  private final Protocol protocol;
  private final Thread renewalState;

  /** A way to ask the router. Each request is sent from the address that the hole is for. */
  interface Protocol {

    /** The name for people. */
    String name();

    /**
     * Opens the hole, or keeps it open for another lease.
     *
     * @throws RouterException when the router does not answer, or refuses
     */
    void open() throws IOException;

    /** Closes the hole; that the router does not answer is no failure, for the lease is short. */
    void close();
  }

  private Pinhole(Protocol protocol) {
    this.protocol = protocol;
    this.renewalState = Thread.ofVirtual().name("pinhole").start(this::keepOpen);
  }

  /**
   * Asks the router by PCP (RFC 6887), and where it does not know that by UPnP (IGD:2,
   * WANIPv6FirewallControl:1).
   *
   * @param router a link-local address with its interface, or a global one
   * @throws RouterException when neither works; the message says why
   */
  public static Pinhole open(
      InetAddress router, Ipv6Address address, int port, IpProtocol transport)
      throws RouterException {
    List<String> reasons = new ArrayList<>();
    for (Protocol protocol :
        List.of(
            new PcpHole(router, address, port, transport),
            new Igd(router, address, port, transport))) {
      try {
        protocol.open();
        return new Pinhole(protocol);
      } catch (IOException e) {
        reasons.add(protocol.name() + ": " + e.getMessage());
      }
    }
    throw new RouterException(String.join("; ", reasons));
  }

  /** The protocol: {@code PCP} or {@code UPnP}. */
  public String protocol() {
    return protocol.name();
  }

  private void keepOpen() {
    try {
      while (true) {
        Thread.sleep(LEASE.dividedBy(2));
        try {
          protocol.open();
        } catch (IOException e) {
          // The hole stays for the other half of its lease; the next time may go better.
        }
      }
    } catch (InterruptedException e) {
      // It is closed.
    }
  }

  @Override
  public void close() {
    renewalState.interrupt();
    protocol.close();
  }
}

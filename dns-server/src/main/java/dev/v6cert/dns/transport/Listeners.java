package dev.v6cert.dns.transport;

import dev.v6cert.dns.guard.TcpLimits;
import dev.v6cert.dns.transport.ListenFailure.Purpose;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * All sockets of a server. {@link #bind} takes the ports, {@link #start} begins to answer: between
 * the two a process can give up the privileges that binding needed.
 */
public final class Listeners implements AutoCloseable {
  private static final Duration JOIN = Duration.ofSeconds(1);

  private final List<BoundEndpoint> endpoints;
  private final List<InetSocketAddress> addresses;
  private final List<UdpListener> udp = new ArrayList<>();
  private final List<ListeningAddress> listening = new ArrayList<>();
  private final TcpLoop tcp;

  private Listeners(List<BoundEndpoint> endpoints, List<InetSocketAddress> addresses, TcpLoop tcp) {
    this.endpoints = endpoints;
    this.addresses = List.copyOf(addresses);
    this.tcp = tcp;
    for (BoundEndpoint endpoint : endpoints) {
      udp.addAll(endpoint.datagrams());
      List<ThreadActivity> readers =
          endpoint.datagrams().stream().map(listener -> listener.activity).toList();
      addresses.stream()
          .filter(address -> endpoint.address().equals(address) || endpoint.answersFor(address))
          .forEach(address -> listening.add(new ListeningAddress(address, readers)));
    }
  }

  /**
   * Binds UDP and TCP on each address; on a failure none stays bound. The IPv4 wildcard after the
   * IPv6 one with the same port is served by the sockets of the latter, which take both families.
   *
   * @param threads the number of threads for UDP on each address, at least 1
   * @param io how they read and write; one that is supported here
   * @param health told how the threads are
   */
  public static Listeners bind(
      List<InetSocketAddress> addresses,
      int threads,
      DatagramIo io,
      MessageHandler handler,
      TcpLimits limits,
      TransportHealth health)
      throws ListenFailure {
    List<BoundEndpoint> endpoints = new ArrayList<>();
    List<InetSocketAddress> bound = new ArrayList<>();
    try {
      for (InetSocketAddress address : addresses) {
        if (endpoints.stream().anyMatch(there -> there.answersFor(address))) {
          bound.add(address);
          continue;
        }
        try {
          BoundEndpoint endpoint = BoundEndpoint.bind(address, threads, io, handler, health);
          endpoints.add(endpoint);
          bound.add(endpoint.address());
        } catch (ListenFailure e) {
          if (!isDispensable(e, addresses)) {
            throw e;
          }
        }
      }
      return new Listeners(endpoints, bound, new TcpLoop(endpoints, handler, limits, health));
    } catch (ListenFailure e) {
      closeAll(endpoints);
      throw e;
    } catch (IOException e) {
      closeAll(endpoints);
      throw new ListenFailure(Purpose.QUERIES, addresses.getFirst(), Transport.TCP, e);
    }
  }

  /** On a machine without IPv6 the IPv4 wildcard does without its twin. */
  private static boolean isDispensable(ListenFailure failure, List<InetSocketAddress> addresses) {
    InetSocketAddress address = failure.address();
    boolean noIpv6 = failure.reason() == ListenFailure.Reason.NO_SUCH_PROTOCOL;
    return noIpv6
        && address.getAddress().isAnyLocalAddress()
        && addresses.stream()
            .anyMatch(other ->
                other.getAddress() instanceof Inet4Address
                    && other.getAddress().isAnyLocalAddress()
                    && other.getPort() == address.getPort());
  }

  /** Begins to answer. */
  public void start() {
    udp.forEach(UdpListener::start);
    tcp.start();
  }

  /**
   * The addresses of the sockets, with the ports that were really bound, in the order they were
   * asked for.
   */
  public List<InetSocketAddress> addresses() {
    return addresses;
  }

  /** The same with the threads that read datagrams there; two wildcards may share them. */
  public List<ListeningAddress> listening() {
    return listening;
  }

  /** Closes every socket and connection, and waits up to a second for the threads to end. */
  @Override
  public void close() {
    closeAll(endpoints);
    tcp.close();
    try {
      long deadline = System.nanoTime() + JOIN.toNanos();
      for (Thread thread : threads()) {
        thread.join(Duration.ofNanos(Math.max(deadline - System.nanoTime(), 1)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<Thread> threads() {
    List<Thread> threads = new ArrayList<>();
    udp.forEach(listener -> threads.add(listener.thread()));
    threads.add(tcp.thread());
    return threads;
  }

  private static void closeAll(List<BoundEndpoint> endpoints) {
    endpoints.forEach(BoundEndpoint::close);
  }

  /**
   * An address that a server listens on.
   *
   * @param address the address, with the port that was really bound
   * @param udp the threads that read datagrams there, at least one
   */
  public record ListeningAddress(InetSocketAddress address, List<ThreadActivity> udp) {}
}

package dev.v6cert.dns.transport;

import dev.v6cert.dns.transport.ListenFailure.Purpose;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * The sockets of one address and port: UDP ones, as many as there are threads to read them, and a
 * TCP one.
 *
 * @param address where they listen, with the port that was really bound
 * @param datagrams the UDP listeners; the kernel spreads the clients over them
 * @param server the TCP socket
 */
record BoundEndpoint(
    InetSocketAddress address, List<UdpListener> datagrams, ServerSocketChannel server)
    implements AutoCloseable {
  private static final int BACKLOG = 4096;

  /** The kernel's buffer for a client whose queries are not read, in octets. */
  private static final int RECEIVE_BUFFER = 64 * 1024;

  private static final int PORT_ATTEMPTS = 16;

  /** The words of the system, for the JDK's refusal to open a socket of IPv6 without IPv6. */
  private static final String NO_PROTOCOL = "Protocol family unavailable";

  /**
   * Binds both protocols; port 0 picks a port that is free in both.
   *
   * @param threads the number of UDP sockets wanted, at least 1; there is one where the system
   *     cannot spread clients over several
   */
  static BoundEndpoint bind(
      InetSocketAddress address,
      int threads,
      DatagramIo io,
      MessageHandler handler,
      TransportHealth health)
      throws ListenFailure {
    for (int attempt = 1; ; attempt++) {
      try {
        return bindOnce(address, threads, io, handler, health);
      } catch (ListenFailure e) {
        boolean picked = address.getPort() == 0;
        if (!picked || attempt == PORT_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static BoundEndpoint bindOnce(
      InetSocketAddress address,
      int threads,
      DatagramIo io,
      MessageHandler handler,
      TransportHealth health)
      throws ListenFailure {
    List<UdpListener> datagrams = new ArrayList<>();
    try {
      datagrams.add(datagrams(address, false, io, handler, health));
      InetSocketAddress bound =
          new InetSocketAddress(address.getAddress(), datagrams.getFirst().port());
      if (threads > 1 && io.spreads()) {
        // The first socket, bound alone, has shown that no other process holds the port; sockets
        // that share it would have hidden that.
        datagrams.removeFirst().close();
        for (int i = 0; i < threads; i++) {
          datagrams.add(datagrams(bound, true, io, handler, health));
        }
      }
      return new BoundEndpoint(bound, List.copyOf(datagrams), server(bound));
    } catch (ListenFailure e) {
      datagrams.forEach(UdpListener::close);
      throw e;
    }
  }

  private static UdpListener datagrams(
      InetSocketAddress address,
      boolean shared,
      DatagramIo io,
      MessageHandler handler,
      TransportHealth health)
      throws ListenFailure {
    try {
      return io.bind(address, shared, handler, health);
    } catch (IOException e) {
      throw new ListenFailure(Purpose.QUERIES, address, Transport.UDP, e);
    }
  }

  private static ServerSocketChannel server(InetSocketAddress address) throws ListenFailure {
    try {
      ProtocolFamily family =
          address.getAddress() instanceof Inet6Address
              ? StandardProtocolFamily.INET6
              : StandardProtocolFamily.INET;
      ServerSocketChannel server = ServerSocketChannel.open(family);
      try {
        server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        server.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER); // Each client's, too.
        return server.bind(address, BACKLOG);
      } catch (IOException e) {
        server.close();
        throw e;
      }
    } catch (UnsupportedOperationException e) {
      throw new ListenFailure(
          Purpose.QUERIES, address, Transport.TCP, new IOException(NO_PROTOCOL, e));
    } catch (IOException e) {
      throw new ListenFailure(Purpose.QUERIES, address, Transport.TCP, e);
    }
  }

  /** Whether {@code other} is the IPv4 wildcard, and these the sockets of the IPv6 one. */
  boolean answersFor(InetSocketAddress other) {
    return address.getAddress() instanceof Inet6Address here
        && here.isAnyLocalAddress()
        && other.getAddress() instanceof Inet4Address there
        && there.isAnyLocalAddress()
        && address.getPort() == other.getPort();
  }

  @Override
  public void close() {
    datagrams.forEach(UdpListener::close);
    try {
      server.close();
    } catch (IOException e) {
      // It takes no new clients either way.
    }
  }
}

package dev.v6cert.dns.transport;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * The sockets of one address and port: UDP ones, as many as there are threads to read them, and a
 * TCP one.
 *
 * @param address where they listen, with the port that was really bound
 * @param datagrams the UDP sockets; the kernel spreads the clients over them
 * @param server the TCP socket
 */
record BoundEndpoint(
    InetSocketAddress address, List<DatagramChannel> datagrams, ServerSocket server)
    implements AutoCloseable {
  private static final int RECEIVE_BUFFER = 4 << 20;
  private static final int BACKLOG = 1024;
  private static final int PORT_ATTEMPTS = 16;

  /**
   * Binds both protocols; port 0 picks a port that is free in both.
   *
   * @param threads the number of UDP sockets, at least 1
   */
  static BoundEndpoint bind(InetSocketAddress address, int threads) throws ListenFailure {
    for (int attempt = 1; ; attempt++) {
      try {
        return bindOnce(address, threads);
      } catch (ListenFailure e) {
        boolean picked = address.getPort() == 0;
        if (!picked || attempt == PORT_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static BoundEndpoint bindOnce(InetSocketAddress address, int threads)
      throws ListenFailure {
    List<DatagramChannel> datagrams = new ArrayList<>();
    try {
      datagrams.add(datagram(address, false));
      InetSocketAddress bound =
          new InetSocketAddress(address.getAddress(), datagrams.getFirst().socket().getLocalPort());
      if (threads > 1) {
        // The first socket, bound alone, has shown that no other process holds the port: sockets
        // that
        // share it would have hidden that.
        datagrams.removeFirst().close();
        for (int i = 0; i < threads; i++) {
          datagrams.add(datagram(bound, true));
        }
      }
      return new BoundEndpoint(bound, List.copyOf(datagrams), server(bound));
    } catch (ListenFailure e) {
      closeAll(datagrams);
      throw e;
    } catch (IOException e) {
      closeAll(datagrams);
      throw new ListenFailure(address, Transport.UDP, e);
    }
  }

  private static DatagramChannel datagram(InetSocketAddress address, boolean shared)
      throws ListenFailure {
    try {
      DatagramChannel channel = DatagramChannel.open(family(address.getAddress()));
      try {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
        if (shared) {
          channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        }
        return channel.bind(address);
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw new ListenFailure(address, Transport.UDP, e);
    } catch (UnsupportedOperationException e) {
      throw new ListenFailure(address, Transport.UDP, new IOException("no such protocol", e));
    }
  }

  private static ProtocolFamily family(InetAddress address) {
    return address instanceof Inet6Address
        ? StandardProtocolFamily.INET6
        : StandardProtocolFamily.INET;
  }

  private static ServerSocket server(InetSocketAddress address) throws ListenFailure {
    try {
      ServerSocket server = new ServerSocket();
      try {
        server.setReuseAddress(true);
        server.bind(address, BACKLOG);
        return server;
      } catch (IOException e) {
        server.close();
        throw e;
      }
    } catch (IOException e) {
      throw new ListenFailure(address, Transport.TCP, e);
    }
  }

  private static void closeAll(List<DatagramChannel> channels) {
    for (DatagramChannel channel : channels) {
      try {
        channel.close();
      } catch (IOException e) {
        // It was never used.
      }
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
    closeAll(datagrams);
    try {
      server.close();
    } catch (IOException e) {
      // It takes no new clients either way.
    }
  }
}

package dev.v6cert.dns.publish;

import dev.v6cert.ipv6.name.HostName;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Optional;

/**
 * A DNS server for the TXT records of DNS-01 challenges (RFC 8555 section 8.4) on one address, by
 * UDP and TCP. It is meant for the minutes of an order, and for a handful of resolvers.
 */
public final class TxtServer implements AutoCloseable {

  private static final int MAX_QUERY = 4096;
  private static final int MAX_CONNECTIONS = 64;
  private static final int MAX_QUERIES_A_CONNECTION = 16;
  private static final int IDLE_MILLIS = 5_000;

  private final TxtZones zones;
  private final DatagramSocket udp;
  private final ServerSocket tcp;
  private final TxtQuery.Listener listener;
  private final Deque<Socket> connections = new ArrayDeque<>();

  private TxtServer(
      TxtZones zones, DatagramSocket udp, ServerSocket tcp, TxtQuery.Listener listener) {
    this.zones = zones;
    this.udp = udp;
    this.tcp = tcp;
    this.listener = listener;
  }

  /**
   * Listens on the address.
   *
   * @param zones the names at and below which it answers, each served by the host one label above
   * @param listener hears of each query, until the server is closed
   * @throws IOException when UDP or TCP cannot be bound
   */
  public static TxtServer listen(
      InetSocketAddress address, Collection<HostName> zones, TxtQuery.Listener listener)
      throws IOException {
    DatagramSocket udp = new DatagramSocket(address);
    ServerSocket tcp = new ServerSocket();
    try {
      tcp.setReuseAddress(true); // Connections of the last order may linger.
      tcp.bind(new InetSocketAddress(address.getAddress(), udp.getLocalPort()));
    } catch (IOException e) {
      udp.close();
      tcp.close();
      throw e;
    }
    TxtServer server = new TxtServer(new TxtZones(zones), udp, tcp, listener);
    Thread.ofVirtual().name("txt-udp").start(server::receive);
    Thread.ofVirtual().name("txt-tcp").start(server::accept);
    return server;
  }

  /** The address that it listens on. */
  public InetSocketAddress address() {
    return new InetSocketAddress(udp.getLocalAddress(), udp.getLocalPort());
  }

  /** Adds a value to the TXT records of a name. */
  public void add(HostName name, String value) {
    zones.add(name, value, false);
  }

  /** The same, but shown over TCP alone: whoever asks over UDP is told to come back by TCP. */
  public void addForTcp(HostName name, String value) {
    zones.add(name, value, true);
  }

  /** Takes a value away. */
  public void remove(HostName name, String value) {
    zones.remove(name, value);
  }

  private void receive() {
    zones.warmUp();
    byte[] buffer = new byte[MAX_QUERY];
    while (!udp.isClosed()) {
      try {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        udp.receive(packet);
        InetSocketAddress from = (InetSocketAddress) packet.getSocketAddress();
        Optional<TxtZones.Reply> reply =
            zones.reply(ByteBuffer.wrap(buffer, 0, packet.getLength()), false);
        if (reply.isPresent()) {
          tell(reply.get(), from, address(), false);
          byte[] octets = reply.get().octets();
          udp.send(new DatagramPacket(octets, octets.length, from));
        }
      } catch (IOException | RuntimeException e) {
        // One datagram, or its way back; the next one may fare better. Closed: the loop ends.
      }
    }
  }

  private void accept() {
    while (!tcp.isClosed()) {
      try {
        Socket socket = tcp.accept();
        admit(socket);
        Thread.startVirtualThread(() -> serve(socket));
      } catch (IOException e) {
        // As above.
      }
    }
  }

  /** Makes room for a connection: the oldest ends, so that idle ones keep nobody out. */
  private void admit(Socket socket) throws IOException {
    synchronized (connections) {
      if (connections.size() >= MAX_CONNECTIONS) {
        connections.removeFirst().close();
      }
      connections.addLast(socket);
    }
  }

  private void serve(Socket socket) {
    try (socket;
        DataInputStream in = new DataInputStream(socket.getInputStream());
        DataOutputStream out = new DataOutputStream(socket.getOutputStream())) {
      socket.setSoTimeout(IDLE_MILLIS);
      for (int i = 0; i < MAX_QUERIES_A_CONNECTION; i++) {
        int length = in.readUnsignedShort();
        if (length > MAX_QUERY) {
          return;
        }
        Optional<TxtZones.Reply> reply = zones.reply(ByteBuffer.wrap(in.readNBytes(length)), true);
        if (reply.isEmpty()) {
          return;
        }
        tell(
            reply.get(),
            (InetSocketAddress) socket.getRemoteSocketAddress(),
            (InetSocketAddress) socket.getLocalSocketAddress(),
            true);
        out.write(framed(reply.get().octets()));
      }
    } catch (IOException | RuntimeException e) {
      // Gone, idle or senseless: nothing depends on how it ended.
    } finally {
      synchronized (connections) {
        connections.remove(socket);
      }
    }
  }

  /** Length and message in one, so that they go in one segment (RFC 7766 section 8). */
  private static byte[] framed(byte[] message) {
    return ByteBuffer.allocate(Short.BYTES + message.length)
        .putShort((short) message.length)
        .put(message)
        .array();
  }

  private void tell(
      TxtZones.Reply reply, InetSocketAddress from, InetSocketAddress at, boolean byTcp) {
    reply
        .query()
        .ifPresent(asked ->
            listener.on(
                new TxtQuery(from, at, byTcp, asked.type(), asked.name(), asked.outcome())));
  }

  @Override
  public void close() {
    udp.close();
    try {
      tcp.close();
      synchronized (connections) {
        for (Socket socket : connections) {
          socket.close();
        }
      }
    } catch (IOException e) {
      // Nothing depends on how it ended.
    }
  }
}

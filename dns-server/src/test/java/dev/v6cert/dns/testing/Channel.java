package dev.v6cert.dns.testing;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Optional;

/** A way to reach a server on the loopback interface. */
public enum Channel {
  UDP4(false, false),
  UDP6(false, true),
  TCP4(true, false),
  TCP6(true, true);

  private static final int LIMIT_MILLIS = 5_000;

  private final boolean tcp;
  private final boolean ipv6;

  Channel(boolean tcp, boolean ipv6) {
    this.tcp = tcp;
    this.ipv6 = ipv6;
  }

  /** Whether this is TCP. */
  public boolean isTcp() {
    return tcp;
  }

  /** Whether this is IPv6. */
  public boolean isIpv6() {
    return ipv6;
  }

  /** Sends a message, and waits for the reply. */
  public Reply ask(RunningServer server, byte[] message) {
    Optional<Reply> reply = tcp ? exchange(server, message) : awaitDatagram(server, message);
    return reply.orElseThrow(() -> new AssertionError("no reply over " + this));
  }

  private Optional<Reply> awaitDatagram(RunningServer server, byte[] message) {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(server.address(ipv6));
      socket.setSoTimeout(LIMIT_MILLIS);
      socket.send(new DatagramPacket(message, message.length));
      DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
      socket.receive(packet);
      return Optional.of(Reply.of(Arrays.copyOf(packet.getData(), packet.getLength())));
    } catch (SocketTimeoutException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Sends a message that may stay without a reply: over UDP that is known as soon as a probe that
   * follows it on the same socket is answered, over TCP when the server closes. An update over UDP
   * may be answered after the probe.
   */
  public Optional<Reply> exchange(RunningServer server, byte[] message) {
    try {
      return ask(server.address(ipv6), message);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same with a server that is not of this process. */
  public Optional<Reply> ask(InetSocketAddress server, byte[] message) throws IOException {
    return tcp ? overTcp(server, message) : overUdp(server, message);
  }

  private static Optional<Reply> overUdp(InetSocketAddress server, byte[] message)
      throws IOException {
    int probeId = 0xfffe;
    byte[] probe = Packet.query("probe.invalid", 1).id(probeId).bytes();
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(server);
      socket.setSoTimeout(LIMIT_MILLIS);
      socket.send(new DatagramPacket(message, message.length));
      socket.send(new DatagramPacket(probe, probe.length));
      Optional<Reply> reply = Optional.empty();
      while (true) {
        DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
        socket.receive(packet);
        Reply received = Reply.of(Arrays.copyOf(packet.getData(), packet.getLength()));
        if (received.id() == probeId) {
          return reply;
        }
        reply = Optional.of(received);
      }
    }
  }

  private static Optional<Reply> overTcp(InetSocketAddress server, byte[] message)
      throws IOException {
    try (Socket socket = new Socket(server.getAddress(), server.getPort())) {
      socket.setSoTimeout(LIMIT_MILLIS);
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      out.writeShort(message.length);
      out.write(message);
      out.flush();
      socket.shutdownOutput();
      return readFrame(socket);
    }
  }

  /** The next frame of a connection; empty where the server closed it. */
  public static Optional<Reply> readFrame(Socket socket) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    try {
      int high = in.read();
      if (high < 0) {
        return Optional.empty();
      }
      byte[] message = new byte[high << 8 | in.readUnsignedByte()];
      in.readFully(message);
      return Optional.of(Reply.of(message));
    } catch (SocketTimeoutException e) {
      throw new AssertionError("neither a reply nor the end of the connection", e);
    }
  }
}

package dev.v6cert.dns.transport;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.locks.LockSupport;

/** Answers datagrams one by one through the JDK, on any system. */
final class NioUdpListener extends UdpListener {
  private final DatagramChannel channel;

  private NioUdpListener(DatagramChannel channel, MessageHandler handler, TransportHealth health) {
    super(channel.socket().getLocalPort(), handler, health);
    this.channel = channel;
  }

  static NioUdpListener bind(
      InetSocketAddress address, boolean shared, MessageHandler handler, TransportHealth health)
      throws IOException {
    DatagramChannel channel = open(address.getAddress());
    try {
      channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
      if (shared) {
        channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      }
      return new NioUdpListener(channel.bind(address), handler, health);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static DatagramChannel open(InetAddress address) throws IOException {
    ProtocolFamily family =
        address instanceof Inet6Address
            ? StandardProtocolFamily.INET6
            : StandardProtocolFamily.INET;
    try {
      return DatagramChannel.open(family);
    } catch (UnsupportedOperationException e) {
      throw new IOException("no such protocol", e);
    }
  }

  /** Whether several sockets can share a port. */
  static boolean canShare() {
    try (DatagramChannel channel = DatagramChannel.open()) {
      return channel.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT);
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  void run() {
    ByteBuffer message = ByteBuffer.allocateDirect(LARGEST_MESSAGE);
    ByteBuffer scratch = ByteBuffer.allocateDirect(LARGEST_MESSAGE);
    byte[] octets = new byte[LARGEST_MESSAGE];
    while (channel.isOpen()) {
      try {
        InetSocketAddress client = (InetSocketAddress) channel.receive(message.clear());
        activity.works();
        if (client != null && client.getPort() != 0) {
          answerOrDrop(message.flip(), client, octets, scratch);
        }
        activity.waits();
      } catch (IOException e) {
        activity.fails();
        LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
      } catch (Throwable t) { // A fault must not end one of the few threads that answer.
        activity.fails();
        health.failed(t);
        LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
      }
    }
  }

  /** One client's trouble (unreachable, say) costs its query and nobody else a moment. */
  private void answerOrDrop(
      ByteBuffer message, InetSocketAddress client, byte[] octets, ByteBuffer scratch) {
    try {
      ByteBuffer reply = reply(message, client, octets, scratch);
      fast.flush();
      if (reply.hasRemaining()) {
        channel.send(reply, client);
      }
      health.progressed();
    } catch (OutOfMemoryError e) {
      throw e;
    } catch (IOException e) {
      health.progressed(); // The client asks again.
    } catch (Throwable t) {
      health.failed(t);
    }
  }

  private ByteBuffer reply(
      ByteBuffer message, InetSocketAddress client, byte[] octets, ByteBuffer scratch) {
    int length = message.remaining();
    message.get(0, octets, 0, length);
    Peer peer = new Peer(client, Transport.UDP);
    int written = fast.handle(octets, 0, length, peer.high(), peer.low());
    return written == FastHandler.DECLINED
        ? handler.handle(message, peer, scratch.clear(), late -> later(late, client))
        : scratch.clear().put(octets, 0, written).flip();
  }

  private void later(ReplyStream reply, InetSocketAddress client) {
    writeLater(
        reply,
        octets -> {
          int ignored = channel.send(ByteBuffer.wrap(octets), client);
        });
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // It reads nothing more either way.
    }
  }
}

package dev.v6cert.dns.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** The socket of a TCP client, none of whose operations waits. */
interface TcpSocket extends AutoCloseable {
  /** Reads what there is; the count of octets, or -1 at the end of the stream. */
  int read(ByteBuffer target) throws IOException;

  /** Writes what the kernel takes. */
  void write(ByteBuffer source) throws IOException;

  /** Has the loop told when there is room to write, or else when there is something to read. */
  void await(boolean room);

  /**
   * Gives it up to a reply of many messages, whose writes wait.
   *
   * @throws IOException when that cannot be done; it is not closed then
   */
  void handOver(ReplyStream reply, StreamedReplies replies) throws IOException;

  /** Closes it; no failure of that is of interest. */
  @Override
  void close();

  /** A socket of the JDK, on any system. */
  final class Nio implements TcpSocket {
    /**
     * The kernel's buffer for a client that does not read, in octets; by default it takes
     * megabytes.
     */
    private static final int SEND_BUFFER = 16 * 1024;

    private final SocketChannel channel;
    private final SelectionKey key;
    private boolean hasWritten;
    private boolean isTuned;

    /** A socket of {@code channel}, which the caller closes where this fails. */
    Nio(SocketChannel channel, Selector selector) throws IOException {
      this.channel = channel;
      channel.configureBlocking(false);
      key = channel.register(selector, SelectionKey.OP_READ);
    }

    /** Has {@link Selector} name {@code owner} when the socket is ready. */
    void attach(Object owner) {
      key.attach(owner);
    }

    /** The address of the client. */
    InetSocketAddress client() throws IOException {
      return (InetSocketAddress) channel.getRemoteAddress();
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      return channel.read(target);
    }

    @Override
    public void write(ByteBuffer source) throws IOException {
      // The first reply is neither delayed nor large, and often the only one.
      if (hasWritten && !isTuned) {
        isTuned = true;
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER);
      }
      hasWritten = true;
      channel.write(source);
    }

    @Override
    public void await(boolean room) {
      key.interestOps(room ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    }

    @Override
    public void handOver(ReplyStream reply, StreamedReplies replies) throws IOException {
      key.cancel();
      channel.configureBlocking(true);
      replies.write(channel, reply);
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        // Nothing is left to be done with it.
      }
    }
  }
}

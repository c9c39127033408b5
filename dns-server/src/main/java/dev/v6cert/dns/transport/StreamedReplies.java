package dev.v6cert.dns.transport;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes replies of many messages, each on a thread of its own, to connections that the loop has
 * given up. A connection is closed at the end, when the client takes nothing for some time, and
 * when the whole takes too long.
 */
final class StreamedReplies implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StreamedReplies.class);
  private static final Duration LONGEST = Duration.ofMinutes(2);
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** The kernel's buffer; by default it takes megabytes for a client that does not read. */
  private static final int SEND_BUFFER = 256 * 1024;

  private final Duration stallLimit;
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * Replies, none so far.
   *
   * @param stallLimit how long a client may take nothing
   */
  StreamedReplies(Duration stallLimit) {
    this.stallLimit = stallLimit;
  }

  /** Takes over a connection that blocks, and a reply, and closes both at the end. */
  void write(SocketChannel channel, ReplyStream reply) {
    Connection connection = new Connection(channel, reply);
    open.add(connection);
    if (closed) {
      connection.close();
    }
    Thread.ofVirtual().name("dns-stream").start(connection::run);
    Thread.ofVirtual().name("dns-stream-watch").start(connection::watch);
  }

  private final class Connection {
    private final SocketChannel channel;
    private final ReplyStream reply;
    private final long start = System.nanoTime();

    /** The time since which the client has taken nothing; 0 while nothing is sent. */
    private volatile long waiting;

    Connection(SocketChannel channel, ReplyStream reply) {
      this.channel = channel;
      this.reply = reply;
    }

    private void run() {
      try (reply) {
        channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER);
        reply.writeTo(this::send);
        channel.shutdownOutput();
      } catch (IOException e) {
        LOG.debug("a client did not take a whole reply", e);
      } catch (RuntimeException | Error e) {
        LOG.error("while writing a reply of many messages", e);
      } finally {
        close();
      }
    }

    private void send(byte[] message) throws IOException {
      ByteBuffer frame =
          ByteBuffer.allocate(TcpExchange.LENGTH_OCTETS + message.length)
              .putShort((short) message.length)
              .put(message)
              .flip();
      try {
        while (frame.hasRemaining()) {
          waiting = System.nanoTime() | 1;
          channel.write(frame);
        }
      } finally {
        waiting = 0;
      }
    }

    private void watch() {
      try {
        while (channel.isOpen()) {
          Thread.sleep(LOOK);
          long since = waiting;
          long now = System.nanoTime();
          boolean stuck = since != 0 && now - since > stallLimit.toNanos();
          if (stuck || now - start > LONGEST.toNanos()) {
            close();
          }
        }
      } catch (InterruptedException e) {
        close();
      }
    }

    private void close() {
      open.remove(this);
      try {
        channel.close();
      } catch (IOException e) {
        LOG.debug("nothing is left to be done with it", e);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    open.forEach(Connection::close);
  }
}

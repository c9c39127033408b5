package dev.v6cert.dns.transport;

import static dev.v6cert.dns.transport.TcpExchange.LENGTH_OCTETS;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Answers the messages of the connection whose turn it is, and gathers the replies, each behind its
 * length, so that those to pipelined queries leave together (RFC 7766 section 8). One thread at a
 * time.
 */
final class TcpReplies {
  private static final int SCRATCH = 4096;

  /** So much is gathered at most before it is sent. */
  private static final int FULL = 8 * 1024;

  /** Room for one reply more, of any size. */
  private static final int CAPACITY = FULL + TcpExchange.MAX_FRAME;

  private final MessageHandler handler;
  private final FastHandler fast;
  private final ByteBuffer scratch = ByteBuffer.allocate(SCRATCH);
  private final byte[] octets = new byte[CAPACITY];
  private int end;
  private @Nullable ReplyStream stream;

  TcpReplies(MessageHandler handler) {
    this.handler = handler;
    this.fast = handler.fast(Transport.TCP);
  }

  /** Adds the reply to the message of {@code length} octets at {@code from}. */
  void answer(byte[] input, int from, int length, TcpConnection client) {
    int at = end + LENGTH_OCTETS;
    if (length <= FastHandler.ROOM) {
      System.arraycopy(input, from, octets, at, length);
      int written = fast.handle(octets, at, length, client.high, client.low);
      if (written != FastHandler.DECLINED) {
        finish(written);
        return;
      }
    }
    ByteBuffer message = ByteBuffer.wrap(input, from, length);
    Optional<ReplyStream> begun = handler.stream(message, client.peer);
    if (begun.isPresent()) {
      stream = begun.get();
      return;
    }
    ByteBuffer reply = handler.handle(message, client.peer, scratch.clear());
    int written = reply.remaining();
    reply.get(octets, at, written);
    finish(written);
  }

  private void finish(int written) {
    if (written > 0) {
      octets[end] = (byte) (written >>> 8);
      octets[end + 1] = (byte) written;
      end += LENGTH_OCTETS + written;
    }
  }

  /** The reply of many messages to the last query, which the caller closes; taken once. */
  Optional<ReplyStream> takeStream() {
    Optional<ReplyStream> taken = Optional.ofNullable(stream);
    stream = null;
    return taken;
  }

  /** Whether enough is gathered to be sent at once. */
  boolean isFull() {
    return end >= FULL;
  }

  /** The replies that are gathered, behind one another from the first octet on. */
  byte[] octets() {
    return octets;
  }

  /** The number of octets that are gathered. */
  int size() {
    return end;
  }

  /** Forgets what is gathered. */
  void clear() {
    end = 0;
  }

  /** Tells the short cut that all messages that came together have been handled. */
  void flush() {
    fast.flush();
  }
}

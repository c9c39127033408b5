package dev.v6cert.dns.transport;

import dev.v6cert.dns.guard.OctetBudget;
import dev.v6cert.dns.transport.TcpConnection.State;
import dev.v6cert.dns.wire.MessageHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Reads, answers and writes for the connection whose turn it is, with buffers that all connections
 * share. What stays over at the end of a turn is held within an {@link OctetBudget}: a query that
 * is incomplete, replies that the socket does not take, and queries behind these. One thread.
 */
final class TcpExchange {
  /** The most that is read in one turn. */
  static final int MOST_READ = 16 * 1024;

  /** The octets before each message that say how long it is (RFC 1035 section 4.2.2). */
  static final int LENGTH_OCTETS = 2;

  /** The most octets of a message and its length. */
  static final int MAX_FRAME = LENGTH_OCTETS + 65_535;

  private final OctetBudget<TcpConnection> budget;
  private final TcpReplies replies;
  private final ByteBuffer received = ByteBuffer.allocateDirect(MOST_READ);
  private final ByteBuffer sent = ByteBuffer.allocateDirect(MOST_READ);
  private final byte[] input = new byte[MAX_FRAME + MOST_READ];
  private boolean answered;

  TcpExchange(MessageHandler handler, OctetBudget<TcpConnection> budget) {
    this.replies = new TcpReplies(handler);
    this.budget = budget;
  }

  /**
   * Lets a connection go on.
   *
   * @param most the most octets to read, up to {@link #MOST_READ}
   * @return the state that it is in now
   */
  State serve(TcpConnection connection, int most) throws IOException {
    answered = false;
    replies.clear();
    if (connection.state == State.WRITE) {
      return sendHeld(connection) ? answer(connection, takeHeld(connection)) : State.WRITE;
    }
    int count = connection.socket().read(received.clear().limit(most));
    if (count <= 0) {
      return count < 0 ? State.GONE : connection.state;
    }
    received.flip();
    OctetBudget<TcpConnection>.Holding held = connection.input;
    if (held != null && !isCompletedBy(count, held)) {
      received.get(input, 0, count);
      held.append(input, 0, count);
      return State.FRAME;
    }
    int before = takeHeld(connection);
    received.get(input, before, count);
    return answer(connection, before + count);
  }

  /** Whether queries were answered in the last turn. */
  boolean hasAnswered() {
    return answered;
  }

  private boolean isCompletedBy(int count, OctetBudget<TcpConnection>.Holding held) {
    if (held.size() < LENGTH_OCTETS) {
      return true; // At least its length is known then.
    }
    held.copy(input, 0, LENGTH_OCTETS);
    int needed = LENGTH_OCTETS + announcedLength(0);
    return held.size() + count >= needed;
  }

  /** The length of the message whose frame begins at {@code from}; -1 where it is not whole. */
  private int messageLength(int from, int end) {
    int available = end - from - LENGTH_OCTETS;
    if (available < 0) {
      return -1;
    }
    int length = announcedLength(from);
    return length <= available ? length : -1;
  }

  private int announcedLength(int from) {
    return (input[from] & 0xff) << 8 | (input[from + 1] & 0xff);
  }

  /** Moves what is held of the input to its shared buffer; the count of octets. */
  private int takeHeld(TcpConnection connection) {
    OctetBudget<TcpConnection>.Holding held = connection.input;
    if (held == null) {
      return 0;
    }
    int size = held.size();
    held.copy(input, 0, size);
    held.release();
    connection.input = null;
    return size;
  }

  /** Answers the queries in the first {@code end} octets of the input, and holds the rest. */
  private State answer(TcpConnection connection, int end) throws IOException {
    int at = 0;
    boolean isSent = true;
    int length = messageLength(at, end);
    while (length >= MessageHeader.LENGTH && isSent) {
      replies.answer(input, at + LENGTH_OCTETS, length, connection);
      answered = true;
      Optional<ReplyStream> stream = replies.takeStream();
      if (stream.isPresent()) {
        return handOver(connection, stream.get());
      }
      at += LENGTH_OCTETS + length;
      if (replies.isFull()) {
        isSent = send(connection);
      }
      length = messageLength(at, end);
    }
    isSent = isSent && send(connection);
    if (isSent && length >= 0) {
      return State.MALFORMED;
    }
    if (at < end) {
      connection.input = budget.open(connection);
      connection.input.append(input, at, end - at);
    }
    return !isSent ? State.WRITE : at < end ? State.FRAME : State.IDLE;
  }

  /** Leaves the connection to a reply of many messages, and drops queries behind that one. */
  private State handOver(TcpConnection connection, ReplyStream stream) throws IOException {
    boolean isSent = false;
    try {
      isSent = send(connection);
    } finally {
      if (!isSent) {
        stream.close();
      }
    }
    if (!isSent) {
      return State.GONE;
    }
    connection.stream = stream;
    return State.STREAM;
  }

  /** Sends the replies that are gathered; false where a part of them is held. */
  private boolean send(TcpConnection connection) throws IOException {
    int at = 0;
    int end = replies.size();
    while (at < end) {
      int part = Math.min(end - at, MOST_READ);
      connection.socket().write(sent.clear().put(replies.octets(), at, part).flip());
      at += part - sent.remaining();
      if (sent.hasRemaining()) {
        connection.output = budget.open(connection);
        connection.output.append(replies.octets(), at, end - at);
        replies.clear();
        return false;
      }
    }
    replies.clear();
    return true;
  }

  /** Sends replies that are held; false where some still are. */
  private boolean sendHeld(TcpConnection connection) throws IOException {
    OctetBudget<TcpConnection>.Holding held = connection.output;
    while (held != null && held.size() > 0) {
      int part = Math.min(held.size(), MOST_READ);
      held.copy(input, 0, part);
      connection.socket().write(sent.clear().put(input, 0, part).flip());
      held.drop(part - sent.remaining());
      if (sent.hasRemaining()) {
        return false;
      }
    }
    connection.output = null;
    return true;
  }

  /** Tells the short cut that all messages that came together have been handled. */
  void flush() {
    replies.flush();
  }
}

package dev.v6cert.dns.transport;

import dev.v6cert.dns.guard.ConnectionTable;
import dev.v6cert.dns.guard.IntrusiveList;
import dev.v6cert.dns.guard.OctetBudget;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One TCP client, as its {@link TcpLoop} keeps it: a socket and where it stands. It has buffers
 * only while something of it is pending.
 */
final class TcpConnection {
  /** The client. */
  final Peer peer;

  /** The first half of the client's address; see {@link Peer#high}. */
  final long high;

  /** The second half of the client's address. */
  final long low;

  /** The place among the connections with the same deadline. */
  final IntrusiveList.Link<TcpConnection> timer = new IntrusiveList.Link<>(this);

  /** The start of what the deadline is for, of {@link System#nanoTime}. */
  long since;

  /** The state, which the deadline belongs to. */
  State state = State.IDLE;

  /** The begin of a query that is not complete, or queries that wait until replies are sent. */
  OctetBudget<TcpConnection>.@Nullable Holding input;

  /** Replies that the socket did not take. While there are any, nothing is read. */
  OctetBudget<TcpConnection>.@Nullable Holding output;

  /** The reply of many messages that it is left to. */
  @Nullable ReplyStream stream;

  private final TcpSocket socket;
  private ConnectionTable.@Nullable Entry<TcpConnection> entry;
  private boolean open = true;

  /** The state of a connection; each state of an open one has a deadline. */
  enum State {
    /** Waits for a query. */
    IDLE,
    /** Has received a part of a query. */
    FRAME,
    /** Has replies that are not sent. */
    WRITE,
    /** Gets a reply of many messages, on another thread. */
    STREAM,
    /** Has ended, by the client's doing. */
    GONE,
    /** Has sent a frame that is too short for a message. */
    MALFORMED
  }

  /** A connection of {@code client}, of which nothing is read. */
  TcpConnection(TcpSocket socket, InetSocketAddress client) {
    this.socket = socket;
    peer = new Peer(client, Transport.TCP);
    high = peer.high();
    low = peer.low();
  }

  /** Puts it into a table. */
  void join(ConnectionTable<TcpConnection> table) {
    entry = table.add(this, peer.address().getAddress());
  }

  /** The place in the table. */
  ConnectionTable.Entry<TcpConnection> entry() {
    if (entry == null) {
      throw new IllegalStateException("in no table");
    }
    return entry;
  }

  /** Notes that the client's network had so much of the thread's time. */
  void charge(long nanos, long now) {
    if (entry != null) {
      entry.charge(nanos, now);
    }
  }

  /** Whether the client's network has had more time lately than others need. */
  boolean isOfBusyNetwork(long now) {
    return entry != null && entry.isOfBusyNetwork(now);
  }

  /** The source and destination of the octets. */
  TcpSocket socket() {
    return socket;
  }

  /** Enters a state that is not an end, and waits for what it needs. */
  void enter(State next, long now) {
    if ((state == State.WRITE) != (next == State.WRITE)) {
      socket.await(next == State.WRITE);
    }
    state = next;
    since = now;
  }

  /** Whether the socket is open. */
  boolean isOpen() {
    return open;
  }

  /** Closes the socket, gives back what is held, and leaves the table. */
  void close(ConnectionTable<TcpConnection> table) {
    socket.close();
    leave(table);
  }

  /** Gives back what is held, and leaves the table; the socket stays open. */
  void leave(ConnectionTable<TcpConnection> table) {
    open = false;
    timer.leave();
    if (input != null) {
      input.release();
    }
    if (output != null) {
      output.release();
    }
    if (entry != null) {
      table.remove(entry);
      entry = null;
    }
  }
}

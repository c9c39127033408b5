package dev.v6cert.proxy.upstream;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.xnio.StreamConnection;
import org.xnio.XnioIoThread;

/**
 * The connections of one I/O thread to one upstream, and what the thread needs to write and read
 * heads. There is no limit to connections in use: streams of events hold theirs for hours.
 */
final class ConnectionPool {

  private static final int MAX_IDLE = 64;
  private static final long MAX_IDLE_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long SWEEP_SECONDS = 10;

  private final XnioIoThread thread;
  private final Dialer dialer;
  private final Deque<UpstreamConnection> idle = new ArrayDeque<>();
  private final Octets octets = new Octets();
  private final HeaderNames names = new HeaderNames();
  private boolean sweeping;

  ConnectionPool(XnioIoThread thread, Dialer dialer) {
    this.thread = thread;
    this.dialer = dialer;
  }

  Octets octets() {
    return octets;
  }

  HeaderNames names() {
    return names;
  }

  /** The receiver of a connection. */
  interface Taker {
    void connected(UpstreamConnection connection);

    void failed(IOException why);
  }

  /**
   * Gives a connection, at once or later.
   *
   * @param fresh whether it must be a new one
   */
  void take(boolean fresh, Taker taker) {
    UpstreamConnection known = fresh ? null : idle();
    if (known != null) {
      known.source().suspendReads();
      taker.connected(known);
      return;
    }
    dialer.dial(
        thread,
        new Dialer.Outcome() {
          @Override
          public void connected(StreamConnection connection) {
            taker.connected(new UpstreamConnection(connection));
          }

          @Override
          public void failed(IOException why) {
            taker.failed(why);
          }
        });
  }

  private @Nullable UpstreamConnection idle() {
    UpstreamConnection connection = idle.pollFirst();
    while (connection != null && !connection.isOpen()) {
      connection = idle.pollFirst();
    }
    return connection;
  }

  /** Takes a connection back that is ready for another request. */
  void giveBack(UpstreamConnection connection) {
    if (idle.size() >= MAX_IDLE) {
      connection.close();
      return;
    }
    connection.park(System.nanoTime());
    idle.addFirst(connection);
    if (!sweeping) {
      sweeping = true;
      thread.executeAfter(this::sweep, SWEEP_SECONDS, TimeUnit.SECONDS);
    }
  }

  private void sweep() {
    long now = System.nanoTime();
    idle.removeIf(connection -> {
      boolean late = !connection.isOpen() || now - connection.idleSince() > MAX_IDLE_NANOS;
      if (late) {
        connection.close();
      }
      return late;
    });
    sweeping = !idle.isEmpty();
    if (sweeping) {
      thread.executeAfter(this::sweep, SWEEP_SECONDS, TimeUnit.SECONDS);
    }
  }
}

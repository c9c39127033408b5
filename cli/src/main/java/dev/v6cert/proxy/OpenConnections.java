package dev.v6cert.proxy;

import io.undertow.server.ServerConnection;
import java.lang.ref.WeakReference;
import java.net.SocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.XnioIoThread;

/**
 * The connections that clients have to one address. One that makes no request in time is closed. It
 * is called on the I/O thread of the connection.
 */
final class OpenConnections {

  /** A flood of connections that end without a request leaves no more than those of this time. */
  private static final long LOOK_MILLIS = 1_000;

  private final int most;
  private final Map<SocketAddress, Silent> silent = new ConcurrentHashMap<>();
  private final Set<XnioIoThread> looking = ConcurrentHashMap.newKeySet();
  private final AtomicInteger heard = new AtomicInteger();

  /**
   * None so far.
   *
   * @param firstMillis the time until the first request
   */
  OpenConnections(long firstMillis) {
    this.most = (int) Math.max(1, firstMillis / LOOK_MILLIS);
  }

  /** A connection that has made no request yet. Nothing else keeps a closed one in memory. */
  private static final class Silent {
    private final XnioIoThread thread;
    private final WeakReference<StreamConnection> connection;
    private int looks;

    Silent(StreamConnection connection) {
      this.thread = connection.getIoThread();
      this.connection = new WeakReference<>(connection);
    }

    /** Whether it has ended, which it does after so many looks. */
    boolean isOver(int most) {
      StreamConnection one = connection.get();
      if (one != null && ++looks >= most) {
        IoUtils.safeClose(one);
      }
      return one == null || !one.isOpen();
    }
  }

  /** Adds one, which is to make its first request in time. */
  void add(StreamConnection connection) {
    SocketAddress peer = connection.getPeerAddress();
    if (peer != null) { // It may have gone.
      Silent one = new Silent(connection);
      silent.put(peer, one);
      lookLater(one.thread);
    }
  }

  /** Counts the connection among those that have made a request. */
  void hear(ServerConnection connection) {
    SocketAddress peer = connection.getPeerAddress();
    if (peer != null && silent.remove(peer) != null) {
      heard.incrementAndGet();
      connection.addCloseListener(_ -> heard.decrementAndGet());
    }
  }

  /** The number of connections, some of which may have ended within the last second. */
  int count() {
    return heard.get() + silent.size();
  }

  private void lookLater(XnioIoThread thread) {
    if (looking.add(thread)) {
      try {
        thread.executeAfter(() -> look(thread), LOOK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        // The front ends, and with its threads all connections.
      }
    }
  }

  /**
   * Looks at those of a thread. It counts how often, rather than the time: a thread that is busy
   * looks late, and reads in between.
   */
  private void look(XnioIoThread thread) {
    looking.remove(thread);
    silent.values().removeIf(one -> one.thread.equals(thread) && one.isOver(most));
    for (Silent one : silent.values()) {
      if (one.thread.equals(thread)) {
        lookLater(thread);
        return;
      }
    }
  }
}

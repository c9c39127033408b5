package dev.v6cert.proxy.inspect;

import io.undertow.server.handlers.sse.ServerSentEventConnection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;

/** The pages that are open; each gets the events, and is cut where it does not take them. */
final class Viewers {

  static final int MAX = 8;

  /** The most that waits for a page; one that is hidden on a phone takes nothing for a while. */
  private static final int MAX_WAITING = 256 * 1024;

  private static final long KEEP_ALIVE_MILLIS = 15_000;

  private final List<Viewer> viewers = new CopyOnWriteArrayList<>();
  private volatile boolean any;

  /** Whether somebody looks. */
  boolean any() {
    return any;
  }

  boolean isFull() {
    return viewers.size() >= MAX;
  }

  /** Takes a page in. */
  Viewer add(ServerSentEventConnection connection) {
    Viewer viewer = new Viewer(connection);
    connection.setKeepAliveTime(KEEP_ALIVE_MILLIS);
    connection.addCloseTask(_ -> remove(viewer));
    synchronized (this) {
      viewers.add(viewer);
      any = true;
    }
    if (!connection.isOpen()) {
      remove(viewer);
    }
    return viewer;
  }

  private synchronized void remove(Viewer viewer) {
    viewers.remove(viewer);
    any = !viewers.isEmpty();
  }

  void send(String event) {
    for (Viewer viewer : viewers) {
      viewer.offer(event);
    }
  }

  void close() {
    for (Viewer viewer : viewers) {
      IoUtils.safeClose(viewer.connection);
    }
  }

  /** One page: an event is on its way at most, the others wait and go together. */
  final class Viewer implements ServerSentEventConnection.EventCallback {
    private final ServerSentEventConnection connection;
    private @Nullable StringBuilder waiting;

    Viewer(ServerSentEventConnection connection) {
      this.connection = connection;
    }

    void offer(String event) {
      synchronized (this) {
        StringBuilder before = waiting;
        if (before != null) {
          if (before.length() + event.length() > MAX_WAITING) {
            IoUtils.safeClose(connection); // The page connects again, and gets the list anew.
          } else {
            before.append(before.isEmpty() ? "" : "\n").append(event);
          }
          return;
        }
        waiting = new StringBuilder();
      }
      connection.send(event, this);
    }

    @Override
    public void done(ServerSentEventConnection sent, String data, String event, String id) {
      String next;
      synchronized (this) {
        StringBuilder before = waiting;
        if (before == null || before.isEmpty()) {
          waiting = null;
          return;
        }
        next = before.toString();
        before.setLength(0);
      }
      connection.send(next, this);
    }

    @Override
    public void failed(
        ServerSentEventConnection cut,
        String data,
        String event,
        String id,
        java.io.IOException why) {
      remove(this);
      IoUtils.safeClose(connection);
    }
  }
}

package dev.v6cert.dns.postgres;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the copy like the database, on one connection that is told of every commit. Notifications
 * are lost while it is broken, so everything is read anew after each reconnection; and every ten
 * seconds it looks by itself, by which it also finds out that the connection is broken.
 */
final class Follower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

  private static final Duration LOOK = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration CLEANING = Duration.ofHours(1);

  private final Connections connections;
  private final Replica replica;
  private final Consumer<String> broken;
  private final Thread thread =
      Thread.ofPlatform().daemon().name("dns-follow").unstarted(this::run);
  private volatile @Nullable Connection connection;
  private volatile boolean connected;
  private volatile boolean closed;
  private volatile long size;
  private long cleaned = System.nanoTime();

  /**
   * A follower that does nothing yet.
   *
   * @param broken told of the reason whenever the connection breaks
   */
  Follower(Connections connections, Replica replica, Consumer<String> broken) {
    this.connections = connections;
    this.replica = replica;
    this.broken = broken;
  }

  /**
   * Connects, and reads everything.
   *
   * @return the version of the tables; where it is not ours, nothing was read
   */
  int connect() throws SQLException, IOException {
    Connection next = connections.lasting();
    connection = next;
    int version = Tables.create(next);
    if (version == Tables.VERSION) {
      try (Statement statement = next.createStatement()) {
        boolean _ = statement.execute("listen " + Tables.CHANNEL);
      }
      replica.reread(next); // After the LISTEN, so that nothing is between them.
      size = Tables.size(next);
      connected = true;
    }
    return version;
  }

  /** Follows from now on, over the connection that is there. */
  void start() {
    thread.start();
  }

  /** Whether the copy is kept like the database now. */
  boolean isConnected() {
    return connected;
  }

  /** The size of the content in the database, in octets. */
  long size() {
    return size;
  }

  /** Has everything read anew: the database has become another one. */
  void reconnect() {
    connected = false;
    abort();
  }

  private void run() {
    while (!closed) {
      try {
        Connection now = connection;
        if (!connected || now == null) {
          if (connect() != Tables.VERSION) {
            throw new IOException("its tables are of another version");
          }
        } else {
          follow(now);
        }
      } catch (SQLException | IOException | RuntimeException e) {
        connected = false;
        abort();
        if (!closed) {
          LOG.debug("the connection for notifications is broken", e);
          broken.accept(Failures.text(e));
          pause();
        }
      }
    }
  }

  private void follow(Connection now) throws SQLException, IOException {
    PGNotification[] told = now.unwrap(PGConnection.class).getNotifications((int) LOOK.toMillis());
    if (closed) {
      return;
    }
    boolean idle = told == null || told.length == 0;
    if (idle || isNews(told[told.length - 1])) {
      replica.catchUp(now);
    }
    if (idle) {
      size = Tables.size(now);
      long time = System.nanoTime();
      if (time - cleaned > CLEANING.toNanos()) {
        cleaned = time;
        Tables.prune(now);
      }
    }
  }

  /** Whether a notification is of something that this server has not written or read already. */
  private boolean isNews(PGNotification notification) {
    try {
      return Long.parseLong(notification.getParameter()) > replica.table().serial();
    } catch (NumberFormatException e) {
      return true;
    }
  }

  private void pause() {
    try {
      Thread.sleep(RETRY);
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  private void abort() {
    Connection now = connection;
    connection = null;
    if (now != null) {
      try {
        now.abort(Runnable::run);
      } catch (SQLException e) {
        LOG.debug("while closing a connection", e);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    abort();
    thread.interrupt();
  }
}

package dev.v6cert.dns.transport;

import dev.v6cert.dns.guard.ConnectionTable;
import dev.v6cert.dns.guard.TcpLimits;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;

/** All TCP clients of a server, whichever socket they came in by; each on a virtual thread. */
final class TcpConnections implements AutoCloseable {
  private static final Duration SWEEP = Duration.ofSeconds(1);

  private final MessageHandler handler;
  private final TcpLimits limits;
  private final ConnectionTable<Socket> table;
  private final Thread sweeper = Thread.ofVirtual().name("dns-tcp-sweeper").unstarted(this::sweep);
  private volatile boolean closed;

  TcpConnections(MessageHandler handler, TcpLimits limits) {
    this.handler = handler;
    this.limits = limits;
    this.table = new ConnectionTable<>(limits);
  }

  void start() {
    sweeper.start();
  }

  /** Serves a client that was just accepted, in the background. */
  void serve(Socket socket) {
    table
        .add(socket, socket.getInetAddress(), System.nanoTime())
        .ifPresent(TcpConnections::closeQuietly);
    if (closed) {
      closeQuietly(socket);
      return;
    }
    Thread.ofVirtual().name("dns-tcp").start(() -> run(socket));
  }

  private void run(Socket socket) {
    Runnable progress = () -> table.touch(socket, System.nanoTime());
    try (socket) {
      new TcpConnection(socket, handler, limits, progress).serve();
    } catch (IOException | OutOfMemoryError e) {
      // The client went away or stood still, which is its own affair and too common to tell of; or
      // a large file is being read, whose reader tells of it. It may connect again.
    } finally {
      table.remove(socket);
    }
  }

  /**
   * Closes what does not get on although its own deadlines have passed: a client that takes no
   * answers holds its thread in a write, which has no time-out.
   */
  private void sweep() {
    Duration patience = limits.idle().plus(limits.frame()).plus(SWEEP);
    try {
      while (!closed) {
        Thread.sleep(SWEEP);
        table
            .removeUntouchedSince(System.nanoTime() - patience.toNanos())
            .forEach(TcpConnections::closeQuietly);
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  @Override
  public void close() {
    closed = true;
    sweeper.interrupt();
    table.removeAll().forEach(TcpConnections::closeQuietly);
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Nothing is left to be done with it.
    }
  }
}

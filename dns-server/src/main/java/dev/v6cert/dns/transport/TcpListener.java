package dev.v6cert.dns.transport;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.locks.LockSupport;

/** Accepts TCP clients on one socket, on a platform thread of its own. */
final class TcpListener {
  private static final long PAUSE_AFTER_FAILURE_NANOS = 10_000_000;

  private final ServerSocket server;
  private final TcpConnections connections;
  private final Thread thread;

  TcpListener(ServerSocket server, TcpConnections connections, String name) {
    this.server = server;
    this.connections = connections;
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    while (!server.isClosed()) {
      try {
        connections.serve(server.accept());
      } catch (IOException | RuntimeException | OutOfMemoryError e) {
        // Too many open files, or a client that was gone again; the next one may do better.
        LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
      }
    }
  }

  /** The thread that serves; it ends when the socket is closed. */
  Thread thread() {
    return thread;
  }
}

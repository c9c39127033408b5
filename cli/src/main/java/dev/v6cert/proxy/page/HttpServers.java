package dev.v6cert.proxy.page;

import io.undertow.Undertow;
import java.io.IOException;
import java.net.InetSocketAddress;

/** The start and the end of a server of HTTP. */
public final class HttpServers {

  private HttpServers() {}

  /**
   * Builds and starts it.
   *
   * @throws IOException when an address cannot be bound, with the system's reason
   */
  public static Undertow start(Undertow.Builder builder) throws IOException {
    Undertow server = builder.build();
    try {
      server.start();
    } catch (RuntimeException e) { // Undertow wraps what the socket says.
      server.stop();
      throw e.getCause() instanceof IOException why ? why : new IOException(e);
    }
    return server;
  }

  /** The first address that it listens on. */
  public static InetSocketAddress address(Undertow server) {
    return (InetSocketAddress) server.getListenerInfo().getFirst().getAddress();
  }

  /** Stops it and waits for its threads, even where this one is interrupted, which it stays. */
  public static void stop(Undertow server) {
    boolean interrupted = Thread.interrupted(); // Undertow would not wait for its own threads.
    server.stop();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

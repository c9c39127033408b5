package dev.v6cert.proxy;

import dev.v6cert.base.TlsContexts;
import dev.v6cert.proxy.gate.Gate;
import dev.v6cert.proxy.inspect.Recorder;
import dev.v6cert.proxy.limit.Capacity;
import dev.v6cert.proxy.page.FaultPages;
import dev.v6cert.proxy.upstream.UpstreamHandler;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.GracefulShutdownHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A server of HTTP/1.1 and HTTP/2 over TLS, and the one on port 80 beside it, until closed.
 *
 * <p>Requests are served on the I/O threads, without a thread for each, and are streamed both ways
 * in constant memory.
 */
public final class Front implements AutoCloseable {

  /** The time for running responses to end; the process is to be gone within two seconds. */
  private static final long GRACE_MILLIS = 700;

  private final Acceptor acceptor;
  private final GracefulShutdownHandler running;
  private final List<UpstreamHandler> upstreams;
  private long graceEnd;

  private Front(
      Acceptor acceptor, GracefulShutdownHandler running, List<UpstreamHandler> upstreams) {
    this.acceptor = acceptor;
    this.running = running;
    this.upstreams = upstreams;
  }

  /**
   * The clients that are served, and the servers behind.
   *
   * @param names the names that it answers to
   * @param keys the certificates
   * @param gate decides on each request
   * @param routes at least one; no two of the same prefix
   * @param listener hears of each request
   * @param recorder keeps requests for people to look at
   * @param capacity the connections that may be open at a time
   */
  public record Site(
      PublicNames names,
      CertificateKeys keys,
      Gate gate,
      List<Route> routes,
      Traffic.Listener listener,
      Recorder recorder,
      Capacity capacity) {}

  /**
   * Listens for HTTPS.
   *
   * @throws IOException when the address cannot be bound, with the system's reason
   */
  public static Front https(InetSocketAddress address, Site site) throws IOException {
    List<UpstreamHandler> upstreams = new ArrayList<>();
    GracefulShutdownHandler running =
        new GracefulShutdownHandler(
            new FrontHandler(site, route -> handler(route, site.capacity(), upstreams)));
    return new Front(
        Acceptor.https(address, TlsContexts.server(site.keys()), site.capacity(), running),
        running,
        upstreams);
  }

  /**
   * Listens for plain HTTP, which is redirected.
   *
   * @param httpsPort the port on which clients reach the other one
   * @param capacity the connections that may be open at a time
   * @throws IOException when the address cannot be bound, with the system's reason
   */
  public static Front http(
      InetSocketAddress address, PublicNames names, int httpsPort, Capacity capacity)
      throws IOException {
    GracefulShutdownHandler running =
        new GracefulShutdownHandler(new RedirectHandler(names, httpsPort));
    return new Front(Acceptor.http(address, capacity, running), running, List.of());
  }

  private static HttpHandler handler(
      Route route, Capacity capacity, List<UpstreamHandler> upstreams) {
    return switch (route.target()) {
      case Route.Target.Server(var upstream) -> {
        UpstreamHandler handler = new UpstreamHandler(upstream, new FaultPages(), capacity.slots());
        upstreams.add(handler);
        yield handler;
      }
      case Route.Target.Folder(var root) -> new FolderHandler(route.prefix(), root);
    };
  }

  /** The address that it listens on. */
  public InetSocketAddress address() {
    return acceptor.address();
  }

  /** Takes as many connections at a time from now on; those that are more stay until they end. */
  public void limit(int connections) {
    acceptor.limit(connections);
  }

  /** The number of connections that clients have. */
  int connections() {
    return acceptor.count();
  }

  /** Takes no more connections and requests; running responses have a moment from now on to end. */
  public void shutdown() {
    if (graceEnd == 0) {
      graceEnd = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GRACE_MILLIS);
      acceptor.refuse();
      running.shutdown();
    }
  }

  /** Ends, after that moment at the latest. */
  @Override
  public void close() {
    shutdown();
    try {
      long left = TimeUnit.NANOSECONDS.toMillis(graceEnd - System.nanoTime());
      boolean _ = running.awaitShutdown(Math.max(1, left));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // They are cut, then.
    }
    boolean interrupted = Thread.interrupted(); // XNIO would not wait for its own threads.
    acceptor.close();
    upstreams.forEach(UpstreamHandler::close);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

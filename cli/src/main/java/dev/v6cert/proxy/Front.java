package dev.v6cert.proxy;

import dev.v6cert.base.TlsContexts;
import dev.v6cert.proxy.gate.Gate;
import dev.v6cert.proxy.inspect.Recorder;
import dev.v6cert.proxy.page.FaultPages;
import dev.v6cert.proxy.page.HttpServers;
import dev.v6cert.proxy.upstream.UpstreamHandler;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.GracefulShutdownHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.xnio.Options;

/**
 * A server of HTTP/1.1 and HTTP/2 over TLS, and the one on port 80 beside it, until closed.
 *
 * <p>Requests are served on the I/O threads, without a thread for each, and are streamed both ways
 * in constant memory.
 */
public final class Front implements AutoCloseable {

  /** Under the 16 KB of a TLS record, so that a full buffer is one record. */
  private static final int BUFFER = 16_364;

  private static final int MAX_HEADER = 64 * 1024;
  private static final int MAX_STREAMS = 250;
  private static final int MAX_CONNECTIONS = 4_000;
  private static final int PARSE_MILLIS = 10_000;
  private static final int IDLE_MILLIS = 60_000;

  /** The time for running responses to end; the process is to be gone within two seconds. */
  private static final long GRACE_MILLIS = 700;

  static {
    // Read by Undertow when its HTTP/2 class is loaded. Cookies of localhost pile up beyond 20,000.
    System.setProperty("io.undertow.http2-max-header-size", Integer.toString(MAX_HEADER));
  }

  private final Undertow server;
  private final GracefulShutdownHandler running;

  private Front(Undertow server, GracefulShutdownHandler running) {
    this.server = server;
    this.running = running;
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
   */
  public record Site(
      PublicNames names,
      CertificateKeys keys,
      Gate gate,
      List<Route> routes,
      Traffic.Listener listener,
      Recorder recorder) {}

  /**
   * Listens for HTTPS.
   *
   * @throws IOException when the address cannot be bound, with the system's reason
   */
  public static Front https(InetSocketAddress address, Site site) throws IOException {
    FrontHandler handler = new FrontHandler(site, Front::handler);
    int threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 4);
    return start(
        builder(threads)
            .addHttpsListener(
                address.getPort(),
                address.getAddress().getHostAddress(),
                TlsContexts.server(site.keys()))
            .setServerOption(UndertowOptions.ENABLE_HTTP2, true)
            .setServerOption(UndertowOptions.HTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, MAX_STREAMS)
            .setServerOption(UndertowOptions.HTTP2_SETTINGS_ENABLE_PUSH, false),
        handler);
  }

  /**
   * Listens for plain HTTP, which is redirected.
   *
   * @param httpsPort the port on which clients reach the other one
   * @throws IOException when the address cannot be bound, with the system's reason
   */
  public static Front http(InetSocketAddress address, PublicNames names, int httpsPort)
      throws IOException {
    return start(
        builder(1).addHttpListener(address.getPort(), address.getAddress().getHostAddress()),
        new RedirectHandler(names, httpsPort));
  }

  private static HttpHandler handler(Route route) {
    return switch (route.target()) {
      case Route.Target.Server(var upstream) -> new UpstreamHandler(upstream, new FaultPages());
      case Route.Target.Folder(var root) -> new FolderHandler(route.prefix(), root);
    };
  }

  private static Undertow.Builder builder(int threads) {
    return Undertow.builder()
        .setIoThreads(threads)
        .setWorkerThreads(threads * 4)
        .setBufferSize(BUFFER)
        .setDirectBuffers(true)
        .setSocketOption(Options.CONNECTION_HIGH_WATER, MAX_CONNECTIONS)
        .setSocketOption(Options.CONNECTION_LOW_WATER, MAX_CONNECTIONS)
        .setSocketOption(Options.TCP_NODELAY, true)
        .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, -1L)
        .setServerOption(UndertowOptions.MAX_HEADER_SIZE, MAX_HEADER)
        .setServerOption(UndertowOptions.MAX_PARAMETERS, Integer.MAX_VALUE)
        .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, PARSE_MILLIS)
        .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, IDLE_MILLIS)
        .setServerOption(UndertowOptions.DECODE_URL, false)
        .setServerOption(UndertowOptions.ALWAYS_SET_KEEP_ALIVE, false)
        .setServerOption(UndertowOptions.ALLOW_UNESCAPED_CHARACTERS_IN_URL, true);
  }

  private static Front start(Undertow.Builder builder, HttpHandler handler) throws IOException {
    GracefulShutdownHandler running = new GracefulShutdownHandler(handler);
    return new Front(HttpServers.start(builder.setHandler(running)), running);
  }

  /** The address that it listens on. */
  public InetSocketAddress address() {
    return HttpServers.address(server);
  }

  /** Lets running responses end for a moment, and ends. */
  @Override
  public void close() {
    running.shutdown();
    try {
      boolean _ = running.awaitShutdown(GRACE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // They are cut, then.
    }
    HttpServers.stop(server);
  }
}

package dev.v6cert.proxy;

import dev.v6cert.base.HttpDate;
import dev.v6cert.proxy.limit.Capacity;
import io.undertow.UndertowOptions;
import io.undertow.connector.ByteBufferPool;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.AlpnOpenListener;
import io.undertow.server.protocol.http.HttpOpenListener;
import io.undertow.server.protocol.http2.Http2OpenListener;
import io.undertow.util.Headers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import org.xnio.ChannelListener;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;

/**
 * Takes the connections of clients, as many as there may be at a time, and reads requests from
 * them. Undertow's own builder has no time limit for a connection before its first request: whoever
 * connects and says nothing, in the TLS handshake or after it, would hold its place for ever.
 */
final class Acceptor implements AutoCloseable {

  /** Under the 16 KB of a TLS record, so that a full buffer is one record. */
  private static final int BUFFER = 16_364;

  private static final int MAX_HEADER = 64 * 1024;
  private static final int MAX_STREAMS = 250;
  private static final int BACKLOG = 1_000;
  private static final int PARSE_MILLIS = 10_000;

  /** Browsers keep connections for the next click. */
  private static final int IDLE_MILLIS = 60_000;

  /** Between requests where others wait for the connection's place. */
  private static final int SHORT_IDLE_MILLIS = 5_000;

  static {
    // Read by Undertow when its HTTP/2 class is loaded. Cookies of localhost pile up beyond 20,000.
    System.setProperty("io.undertow.http2-max-header-size", Integer.toString(MAX_HEADER));
  }

  private final XnioWorker worker;
  private final HttpHandler handler;
  private final Limits limits;
  private final ByteBufferPool buffers = new DefaultByteBufferPool(true, BUFFER, -1, 4);

  private final OpenConnections open;
  private final AtomicBoolean refusing = new AtomicBoolean();
  private volatile int connections;
  private Optional<Http2Connections> http2 = Optional.empty();
  private final AcceptingChannel<? extends StreamConnection> server;
  private final InetSocketAddress address;

  /**
   * The limits of connections.
   *
   * @param connections the most at a time
   * @param idleMillis between requests
   * @param firstMillis until the first request
   */
  private record Limits(int connections, int idleMillis, long firstMillis) {}

  private Acceptor(
      int threads,
      Limits limits,
      HttpHandler handler,
      InetSocketAddress address,
      Optional<SSLContext> tls)
      throws IOException {
    this.limits = limits;
    this.connections = limits.connections();
    this.open = new OpenConnections(limits.firstMillis());
    this.handler = exchange -> hear(exchange, handler);
    this.worker =
        Xnio.getInstance()
            .createWorker(
                OptionMap.builder()
                    .set(Options.WORKER_IO_THREADS, threads)
                    .set(Options.WORKER_TASK_CORE_THREADS, threads * 4)
                    .set(Options.WORKER_TASK_MAX_THREADS, threads * 4)
                    .getMap());
    try {
      this.server = tls.isPresent() ? listenHttps(address, tls.get()) : listenHttp(address);
    } catch (IOException | RuntimeException e) {
      worker.shutdownNow();
      throw e;
    }
    this.address = server.getLocalAddress(InetSocketAddress.class);
    server.resumeAccepts();
  }

  /**
   * Listens for HTTP/2 and HTTP/1.1 over TLS.
   *
   * @throws IOException when the address cannot be bound
   */
  static Acceptor https(
      InetSocketAddress address, SSLContext tls, Capacity capacity, HttpHandler handler)
      throws IOException {
    int threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 4);
    int idle = capacity.isScarce() ? SHORT_IDLE_MILLIS : IDLE_MILLIS;
    return new Acceptor(
        threads,
        new Limits(capacity.clients(), idle, capacity.firstRequestLimit().toMillis()),
        handler,
        address,
        Optional.of(tls));
  }

  /**
   * Listens for plain HTTP/1.1.
   *
   * @throws IOException when the address cannot be bound
   */
  static Acceptor http(InetSocketAddress address, Capacity capacity, HttpHandler handler)
      throws IOException {
    return new Acceptor(
        1,
        new Limits(
            capacity.redirects(), SHORT_IDLE_MILLIS, capacity.firstRequestLimit().toMillis()),
        handler,
        address,
        Optional.empty());
  }

  private AcceptingChannel<? extends StreamConnection> listenHttps(
      InetSocketAddress address, SSLContext tls) throws IOException {
    OptionMap options =
        requests()
            .set(UndertowOptions.ENABLE_HTTP2, true)
            .set(UndertowOptions.HTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, MAX_STREAMS)
            .set(UndertowOptions.HTTP2_SETTINGS_ENABLE_PUSH, false)
            .getMap();
    HttpOpenListener http1 = new HttpOpenListener(buffers, options);
    http1.setRootHandler(handler);
    Http2Connections http2 = new Http2Connections(buffers, options, handler);
    this.http2 = Optional.of(http2);
    AlpnOpenListener either = new AlpnOpenListener(buffers, options, http1);
    either.addProtocol(Http2OpenListener.HTTP2, http2, 10);
    UndertowXnioSsl ssl =
        new UndertowXnioSsl(
            Xnio.getInstance(), OptionMap.create(Options.USE_DIRECT_BUFFERS, true), tls);
    return ssl.createSslConnectionServer(
        worker, address, ChannelListeners.openListenerAdapter(noted(either)), sockets());
  }

  private AcceptingChannel<? extends StreamConnection> listenHttp(InetSocketAddress address)
      throws IOException {
    HttpOpenListener http1 = new HttpOpenListener(buffers, requests().getMap());
    http1.setRootHandler(handler);
    return worker.createStreamConnectionServer(
        address, ChannelListeners.openListenerAdapter(noted(http1)), sockets());
  }

  private OptionMap sockets() {
    return OptionMap.builder()
        .set(Options.WORKER_IO_THREADS, worker.getIoThreadCount())
        .set(Options.TCP_NODELAY, true)
        .set(Options.KEEP_ALIVE, true) // A phone that left ends its stream of events some time.
        .set(Options.REUSE_ADDRESSES, true)
        .set(Options.BALANCING_TOKENS, 0) // Else a thread that is full may be the one to accept.
        .set(Options.BACKLOG, BACKLOG)
        .set(Options.CONNECTION_HIGH_WATER, limits.connections())
        .set(Options.CONNECTION_LOW_WATER, limits.connections())
        .getMap();
  }

  private OptionMap.Builder requests() {
    return OptionMap.builder()
        .set(UndertowOptions.BUFFER_PIPELINED_DATA, true)
        .set(UndertowOptions.MAX_ENTITY_SIZE, -1L)
        .set(UndertowOptions.MAX_HEADER_SIZE, MAX_HEADER)
        .set(UndertowOptions.MAX_PARAMETERS, Integer.MAX_VALUE)
        .set(UndertowOptions.REQUEST_PARSE_TIMEOUT, PARSE_MILLIS)
        .set(UndertowOptions.NO_REQUEST_TIMEOUT, limits.idleMillis())
        .set(UndertowOptions.DECODE_URL, false)
        .set(UndertowOptions.ALWAYS_SET_KEEP_ALIVE, false)
        .set(UndertowOptions.ALWAYS_SET_DATE, false)
        .set(UndertowOptions.ALLOW_UNESCAPED_CHARACTERS_IN_URL, true);
  }

  private ChannelListener<StreamConnection> noted(ChannelListener<StreamConnection> protocol) {
    return connection -> {
      open.add(connection);
      protocol.handleEvent(connection);
    };
  }

  private void hear(HttpServerExchange exchange, HttpHandler next) throws Exception {
    open.hear(exchange.getConnection());
    exchange.getResponseHeaders().put(Headers.DATE, HttpDate.now());
    if (open.count() >= connections && exchange.isHttp11()) {
      leaveNext(exchange);
    }
    next.handleRequest(exchange);
  }

  /** Has the connection end with its response: others wait for its place. */
  private static void leaveNext(HttpServerExchange exchange) {
    if (!exchange.getRequestHeaders().contains(Headers.UPGRADE)) {
      exchange.setPersistent(false);
    }
  }

  /** Takes as many connections at a time from now on; those that are more stay until they end. */
  void limit(int most) {
    connections = most;
    try {
      server.setOption(Options.CONNECTION_HIGH_WATER, most);
      server.setOption(Options.CONNECTION_LOW_WATER, most);
    } catch (IOException e) {
      throw new IllegalStateException("the server has no limit of connections", e);
    }
  }

  /** The number of connections. */
  int count() {
    return open.count();
  }

  /** The address that it listens on. */
  InetSocketAddress address() {
    return address;
  }

  /** Takes no more connections. */
  void refuse() {
    if (refusing.compareAndSet(
        false, true)) { // Once its threads are gone, XNIO would wait for them.
      IoUtils.safeClose(server);
    }
  }

  /** Closes every connection, and ends. */
  @Override
  public void close() {
    refuse();
    try {
      if (http2.isPresent()) {
        http2.get().goAway();
      }
      worker.shutdown();
      worker.awaitTermination();
    } catch (InterruptedException e) {
      worker.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}

package dev.v6cert.proxy.page;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.xnio.Options;

/** A server for a few small files in memory; every other path is not found. */
public final class FilePages implements AutoCloseable {

  private static final int MAX_CONNECTIONS = 64;
  private static final int MAX_HEADER = 8 * 1024;
  private static final int LIMIT_MILLIS = 10_000;

  private static final HttpString OPTIONS = new HttpString("X-Content-Type-Options");
  private static final HttpString POLICY = new HttpString("Content-Security-Policy");

  /**
   * A file.
   *
   * @param type its media type
   * @param name of the file that it is stored in; empty where a browser shows it
   * @param policy more directives of the content security policy, which permits styles alone
   * @param content for a client that names itself in {@code User-Agent}
   */
  public record Content(
      String type, Optional<String> name, String policy, Function<String, byte[]> content) {

    /** A file that is the same for everybody. */
    public static Content of(String type, Optional<String> name, byte[] octets) {
      return new Content(type, name, "", _ -> octets);
    }
  }

  private final Undertow server;

  private FilePages(Undertow server) {
    this.server = server;
  }

  /**
   * Listens and serves the files, each at its path.
   *
   * @param tls for HTTPS; empty for plain HTTP
   * @throws IOException when the address cannot be bound
   */
  public static FilePages start(
      InetSocketAddress address, Optional<SSLContext> tls, Map<String, Content> files)
      throws IOException {
    String host = address.getAddress().getHostAddress();
    Undertow.Builder builder = Undertow.builder();
    builder =
        tls.isPresent()
            ? builder.addHttpsListener(address.getPort(), host, tls.get())
            : builder.addHttpListener(address.getPort(), host);
    builder =
        builder
            .setHandler(exchange -> serve(exchange, files))
            .setIoThreads(1)
            .setWorkerThreads(1)
            .setDirectBuffers(false)
            .setSocketOption(Options.CONNECTION_HIGH_WATER, MAX_CONNECTIONS)
            .setSocketOption(Options.CONNECTION_LOW_WATER, MAX_CONNECTIONS)
            .setServerOption(UndertowOptions.MAX_HEADER_SIZE, MAX_HEADER)
            .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, LIMIT_MILLIS)
            .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, LIMIT_MILLIS)
            .setServerOption(UndertowOptions.IDLE_TIMEOUT, LIMIT_MILLIS)
            .setServerOption(UndertowOptions.DECODE_URL, false);
    return new FilePages(HttpServers.start(builder));
  }

  /** The port that it listens on. */
  public int port() {
    return HttpServers.address(server).getPort();
  }

  private static void serve(HttpServerExchange exchange, Map<String, Content> files) {
    boolean reads =
        exchange.getRequestMethod().equals(Methods.GET)
            || exchange.getRequestMethod().equals(Methods.HEAD);
    Content file = files.get(exchange.getRequestPath());
    if (file == null || !reads) {
      exchange.setStatusCode(file == null ? StatusCodes.NOT_FOUND : StatusCodes.METHOD_NOT_ALLOWED);
      exchange.setPersistent(false);
      exchange.endExchange();
      return;
    }
    String agent = exchange.getRequestHeaders().getFirst(Headers.USER_AGENT);
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, file.type());
    exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-store");
    exchange.getResponseHeaders().put(OPTIONS, "nosniff");
    exchange
        .getResponseHeaders()
        .put(
            POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
                + file.policy());
    file.name()
        .ifPresent(name ->
            exchange
                .getResponseHeaders()
                .put(Headers.CONTENT_DISPOSITION, "attachment; filename=\"" + name + "\""));
    exchange
        .getResponseSender()
        .send(ByteBuffer.wrap(file.content().apply(agent == null ? "" : agent)));
  }

  /** Stops, and closes every connection. */
  @Override
  public void close() {
    HttpServers.stop(server);
  }
}

package dev.v6cert.proxy.inspect;

import dev.v6cert.proxy.page.HttpServers;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.sse.ServerSentEventHandler;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A server on loopback that shows the requests of a {@link Recorder}, until closed.
 *
 * <pre>
 *   GET  /                       the page, and its style and script
 *   GET  /events                 lines of the list, as server-sent events
 *   GET  /requests/ID            all that is known of one
 *   POST /requests/ID/replay     sends it again
 *   POST /bodies/on, /bodies/off keeps bodies from now on
 * </pre>
 */
public final class Inspector implements AutoCloseable {

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final Map<HttpString, String> ALWAYS =
      Map.of(
          new HttpString("Content-Security-Policy"),
          POLICY,
          new HttpString("Cross-Origin-Resource-Policy"),
          "same-origin",
          new HttpString("Cross-Origin-Opener-Policy"),
          "same-origin",
          new HttpString("X-Content-Type-Options"),
          "nosniff",
          new HttpString("X-Frame-Options"),
          "DENY",
          new HttpString("Referrer-Policy"),
          "no-referrer",
          Headers.CACHE_CONTROL,
          "no-store");

  private static final Map<String, String> FILES =
      Map.of(
          "/", "text/html; charset=utf-8",
          "/inspector.css", "text/css; charset=utf-8",
          "/inspector.js", "text/javascript; charset=utf-8");

  private static final String REQUESTS = "/requests/";
  private static final String REPLAY = "/replay";
  private static final int MAX_HEADER = 16 * 1024;
  private static final int MAX_CONNECTIONS = 64;

  private final Undertow server;
  private final Recorder recorder;

  private Inspector(Undertow server, Recorder recorder) {
    this.server = server;
    this.recorder = recorder;
  }

  /**
   * Listens on both loopback addresses, or on that of IPv4 where there is no other.
   *
   * @param port 1 to 65535, or 0 for any, on IPv4 alone
   * @param front the address of the front, for requests that are sent again; empty while none
   *     listens
   * @throws IOException when the port cannot be bound, with the system's reason
   */
  public static Inspector start(
      int port, Recorder recorder, Supplier<Optional<InetSocketAddress>> front) throws IOException {
    HttpHandler handler = handler(recorder, new Replay(front, recorder));
    if (port > 0) {
      try {
        return start(builder(port).addHttpListener(port, "::1"), handler, recorder);
      } catch (IOException e) {
        // Without IPv6, or with its port in use; the other one decides.
      }
    }
    return start(builder(port), handler, recorder);
  }

  private static Undertow.Builder builder(int port) {
    return Undertow.builder()
        .setIoThreads(1)
        .setWorkerThreads(1)
        .setSocketOption(org.xnio.Options.CONNECTION_HIGH_WATER, MAX_CONNECTIONS)
        .setSocketOption(org.xnio.Options.CONNECTION_LOW_WATER, MAX_CONNECTIONS)
        .setServerOption(UndertowOptions.MAX_HEADER_SIZE, MAX_HEADER)
        .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, 0L + MAX_HEADER)
        .addHttpListener(port, "127.0.0.1");
  }

  private static Inspector start(Undertow.Builder builder, HttpHandler handler, Recorder recorder)
      throws IOException {
    return new Inspector(HttpServers.start(builder.setHandler(handler)), recorder);
  }

  /** The port that it listens on. */
  public int port() {
    return HttpServers.address(server).getPort();
  }

  private static HttpHandler handler(Recorder recorder, Replay replay) {
    ServerSentEventHandler events =
        new ServerSentEventHandler((connection, _) -> recorder.watch(connection));
    return exchange -> {
      ALWAYS.forEach(exchange.getResponseHeaders()::put);
      if (!OriginCheck.makes(exchange)) {
        answer(exchange, StatusCodes.FORBIDDEN, "this is for its own page on this machine only");
        return;
      }
      String path = exchange.getRequestPath();
      if (exchange.getRequestMethod().equals(Methods.POST)) {
        post(exchange, path, recorder, replay);
      } else if (!exchange.getRequestMethod().equals(Methods.GET)) {
        answer(exchange, StatusCodes.METHOD_NOT_ALLOWED, "");
      } else if (path.equals("/events")) {
        events.handleRequest(exchange);
      } else if (path.startsWith(REQUESTS)) {
        show(exchange, recorder.find(id(path.substring(REQUESTS.length()))));
      } else {
        file(exchange, path);
      }
    };
  }

  private static void post(
      HttpServerExchange exchange, String path, Recorder recorder, Replay replay) {
    if (path.equals("/bodies/on") || path.equals("/bodies/off")) {
      recorder.keepBodies(path.endsWith("on"));
      answer(exchange, StatusCodes.NO_CONTENT, "");
      return;
    }
    Optional<RecordedRequest> first =
        path.startsWith(REQUESTS) && path.endsWith(REPLAY)
            ? recorder.find(id(path.substring(REQUESTS.length(), path.length() - REPLAY.length())))
            : Optional.empty();
    if (first.isEmpty()) {
      answer(exchange, StatusCodes.NOT_FOUND, "it is kept no longer");
      return;
    }
    Optional<String> obstacle = Replay.obstacle(first.get());
    if (obstacle.isPresent()) {
      answer(exchange, StatusCodes.CONFLICT, obstacle.get());
      return;
    }
    exchange.dispatch(
        Thread::startVirtualThread,
        () -> {
          try {
            replay.send(first.get());
            answer(exchange, StatusCodes.NO_CONTENT, "");
          } catch (IOException e) {
            answer(exchange, StatusCodes.BAD_GATEWAY, "it could not be sent: " + e.getMessage());
          }
        });
  }

  private static long id(String text) {
    return text.matches("[0-9]{1,15}") ? Long.parseLong(text) : -1;
  }

  private static void show(HttpServerExchange exchange, Optional<RecordedRequest> one) {
    if (one.isEmpty()) {
      answer(exchange, StatusCodes.NOT_FOUND, "it is kept no longer");
      return;
    }
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
    exchange.getResponseSender().send(one.get().all().toString());
  }

  private static void file(HttpServerExchange exchange, String path) throws IOException {
    String type = FILES.get(path);
    if (type == null) {
      answer(exchange, StatusCodes.NOT_FOUND, "there is no such page");
      return;
    }
    String name = path.equals("/") ? "inspector.html" : path.substring(1);
    try (InputStream in = Inspector.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not in the program");
      }
      exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, type);
      exchange.getResponseSender().send(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static void answer(HttpServerExchange exchange, int status, String text) {
    exchange.setStatusCode(status);
    if (text.isEmpty()) {
      exchange.endExchange();
    } else {
      exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/plain; charset=utf-8");
      exchange.getResponseSender().send(text + "\n");
    }
  }

  @Override
  public void close() {
    recorder.close();
    HttpServers.stop(server);
  }
}

package dev.v6cert.proxy;

import dev.v6cert.proxy.gate.Gate;
import dev.v6cert.proxy.gate.TokenGate;
import dev.v6cert.proxy.inspect.Recorder;
import dev.v6cert.proxy.page.Page;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.Protocols;
import io.undertow.util.StatusCodes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * The way of every request: well-formed, for one of our names, let in by the gate, on its route.
 */
final class FrontHandler implements HttpHandler {

  private static final int MISDIRECTED = 421;
  private static final int MAX_LENGTH_DIGITS = 18;
  private static final HttpString REFERRER_POLICY = new HttpString("Referrer-Policy");

  private static final HttpString PROXY_CONNECTION = new HttpString("Proxy-Connection");

  private record Way(Route route, HttpHandler handler) {}

  private final PublicNames names;
  private final Gate gate;
  private final List<Way> ways = new ArrayList<>();
  private final Traffic.Listener listener;
  private final Recorder recorder;

  FrontHandler(Front.Site site, Function<Route, HttpHandler> handlers) {
    this.names = site.names();
    this.gate = site.gate();
    this.listener = site.listener();
    this.recorder = site.recorder();
    site.routes().stream()
        .sorted(Comparator.comparingInt((Route route) -> route.prefix().length()).reversed())
        .forEach(route -> ways.add(new Way(route, handlers.apply(route))));
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    listen(exchange);
    if (!isWellFormed(exchange)) {
      exchange.setPersistent(false);
      new Page(StatusCodes.BAD_REQUEST, "Bad request", "Its framing is not clear.").send(exchange);
      return;
    }
    if (exchange.getRequestHeaders().contains(Headers.TRANSFER_ENCODING)) {
      ChunkedRequest.read(exchange);
    }
    String host = exchange.getRequestHeaders().getFirst(Headers.HOST);
    if (host == null || !names.have(host)) {
      new Page(MISDIRECTED, "Misdirected request", "No such site is served here.").send(exchange);
      return;
    }
    if (recorder.isWatched() && recorder.takeReplay(exchange)) {
      route(exchange);
      return;
    }
    switch (gate.check(exchange)) {
      case Gate.Verdict.Pass() -> route(exchange);
      case Gate.Verdict.Enter(String location, String cookie) -> enter(exchange, location, cookie);
      case Gate.Verdict.Refused(String why) ->
          new Page(StatusCodes.FORBIDDEN, "Not open to everybody", why).send(exchange);
      case Gate.Verdict.AskPassword() -> {
        exchange
            .getResponseHeaders()
            .put(Headers.WWW_AUTHENTICATE, "Basic realm=\"v6cert\", charset=\"UTF-8\"");
        new Page(StatusCodes.UNAUTHORIZED, "Not open to everybody", "It takes a password.")
            .send(exchange);
      }
    }
  }

  /**
   * Whether it is for a path and no tunnel through us, and the body's length is beyond doubt: the
   * only coding is chunked, and there of HTTP/1.1.
   */
  private static boolean isWellFormed(HttpServerExchange exchange) {
    HeaderMap headers = exchange.getRequestHeaders();
    if (exchange.getRequestMethod().equals(Methods.CONNECT) || !hasPath(exchange)) {
      return false;
    }
    if (exchange.getProtocol().equals(Protocols.HTTP_2_0)
        && (headers.contains(Headers.KEEP_ALIVE)
            || headers.contains(PROXY_CONNECTION)
            || headers.contains(Http2Connections.OF_ANOTHER_HOST))) {
      return false; // Fields of a connection of HTTP/1.1 (RFC 9113 section 8.2.2), or two hosts.
    }
    HeaderValues lengths = headers.get(Headers.CONTENT_LENGTH);
    if (lengths != null && (lengths.size() != 1 || !isNumber(lengths.getFirst()))) {
      return false;
    }
    HeaderValues codings = headers.get(Headers.TRANSFER_ENCODING);
    if (codings == null) {
      return true;
    }
    return codings.size() == 1
        && codings.getFirst().equalsIgnoreCase("chunked")
        && exchange.getProtocol().equals(Protocols.HTTP_1_1)
        && !headers.contains(Headers.CONTENT_LENGTH);
  }

  /** Whether the target has a path (RFC 9112 section 3.2, RFC 9113 section 8.3.1). */
  private static boolean hasPath(HttpServerExchange exchange) {
    String target = exchange.getRequestURI();
    return target.startsWith("/")
        || exchange.isHostIncludedInRequestURI()
        || (target.equals("*") && exchange.getRequestMethod().equals(Methods.OPTIONS));
  }

  /** Whether it is digits and nothing else (RFC 9110 section 8.6), and not too many. */
  private static boolean isNumber(String length) {
    if (length.isEmpty() || length.length() > MAX_LENGTH_DIGITS) {
      return false;
    }
    for (int i = 0; i < length.length(); i++) {
      if (length.charAt(i) < '0' || length.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  private void route(HttpServerExchange exchange) throws Exception {
    String path = exchange.getRequestURI();
    for (Way way : ways) {
      if (way.route().matches(path)) {
        if (recorder.isWatched()) {
          recorder.begin(exchange, path(exchange), way.route().target().text());
        }
        way.handler().handleRequest(exchange);
        return;
      }
    }
    new Page(StatusCodes.NOT_FOUND, "Not found", "Nothing is served at this address.")
        .send(exchange);
  }

  private static void enter(HttpServerExchange exchange, String location, String cookie) {
    exchange.setStatusCode(StatusCodes.SEE_OTHER);
    exchange
        .getResponseHeaders()
        .put(Headers.LOCATION, location)
        .put(Headers.SET_COOKIE, cookie)
        .put(Headers.CACHE_CONTROL, "no-store")
        .put(REFERRER_POLICY, "no-referrer");
    exchange.endExchange();
  }

  private void listen(HttpServerExchange exchange) {
    long start = System.nanoTime();
    exchange.addExchangeCompleteListener((ended, next) -> {
      tell(ended, start);
      next.proceed();
    });
  }

  private void tell(HttpServerExchange exchange, long start) {
    String path = path(exchange);
    long nanos = System.nanoTime() - start;
    listener.ended(
        new Traffic(exchange.getRequestMethod().toString(), path, exchange.getStatusCode(), nanos));
    recorder.end(exchange, path, nanos);
  }

  private static String path(HttpServerExchange exchange) {
    String query = TokenGate.withoutToken(exchange.getQueryString());
    String path = exchange.getRequestURI();
    return query.isEmpty() ? path : path + "?" + query;
  }
}

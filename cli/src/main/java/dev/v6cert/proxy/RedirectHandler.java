package dev.v6cert.proxy;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;

/** Answers on port 80: sends clients of our names to the same address by HTTPS. */
final class RedirectHandler implements HttpHandler {

  private static final int HTTPS = 443;
  private static final int MISDIRECTED = 421;

  private final PublicNames names;
  private final int httpsPort;

  /**
   * A handler.
   *
   * @param httpsPort the port on which clients reach the front
   */
  RedirectHandler(PublicNames names, int httpsPort) {
    this.names = names;
    this.httpsPort = httpsPort;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) {
    exchange.setPersistent(false);
    String host = exchange.getRequestHeaders().getFirst(Headers.HOST);
    if (host == null || !names.have(host) || exchange.isHostIncludedInRequestURI()) {
      exchange.setStatusCode(MISDIRECTED);
    } else {
      exchange.setStatusCode(StatusCodes.TEMPORARY_REDIRECT);
      exchange.getResponseHeaders().put(Headers.LOCATION, location(exchange, host));
    }
    exchange.endExchange();
  }

  private String location(HttpServerExchange exchange, String host) {
    int colon = host.endsWith("]") ? -1 : host.lastIndexOf(':');
    String name = colon < 0 ? host : host.substring(0, colon);
    String query = exchange.getQueryString();
    return "https://"
        + name
        + (httpsPort == HTTPS ? "" : ":" + httpsPort)
        + exchange.getRequestURI()
        + (query.isEmpty() ? "" : "?" + query);
  }
}

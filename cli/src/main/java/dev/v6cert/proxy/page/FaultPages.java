package dev.v6cert.proxy.page;

import dev.v6cert.proxy.upstream.Upstream;
import dev.v6cert.proxy.upstream.UpstreamHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;

/** Pages for clients whose server behind gives no response. */
public final class FaultPages implements UpstreamHandler.Faults {

  private static final int LOOP_DETECTED = 508;
  private static final long RETRY_SECONDS = 5;

  @Override
  public void badRequest(HttpServerExchange exchange) {
    new Page(StatusCodes.BAD_REQUEST, "Bad request", "It has a character that no header may have.")
        .send(exchange);
  }

  @Override
  public void unreachable(HttpServerExchange exchange, Upstream upstream) {
    new Page(
            StatusCodes.BAD_GATEWAY,
            "Nothing answers on " + upstream,
            "Start the server there; this page tries again by itself.",
            true)
        .send(exchange);
  }

  @Override
  public void broken(HttpServerExchange exchange, Upstream upstream) {
    new Page(
            StatusCodes.BAD_GATEWAY,
            "No answer from " + upstream,
            "The server there closed the connection before it answered. This page tries again by"
                + " itself.",
            true)
        .send(exchange);
  }

  @Override
  public void malformed(HttpServerExchange exchange, Upstream upstream, String why) {
    new Page(
            StatusCodes.BAD_GATEWAY,
            "No usable answer from " + upstream,
            "What it sent is not a response of HTTP/1.1: " + why + ".")
        .send(exchange);
  }

  @Override
  public void crowded(HttpServerExchange exchange, Upstream upstream) {
    exchange.getResponseHeaders().put(Headers.RETRY_AFTER, RETRY_SECONDS);
    new Page(
            StatusCodes.SERVICE_UNAVAILABLE,
            "Too many requests at once",
            "Others wait for " + upstream + ", too. Try again in a few seconds.")
        .send(exchange);
  }

  @Override
  public void late(HttpServerExchange exchange, Upstream upstream) {
    new Page(
            StatusCodes.GATEWAY_TIME_OUT,
            "No connection to " + upstream,
            "The server there takes none at the moment. This page tries again by itself.",
            true)
        .send(exchange);
  }

  @Override
  public void loop(HttpServerExchange exchange, Upstream upstream) {
    new Page(
            LOOP_DETECTED,
            "This request runs in a circle",
            "The server on " + upstream + " sends it back to this address.")
        .send(exchange);
  }
}

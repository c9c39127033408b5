package dev.v6cert.proxy.upstream;

import dev.v6cert.proxy.limit.ConnectionSlots;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.HttpContinueReadHandler;
import io.undertow.util.Headers;
import io.undertow.util.SameThreadExecutor;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.xnio.OptionMap;
import org.xnio.Xnio;
import org.xnio.XnioIoThread;

/** Hands each request on to one upstream. */
public final class UpstreamHandler implements HttpHandler, AutoCloseable {

  /** Answers the client when there is no response to pass on; nothing of it has been sent. */
  public interface Faults {

    /** The request cannot be handed on as it is. */
    void badRequest(HttpServerExchange exchange);

    /** No connection could be made. */
    void unreachable(HttpServerExchange exchange, Upstream upstream);

    /** The connection ended before an answer. */
    void broken(HttpServerExchange exchange, Upstream upstream);

    /** The answer is not HTTP/1.1. */
    void malformed(HttpServerExchange exchange, Upstream upstream, String why);

    /** Every connection that there may be is in use, and has been for a while. */
    void crowded(HttpServerExchange exchange, Upstream upstream);

    /** The server took no connection in time. */
    void late(HttpServerExchange exchange, Upstream upstream);

    /** The request has been through this proxy already. */
    void loop(HttpServerExchange exchange, Upstream upstream);
  }

  private final Upstream upstream;
  private final Faults faults;
  private final ConnectionSlots slots;
  private final Dialer dialer;
  private final ResponseHeaders headers;
  private final Map<XnioIoThread, ConnectionPool> pools = new ConcurrentHashMap<>();
  private final HttpHandler next;

  /**
   * A handler.
   *
   * @param slots one for each connection to an upstream, this one or another
   */
  public UpstreamHandler(Upstream upstream, Faults faults, ConnectionSlots slots) {
    this.upstream = upstream;
    this.faults = faults;
    this.slots = slots;
    this.headers = new ResponseHeaders(upstream);
    this.dialer =
        new Dialer(
            upstream,
            upstream.tls()
                ? Optional.of(
                    new UndertowXnioSsl(
                        Xnio.getInstance(), OptionMap.EMPTY, UpstreamTrust.context(upstream)))
                : Optional.empty());
    this.next = new HttpContinueReadHandler(this::forward);
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    String via = exchange.getRequestHeaders().getFirst(ForwardedHead.VIA);
    if (via != null && via.contains(ForwardedHead.INSTANCE)) {
      faults.loop(exchange, upstream);
      return;
    }
    if (exchange.getRequestHeaders().contains(Headers.EXPECT)) {
      next.handleRequest(exchange);
    } else {
      forward(exchange);
    }
  }

  private void forward(HttpServerExchange exchange) {
    ConnectionPool pool =
        pools.computeIfAbsent(
            exchange.getIoThread(), thread -> new ConnectionPool(thread, dialer, slots));
    Forwarding forwarding = new Forwarding(exchange, upstream, headers, pool, faults);
    exchange.dispatch(SameThreadExecutor.INSTANCE, forwarding::begin);
  }

  /** Lets go of what outlives the connections, which end with the front. */
  @Override
  public void close() {
    pools.values().forEach(ConnectionPool::close);
    dialer.close();
  }
}

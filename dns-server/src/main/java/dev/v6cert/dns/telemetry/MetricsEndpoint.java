package dev.v6cert.dns.telemetry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.exporter.httpserver.MetricsHandler;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Serves the counters over HTTP: {@code /metrics} in the formats of Prometheus, and {@code
 * /healthz}, which answers 200 while the server runs.
 */
public final class MetricsEndpoint implements AutoCloseable {
  private static final int BACKLOG = 16;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * Binds the address; {@link #start} begins to answer.
   *
   * @throws IOException when it cannot be bound
   */
  public MetricsEndpoint(InetSocketAddress address, Counters counters) throws IOException {
    server = HttpServer.create(address, BACKLOG);
    PrometheusRegistry registry = new PrometheusRegistry();
    registry.register(new CounterMetrics(counters));
    MetricsHandler metrics = new MetricsHandler(registry);
    server.createContext("/metrics", metrics);
    server.createContext("/healthz", exchange -> respond(exchange, 200, "ok\n"));
    server.createContext("/", exchange -> respond(exchange, 404, "see /metrics and /healthz\n"));
    server.setExecutor(threads);
  }

  private static void respond(HttpExchange exchange, int status, String text) throws IOException {
    try (exchange) {
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** Begins to answer. */
  public void start() {
    server.start();
  }

  /** Where this listens. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}

package dev.v6cert.dns.telemetry;

import dev.v6cert.dns.challenge.RecordStore;
import dev.v6cert.dns.health.Health;
import dev.v6cert.dns.health.HealthCheck;
import dev.v6cert.dns.telemetry.HttpConnection.Request;
import dev.v6cert.dns.telemetry.HttpEndpoint.Response;
import io.prometheus.metrics.exporter.common.PrometheusScrapeHandler;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Serves the counters over HTTP: {@code /metrics} in the formats of Prometheus, and {@code
 * /healthz}, which answers 200 while every listener answers, or else 503 with those that do not.
 */
public final class MetricsEndpoint implements AutoCloseable {
  private final HealthCheck health;
  private final PrometheusScrapeHandler metrics;
  private final HttpEndpoint endpoint;
  private final PrometheusRegistry registry = new PrometheusRegistry();

  /**
   * Binds the address; {@link #start} begins to answer.
   *
   * @throws IOException when it cannot be bound
   */
  public MetricsEndpoint(InetSocketAddress address, Counters counters, HealthCheck health)
      throws IOException {
    this.health = health;
    registry.register(new CounterMetrics(counters, () -> healthy(health)));
    metrics = new PrometheusScrapeHandler(registry);
    endpoint = new HttpEndpoint(address, this::answer);
  }

  private static int healthy(HealthCheck check) {
    try {
      return check.current().isGood() ? 1 : 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // The server ends.
      return 0;
    }
  }

  private Response answer(Request request) throws IOException, InterruptedException {
    return switch (request.path()) {
      case "/metrics" -> scrape(request);
      case "/healthz" -> {
        Health now = health.current();
        yield text(now.isGood() ? 200 : 503, now.text() + "\n");
      }
      default -> text(404, "see /metrics and /healthz\n");
    };
  }

  private Response scrape(Request request) throws IOException {
    ScrapeExchange exchange = new ScrapeExchange(request);
    metrics.handleRequest(exchange);
    return exchange.response();
  }

  private static Response text(int status, String text) {
    return new Response(
        status,
        Map.of("Content-Type", "text/plain; charset=utf-8"),
        StandardCharsets.UTF_8.encode(text));
  }

  /** Serves the figures of a record store, its API and its transfers as well. */
  public void add(
      RecordStore store, Supplier<Map<String, Long>> calls, Supplier<Map<String, Long>> transfers) {
    registry.register(new StoreMetrics(store, calls, transfers));
  }

  /** Begins to answer. */
  public void start() {
    endpoint.start();
  }

  /** The address that this listens on. */
  public InetSocketAddress address() {
    return endpoint.address();
  }

  @Override
  public void close() {
    endpoint.close();
  }
}

package dev.v6cert.dns.telemetry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.v6cert.dns.health.Health;
import dev.v6cert.dns.health.HealthCheck;
import io.prometheus.metrics.exporter.httpserver.MetricsHandler;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Serves the counters over HTTP: {@code /metrics} in the formats of Prometheus, and {@code
 * /healthz}, which answers 200 while every listener answers, or else 503 with those that do not.
 */
public final class MetricsEndpoint implements AutoCloseable {
  private static final int BACKLOG = 16;

  // Few clients ask, and briefly; the limits are those of the JDK's server for the whole process.
  static {
    limit("jdk.httpserver.maxConnections", 16);
    limit("sun.net.httpserver.idleInterval", 5); // Seconds, as the next two.
    limit("sun.net.httpserver.maxReqTime", 5);
    limit("sun.net.httpserver.maxRspTime", 10);
    limit("sun.net.httpserver.maxReqHeaderSize", 8192);
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * Binds the address; {@link #start} begins to answer.
   *
   * @throws IOException when it cannot be bound
   */
  public MetricsEndpoint(InetSocketAddress address, Counters counters, HealthCheck health)
      throws IOException {
    server = HttpServer.create(address, BACKLOG);
    PrometheusRegistry registry = new PrometheusRegistry();
    registry.register(new CounterMetrics(counters, () -> healthy(health)));
    MetricsHandler metrics = new MetricsHandler(registry);
    server.createContext("/metrics", metrics);
    server.createContext("/healthz", exchange -> respondHealth(exchange, health));
    server.createContext("/", exchange -> respond(exchange, 404, "see /metrics and /healthz\n"));
    server.setExecutor(threads);
  }

  private static void limit(String property, int value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, Integer.toString(value));
    }
  }

  private static int healthy(HealthCheck check) {
    try {
      return check.current().isGood() ? 1 : 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // The server ends.
      return 0;
    }
  }

  private static void respondHealth(HttpExchange exchange, HealthCheck check) throws IOException {
    try (exchange) {
      Health health = check.current();
      respond(exchange, health.isGood() ? 200 : 503, health.text() + "\n");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // The server ends, and the connection with it.
    }
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

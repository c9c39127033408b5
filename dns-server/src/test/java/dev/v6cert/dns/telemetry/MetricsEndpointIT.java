package dev.v6cert.dns.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.health.ObstructedListeners;
import dev.v6cert.dns.testing.Channel;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.dns.transport.DatagramIo;
import dev.v6cert.ipv6.name.Zone;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Type;

/** The metrics and the log of a running server. */
class MetricsEndpointIT {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  @TempDir Path directory;

  private static HttpResponse<String> get(RunningServer server, String path)
      throws IOException, InterruptedException {
    return get(server.server().metricsAddress().orElseThrow().getPort(), path);
  }

  private static HttpResponse<String> get(int port, String path)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
          BodyHandlers.ofString());
    }
  }

  @Test
  void tellsWhatTheServerDid() throws IOException, InterruptedException {
    try (RunningServer server =
        new RunningServer(builder -> builder.metrics(RunningServer.at("127.0.0.1", 0))).start()) {
      Channel.UDP4.ask(server, Packet.query("192-0-2-7.magic.test", Type.A).bytes());
      Channel.TCP6.ask(server, Packet.query("www.magic.test", Type.HTTPS).bytes());
      Channel.UDP6.ask(server, Packet.query("example.org", 4711).bytes());
      Channel.TCP4.exchange(server, new byte[5]);
      Channel.UDP4.exchange(server, new byte[5]);
      String metrics = get(server, "/metrics").body();
      assertThat(metrics)
          .contains(
              "dns_responses_total{family=\"ipv4\",rcode=\"NOERROR\",transport=\"udp\",type=\"A\"}"
                  + " 1",
              "dns_responses_total{family=\"ipv6\",rcode=\"NOERROR\",transport=\"tcp\",type=\"HTTPS\"}"
                  + " 1",
              "dns_responses_total{family=\"ipv6\",rcode=\"REFUSED\",transport=\"udp\",type=\"OTHER\"}"
                  + " 1",
              "dns_messages_total{outcome=\"too_short\"} 1",
              "dns_response_seconds_bucket{le=\"+Inf\"}",
              "dns_cookies_total{state=\"none\"}",
              "dns_reloads_total{result=\"done\"} 0");
      assertThat(get(server, "/healthz").statusCode()).isEqualTo(200);
      assertThat(get(server, "/other").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void aListenerThatIsSilentMakesItUnhealthy() throws Exception {
    try (ObstructedListeners listeners = new ObstructedListeners(DatagramIo.AUTO, "127.0.0.1");
        MetricsEndpoint endpoint =
            new MetricsEndpoint(
                RunningServer.at("127.0.0.1", 0), new Counters(), listeners.check())) {
      endpoint.start();
      listeners.hangOne();
      HttpResponse<String> response = get(endpoint.address().getPort(), "/healthz");
      assertThat(response.statusCode()).isEqualTo(503);
      assertThat(response.body())
          .matches("udp 127.0.0.1:" + listeners.port() + " \\(thread [12]\\) does not answer\n");
      assertThat(get(endpoint.address().getPort(), "/metrics").body()).contains("dns_healthy 0.0");
    }
  }

  /** Endless headers, one header without an end, silence, and answers that nobody reads. */
  @ParameterizedTest
  @ValueSource(strings = {"X: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", "X", "", "READ"})
  @Timeout(120)
  void slowClientsCannotHoldItForGood(String header) throws Exception {
    try (RunningServer server =
        new RunningServer(builder -> builder.metrics(RunningServer.at("127.0.0.1", 0))).start()) {
      InetSocketAddress address = server.server().metricsAddress().orElseThrow();
      List<Socket> clients = new ArrayList<>();
      try {
        for (int i = 0; i < 300; i++) {
          Socket client = new Socket(address.getAddress(), address.getPort());
          clients.add(client);
          sendIfOpen(
              client,
              switch (header) {
                case "" -> "";
                case "READ" -> "GET /metrics HTTP/1.1\r\n\r\n".repeat(200);
                default -> "GET / HTTP/1.1\r\n";
              });
        }
        // They go on for as long as they may; all the time DNS is answered.
        while (clients.removeIf(client -> isClosed(client, header)) || !clients.isEmpty()) {
          Channel.UDP4.ask(server, Packet.query("192-0-2-7.magic.test", Type.A).bytes());
          Thread.sleep(100);
        }
      } finally {
        for (Socket client : clients) {
          client.close();
        }
      }
      assertThat(get(server, "/healthz").statusCode()).isEqualTo(200);
    }
  }

  /**
   * Endless headers, silence, and answers that nobody reads, from more clients than have a place.
   */
  @ParameterizedTest
  @ValueSource(strings = {"X: aaaa\r\n", "", "READ"})
  @Timeout(60)
  void answersWhileSlowClientsHoldEveryPlace(String header) throws Exception {
    try (RunningServer server =
        new RunningServer(builder -> builder.metrics(RunningServer.at("127.0.0.1", 0))).start()) {
      InetSocketAddress address = server.server().metricsAddress().orElseThrow();
      List<Socket> clients = new ArrayList<>();
      try {
        for (int i = 0; i < 300; i++) {
          clients.add(new Socket(address.getAddress(), address.getPort()));
          sendIfOpen(
              clients.getLast(),
              header.equals("READ")
                  ? "GET /metrics HTTP/1.1\r\n\r\n"
                  : header.isEmpty() ? "" : "GET / HTTP/1.1\r\n" + header);
          if (i % 50 == 49) {
            long start = System.nanoTime();
            assertThat(get(server, "/healthz").statusCode()).isEqualTo(200);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT);
          }
        }
        assertThat(get(server, "/metrics").body()).contains("dns_healthy 1.0");
      } finally {
        for (Socket client : clients) {
          client.close();
        }
      }
    }
  }

  @Test
  void answersWithoutABodyToHeadAndRefusesOtherMethods() throws Exception {
    try (RunningServer server =
            new RunningServer(builder -> builder.metrics(RunningServer.at("127.0.0.1", 0)))
                .start();
        HttpClient client = HttpClient.newHttpClient()) {
      URI uri =
          URI.create(
              "http://127.0.0.1:"
                  + server.server().metricsAddress().orElseThrow().getPort()
                  + "/metrics?name[]=dns_healthy");
      HttpRequest.Builder request = HttpRequest.newBuilder(uri);
      assertThat(client.send(request.GET().build(), BodyHandlers.ofString()).body())
          .contains("dns_healthy 1.0")
          .doesNotContain("dns_responses_total");
      HttpResponse<String> head = client.send(request.HEAD().build(), BodyHandlers.ofString());
      assertThat(head.statusCode()).isEqualTo(200);
      assertThat(head.body()).isEmpty();
      assertThat(client.send(request.DELETE().build(), BodyHandlers.ofString()).statusCode())
          .isEqualTo(405);
    }
  }

  /** Whether the server has closed a connection, on which more is sent as long as it has not. */
  private static boolean isClosed(Socket client, String more) {
    try {
      if (!more.isEmpty()) {
        client.getOutputStream().write(more.getBytes(StandardCharsets.US_ASCII));
        return false;
      }
      client.setSoTimeout(1);
      return client.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private static void sendIfOpen(Socket client, String text) {
    try {
      client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      // Closed by the server, as it should be.
    }
  }

  @Test
  void countsByZone() throws IOException, InterruptedException {
    try (RunningServer server =
        new RunningServer(builder -> builder.metrics(RunningServer.at("127.0.0.1", 0))).start()) {
      for (int i = 0; i < 3; i++) {
        Channel.UDP4.ask(server, Packet.query("192-0-2-7.magic.test", Type.A).bytes());
      }
      Channel.TCP6.ask(server, Packet.query("192-0-2-7.other.magic.test", Type.A).bytes());
      Channel.UDP6.ask(server, Packet.query("_x.other.magic.test", Type.TXT).bytes());
      assertThat(get(server, "/metrics").body())
          .contains(
              "dns_zone_messages_total{outcome=\"answered\",zone=\"magic.test\"} 3",
              "dns_zone_messages_total{outcome=\"answered\",zone=\"other.magic.test\"} 2");
    }
  }

  @Test
  void countsTheThirtyThirdZoneWithAllThatFollow() throws IOException, InterruptedException {
    List<Zone> zones = new ArrayList<>();
    for (int i = 1; i <= 40; i++) {
      zones.add(Zone.of("z" + i + ".test"));
    }
    try (RunningServer server =
        new RunningServer(builder -> builder.zones(zones).metrics(RunningServer.at("127.0.0.1", 0)))
            .start()) {
      for (String zone : List.of("z32", "z33", "z40")) {
        Channel.UDP4.ask(server, Packet.query("192-0-2-7." + zone + ".test", Type.A).bytes());
        Channel.UDP4.ask(server, Packet.query("_x." + zone + ".test", Type.A).bytes());
      }
      assertThat(get(server, "/metrics").body())
          .contains(
              "dns_zone_messages_total{outcome=\"answered\",zone=\"z32.test\"} 2",
              "dns_zone_messages_total{outcome=\"answered\",zone=\"other\"} 4")
          .doesNotContain("z33");
    }
  }

  @Test
  void writesQueriesAsJsonWithoutWholeAddresses() throws IOException {
    Path log = directory.resolve("log");
    try (RunningServer server = new RunningServer(builder -> builder.queryLog(log, 1)).start()) {
      byte[] odd = Packet.empty().question(Packet.hex("03225c0a 0161 00"), Type.A, 1).bytes();
      Channel.UDP4.ask(server, odd);
      Channel.TCP6.ask(server, Packet.query("192-0-2-7.magic.test", Type.A).bytes());
    }
    List<String> lines = Files.readAllLines(log);
    assertThat(lines)
        .anySatisfy(line ->
            assertThat(line)
                .startsWith("{\"time\":\"")
                .contains(
                    "\"client\":\"127.0.0.0/24\"",
                    "\"name\":\"\\\\\\\"\\\\\\\\\\\\010.a.\"",
                    "\"rcode\":\"REFUSED\"",
                    "\"protocol\":\"UDP\"")
                .endsWith("}"))
        .anySatisfy(line ->
            assertThat(line)
                .contains(
                    "\"client\":\"::/48\"",
                    "\"name\":\"192-0-2-7.magic.test.\"",
                    "\"type\":\"A\"",
                    "\"outcome\":\"answered\""));
  }
}

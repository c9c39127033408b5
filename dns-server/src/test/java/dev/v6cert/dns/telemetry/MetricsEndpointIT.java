package dev.v6cert.dns.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.testing.Channel;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.RunningServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Type;

/** What can be seen of a running server. */
class MetricsEndpointIT {
  @TempDir Path directory;

  private static HttpResponse<String> get(RunningServer server, String path)
      throws IOException, InterruptedException {
    int port = server.server().metricsAddress().orElseThrow().getPort();
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
              "dns_responses_total{family=\"ipv4\",rcode=\"NOERROR\",transport=\"udp\",type=\"A\"} 1",
              "dns_responses_total{family=\"ipv6\",rcode=\"NOERROR\",transport=\"tcp\",type=\"HTTPS\"} 1",
              "dns_responses_total{family=\"ipv6\",rcode=\"REFUSED\",transport=\"udp\",type=\"OTHER\"} 1",
              "dns_messages_total{outcome=\"too_short\"} 1",
              "dns_response_seconds_bucket{le=\"+Inf\"}",
              "dns_cookies_total{state=\"none\"}",
              "dns_reloads_total{result=\"done\"} 0");
      assertThat(get(server, "/healthz").statusCode()).isEqualTo(200);
      assertThat(get(server, "/other").statusCode()).isEqualTo(404);
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

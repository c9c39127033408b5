package dev.v6cert.dns.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.testing.Channel;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.testing.Program;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Type;

/** The files for monitoring in docs/operating, held against what a server exposes. */
class OperatingFilesIT {
  private static final Path DIRECTORY = Path.of("..", "docs", "operating");
  private static final Path ALERTS = DIRECTORY.resolve("alerts.yml");
  private static final Path DASHBOARD = DIRECTORY.resolve("grafana-dashboard.json");

  private static final Pattern EXPRESSION =
      Pattern.compile("(?m)^\\s*(?:expr: |\"expr\": \"|\"query\": \"label_values)(.*)$");
  private static final Pattern SELECTOR = Pattern.compile("\\b(dns_\\w+)(?:\\{([^}]*)})?");
  private static final Pattern MATCHER = Pattern.compile("(\\w+)(=~?)\\\\?\"([^\"\\\\]*)\\\\?\"");
  private static final Pattern SAMPLE = Pattern.compile("(?m)^(dns_\\w+)(?:\\{(.*)})? \\S+$");

  private static List<MatchResult> samples;

  @BeforeAll
  static void askARunningServer() throws IOException, InterruptedException {
    try (RunningServer server =
            new RunningServer(builder -> builder.metrics(RunningServer.at("127.0.0.1", 0)))
                .start();
        HttpClient client = HttpClient.newHttpClient()) {
      Channel.UDP4.ask(server, Packet.query("192-0-2-7.magic.test", Type.A).bytes());
      int port = server.server().metricsAddress().orElseThrow().getPort();
      String metrics =
          client
              .send(
                  HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                      .build(),
                  BodyHandlers.ofString())
              .body();
      samples = SAMPLE.matcher(metrics).results().toList();
    }
  }

  private static List<MatchResult> selectors(Path file) throws IOException {
    List<MatchResult> selectors = new ArrayList<>();
    EXPRESSION
        .matcher(Files.readString(file))
        .results()
        .forEach(found -> SELECTOR.matcher(found.group(1)).results().forEach(selectors::add));
    return selectors;
  }

  @ParameterizedTest
  @ValueSource(strings = {"alerts.yml", "grafana-dashboard.json"})
  void everyMetricIsOneThatTheServerExposes(String file) throws IOException {
    Set<String> exposed =
        samples.stream().map(sample -> sample.group(1)).collect(Collectors.toSet());
    List<MatchResult> selectors = selectors(DIRECTORY.resolve(file));
    assertThat(selectors).hasSizeGreaterThan(5);
    assertThat(selectors).extracting(selector -> selector.group(1)).isSubsetOf(exposed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"alerts.yml", "grafana-dashboard.json"})
  void everyLabelHasThatValue(String file) throws IOException {
    int labels = 0;
    for (MatchResult selector : selectors(DIRECTORY.resolve(file))) {
      String matchers = selector.group(2) == null ? "" : selector.group(2);
      for (MatchResult matcher : MATCHER.matcher(matchers).results().toList()) {
        boolean byPrometheus = matcher.group(1).equals("instance");
        // What a zone's messages came to is only exposed once there is one.
        boolean later = selector.group(1).equals("dns_zone_messages_total");
        if (!byPrometheus) {
          String metric = later ? "dns_messages_total" : selector.group(1);
          labels++;
          assertThat(values(metric, matcher.group(1)))
              .as(selector.group())
              .anyMatch(value -> value.matches(matcher.group(3)));
        }
      }
    }
    assertThat(labels).isGreaterThan(2);
  }

  @Test
  void everyAlternativeOfAnOutcomeIsOne() throws IOException {
    assertThat(values("dns_messages_total", "outcome"))
        .contains("blocked", "always_refused", "against_policy", "not_allowed");
    assertThat(Files.readString(DASHBOARD))
        .contains("blocked|always_refused|against_policy|not_allowed");
  }

  private static Set<String> values(String metric, String label) {
    Pattern pattern = Pattern.compile("(?:^|,)" + label + "=\"([^\"]*)\"");
    Set<String> values = new TreeSet<>();
    for (MatchResult sample : samples) {
      if (sample.group(1).equals(metric) && sample.group(2) != null) {
        pattern.matcher(sample.group(2)).results().forEach(found -> values.add(found.group(1)));
      }
    }
    return values;
  }

  @Test
  void theRulesAreThoseOfPrometheus() throws Exception {
    String promtool = Program.find("promtool", "prometheus");
    assertThat(Program.output(promtool, "check", "rules", ALERTS.toString()))
        .contains("SUCCESS: 7 rules found");
  }

  @Test
  void theDashboardIsJson() throws Exception {
    String python = Program.find("python3", "python3");
    assertThat(Program.output(python, "-m", "json.tool", DASHBOARD.toString()))
        .startsWith("{")
        .doesNotContain("Expecting");
  }
}

package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.NetworkNamespace;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code v6cert up --local} on a machine without a public address, seen from a phone beside it. */
class UpLocalIT {

  private static final String ADDRESS = RunningLan.ADDRESS;
  private static final String NAME = RunningLan.NAME;

  @RegisterExtension static final RunningLan network = new RunningLan("192.168.1.20");

  @TempDir Path home;

  @Test
  void servesByAnAuthorityOfItsOwnToTheLanAndToItself() throws Exception {
    V6cert machine = new V6cert(network.machine()::process, home);
    Path site = Files.createDirectories(home.resolve("site"));
    Files.writeString(site.resolve("index.html"), "here\n");
    Process up =
        machine
            .process(List.of(), List.of("up", site + "", "--local", "--public"))
            .redirectError(home.resolve("up.err").toFile())
            .start();
    try {
      String link = up.inputReader(StandardCharsets.UTF_8).readLine();
      String told = Files.readString(home.resolve("up.err"));
      assertThat(link).as(told).isEqualTo("https://" + NAME + "/");
      assertThat(told).contains("new local CA", "trust its root: v6cert trust install");

      String[] resolved = {
        "-L", "--resolve", NAME + ":443:" + ADDRESS, "--resolve", NAME + ":80:" + ADDRESS
      };
      assertThat(get(network.neighbour(), link, resolved)).isEqualTo("here\n");
      assertThat(get(network.neighbour(), "http://" + NAME + "/", resolved)).isEqualTo("here\n");
      for (String own : List.of("localhost", "127.0.0.1", "[::1]")) {
        assertThat(get(network.machine(), "https://" + own + "/")).as(own).isEqualTo("here\n");
      }
      assertThat(
              get(
                  network.machine(),
                  "https://other.localhost/",
                  "-k",
                  "--resolve",
                  "*:443:127.0.0.1"))
          .contains("No such site is served here");
    } finally {
      up.destroy();
      assertThat(up.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void letsInTheNetworkAndNobodyElseWithLan() throws Exception {
    V6cert machine = new V6cert(network.machine()::process, home);
    Path site = Files.createDirectories(home.resolve("site"));
    Files.writeString(site.resolve("index.html"), "here\n");
    String[] far = {"--interface", "192.0.2.20", "--resolve", NAME + ":443:" + ADDRESS};
    network.neighbour().run("ip", "address", "add", "192.0.2.20/32", "dev", "eth0");
    Process up =
        machine
            .process(List.of(), List.of("up", site + "", "--local", "--lan", "--no-inspect"))
            .redirectError(home.resolve("up.err").toFile())
            .start();
    try {
      String link = up.inputReader(StandardCharsets.UTF_8).readLine();
      assertThat(Files.readString(home.resolve("up.err")))
          .contains("this network is let in", "192.168.1.0/24");

      assertThat(get(network.neighbour(), link, "--resolve", NAME + ":443:" + ADDRESS))
          .isEqualTo("here\n");
      assertThat(get(network.machine(), "https://127.0.0.1/")).isEqualTo("here\n");
      assertThat(get(network.neighbour(), link, far))
          .contains("This page is for its own network only.");
    } finally {
      network.neighbour().run("ip", "address", "del", "192.0.2.20/32", "dev", "eth0");
      up.destroy();
      assertThat(up.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** A server whose answers never end. */
  private static final String ENDLESS =
      """
      import http.server, time
      class Endless(http.server.BaseHTTPRequestHandler):
          def do_GET(self):
              self.send_response(200)
              self.end_headers()
              self.wfile.write(b"begun\\n")
              time.sleep(60)
      http.server.ThreadingHTTPServer(("127.0.0.1", 3000), Endless).serve_forever()
      """;

  @Test
  void endsInTwoSecondsWhateverIsUnderWayOnEachOfItsAddresses() throws Exception {
    List<Process> others = new ArrayList<>();
    others.add(network.machine().process(List.of("python3", "-c", ENDLESS)).start());
    Process up =
        new V6cert(network.machine()::process, home)
            .process(List.of(), List.of("up", "3000", "--local", "--public", "--no-inspect"))
            .redirectError(home.resolve("up.err").toFile())
            .start();
    try {
      String link = up.inputReader(StandardCharsets.UTF_8).readLine();
      assertThat(link).as(Files.readString(home.resolve("up.err"))).isNotNull();
      for (String host : List.of("127.0.0.1", "[::1]", ADDRESS)) {
        NetworkNamespace where = host.equals(ADDRESS) ? network.neighbour() : network.machine();
        String name = host.equals(ADDRESS) ? NAME : host;
        Process stream =
            where
                .process(
                    List.of(
                        "curl", "-sSkN", "--resolve", NAME + ":443:" + ADDRESS, "https://" + name))
                .redirectErrorStream(true)
                .start();
        others.add(stream);
        assertThat(stream.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("begun");
      }
      long start = System.nanoTime();
      up.destroy();
      assertThat(up.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(System.nanoTime() - start).isLessThan(2_000_000_000L);
    } finally {
      up.destroyForcibly();
      for (Process one : others) {
        one.destroy();
        one.waitFor();
      }
    }
  }

  @Test
  void namesTheInspectorInJson() throws Exception {
    Process up =
        new V6cert(network.machine()::process, home)
            .process(
                List.of(), List.of("up", home + "", "--local", "--json", "--inspect-port", "4047"))
            .redirectError(home.resolve("up.err").toFile())
            .start();
    try (BufferedReader lines = up.inputReader(StandardCharsets.UTF_8)) {
      String json = "";
      for (String line = ""; line != null && !json.contains("routes"); line = lines.readLine()) {
        json += line;
      }
      assertThat(json)
          .as(Files.readString(home.resolve("up.err")))
          .containsPattern("\"inspector\": ?\"http://localhost:4047\"");
      assertThat(network.machine().run("curl", "-sS", "http://localhost:4047/")).contains("<html");
    } finally {
      up.destroy();
      assertThat(up.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void isWhatAMachineWithoutAPublicAddressIsLedTo() throws Exception {
    Outcome outcome = new V6cert(network.machine()::process, home).run("up", "3000");

    assertThat(outcome.code()).isEqualTo(ExitStatus.NO_ADDRESS.code());
    assertThat(outcome.err()).contains("up --local");
  }

  @Test
  void refusesASecondAuthority() throws Exception {
    Outcome outcome =
        new V6cert(network.machine()::process, home).run("up", "3000", "--local", "--staging");

    assertThat(outcome.code()).isEqualTo(ExitStatus.USAGE.code());
    assertThat(outcome.err()).contains("--local and --staging are two ways to name a CA");
  }

  private String get(NetworkNamespace where, String url, String... more) throws IOException {
    List<String> words = new ArrayList<>(List.of("curl", "-sS", "--max-time", "10"));
    words.addAll(List.of("--cacert", home.resolve("state/local-ca/root.pem").toString()));
    words.addAll(List.of(more));
    words.add(url);
    return where.run(words.toArray(String[]::new));
  }
}

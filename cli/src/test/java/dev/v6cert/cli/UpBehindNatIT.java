package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.testing.HomeRouter;
import dev.v6cert.testing.NetworkNamespace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code up} behind a home router that maps ports, or that somebody has set up by hand. */
class UpBehindNatIT {

  @RegisterExtension static final RunningHomeRouter lan = new RunningHomeRouter();

  private static RunningNetwork network;
  private static HomeRouter router;

  V6cert machine;

  @BeforeAll
  static void nameTheParts() {
    network = lan.network();
    router = lan.router();
  }

  @BeforeEach
  void home(@TempDir Path home) {
    machine = network.machine(home);
  }

  @AfterEach
  void nothingStays() throws IOException {
    router.hideNothing();
    router.awaitNoMappings();
  }

  @Test
  void isReachedThroughTheRoutersPortsAsLongAsItRuns(@TempDir Path site) throws Exception {
    Process up = up(site);
    try {
      String link = up.inputReader(StandardCharsets.UTF_8).readLine();
      String told = Files.readString(machine.home().resolve("up.err"));
      assertThat(link).as(told).isEqualTo("https://9-9-9-2.v6.test/");
      assertThat(told).contains("port 443 of 9.9.9.2 to port 8443 here (PCP)");
      assertThat(fetched()).isEqualTo("here\n");
      awaitTold("phones in the same Wi-Fi may not reach 9.9.9.2: the router does not lead");
    } finally {
      up.destroy();
      assertThat(up.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
    router.awaitNoMappings();
  }

  @Test
  void saysNothingOfPhonesWhereTheRouterLeadsItsNetworkBack(@TempDir Path site) throws Exception {
    NetworkNamespace between = router.namespace();
    String back = " iifname lan0 ip daddr 9.9.9.2 tcp dport 443 dnat ip to 192.168.7.2:8443";
    between.run("nft", "add rule inet filter in" + back);
    between.run("nft", "add rule inet filter out ip saddr 192.168.7.2 oifname lan0 masquerade");
    Process up = up(site);
    try {
      String link = up.inputReader(StandardCharsets.UTF_8).readLine();
      assertThat(link).isEqualTo("https://9-9-9-2.v6.test/");
      assertThat(machine.run(machine.starter().apply(List.of("curl", "-sSk", "https://9.9.9.2/"))))
          .extracting(Outcome::out)
          .asString()
          .isNotEmpty();
      Thread.sleep(1500); // A warning comes within a second, or never.
      assertThat(told()).contains("to port 8443 here").doesNotContain("phones");
    } finally {
      up.destroy();
      assertThat(up.waitFor(10, TimeUnit.SECONDS)).isTrue();
      between.run("nft", "flush", "chain", "inet", "filter", "in");
      between.run("nft", "add rule inet filter in meta nfproto ipv4 jump prerouting_miniupnpd");
      between.run("nft", "flush", "chain", "inet", "filter", "out");
      between.run("nft", "add rule inet filter out meta nfproto ipv4 oifname wan0 masquerade");
    }
  }

  @Test
  void isLedToByHandAtTheAddressThatIsSeenOutside(@TempDir Path site) throws Exception {
    NetworkNamespace between = router.namespace();
    String ports = "{ 80, 443 } dnat ip to 192.168.7.2";
    between.run("nft", "add rule inet filter in iifname wan0 tcp dport " + ports);
    between.run("nft", "insert rule inet filter forward ct status dnat accept");
    Process up = up(site, "--ask-outside");
    try {
      String link = up.inputReader(StandardCharsets.UTF_8).readLine();
      assertThat(link).as(told()).isEqualTo("https://9-9-9-2.v6.test/");
      assertThat(fetched()).isEqualTo("here\n");
    } finally {
      up.destroy();
      assertThat(up.waitFor(10, TimeUnit.SECONDS)).isTrue();
      between.run("nft", "flush", "chain", "inet", "filter", "in");
      between.run("nft", "add rule inet filter in meta nfproto ipv4 jump prerouting_miniupnpd");
    }
  }

  /** Serves a page to everybody. */
  private Process up(Path site) throws IOException {
    return up(site, "--open-port");
  }

  private Process up(Path site, String way) throws IOException {
    Files.writeString(site.resolve("index.html"), "here\n");
    List<String> words = new ArrayList<>(List.of("up", site + "", way, "--public"));
    words.addAll(network.options());
    return machine
        .process(List.of(), words)
        .redirectError(machine.home().resolve("up.err").toFile())
        .start();
  }

  private String told() throws IOException {
    return Files.readString(machine.home().resolve("up.err"));
  }

  private void awaitTold(String line) throws IOException, InterruptedException {
    for (int i = 0; i < 200 && !told().contains(line); i++) {
      Thread.sleep(50);
    }
    assertThat(told()).contains(line);
  }

  /** The page of a run, as a client in the Internet gets it. */
  private static String fetched() throws IOException {
    String name = "9-9-9-2.v6.test";
    return network
        .internet()
        .run(
            "curl",
            "-sSL",
            "--max-time",
            "10",
            "--cacert",
            network.pebble().issuingRoot() + "",
            "--resolve",
            name + ":443:9.9.9.2",
            "--resolve",
            name + ":80:9.9.9.2",
            "http://" + name + "/");
  }
}

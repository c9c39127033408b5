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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code --open-port} behind a home router whose firewall is shut. */
class OpenPortIT {

  @RegisterExtension
  static final RunningNetwork network =
      new RunningNetwork(unchanged -> unchanged, OpenPortIT::join);

  @TempDir static Path routerHome;

  @SuppressWarnings("NullAway.Init") // Made with the network.
  static HomeRouter router;

  V6cert machine;

  private static void join(NetworkNamespace machine, NetworkNamespace internet) throws IOException {
    router = joinBehind(machine, internet, routerHome);
  }

  /** A router with a firewall that is shut, between the machine and the Internet. */
  static HomeRouter joinBehind(NetworkNamespace machine, NetworkNamespace internet, Path home)
      throws IOException {
    HomeRouter router = HomeRouter.beside(machine, home);
    machine.addAddress("eth0", TestNetwork.ADDRESS + "/128");
    router.namespace().connect("wan0", internet, "eth0");
    internet.addAddress("eth0", TestNetwork.INTERNET + "/128");
    internet.addAddress("eth0", "fe80::9/64");
    router.namespace().addAddress("wan0", "fe80::8/64");
    NetworkNamespace between = router.namespace();
    between.addAddress("lan0", "2a01:4f8:c17:b8e::1/64"); // miniupnpd does no IPv6 without one.
    between.run("ip", "-6", "route", "add", TestNetwork.ADDRESS, "dev", "lan0");
    between.run("ip", "-6", "route", "add", TestNetwork.INTERNET, "dev", "wan0");
    internet.run("ip", "-6", "route", "add", "default", "via", "fe80::8", "dev", "eth0");
    router.start();
    return router;
  }

  @AfterAll
  static void end() {
    if (router != null) {
      router.close();
    }
  }

  @BeforeEach
  void home(@TempDir Path home) {
    machine = network.machine(home);
  }

  @Test
  void theAuthorityGetsInMeanwhileAndAtRenewalsAndNobodyAfterwards() throws Exception {
    Outcome outcome = machine.run(network.options(), "obtain", "--open-port");

    assertThat(outcome.code()).as(outcome.toString()).isZero();
    assertThat(outcome.err()).contains("the router lets port 80 in (PCP)");
    router.awaitNoHoles();
    Outcome renewal = machine.run("renew", "--force");
    assertThat(renewal.code()).as(renewal.toString()).isZero();
    assertThat(renewal.err()).contains("the router lets port 80 in (PCP)");
    router.awaitNoHoles();
  }

  @Test
  void upHoldsItsPortsOpenAsLongAsItRuns(@TempDir Path site) throws Exception {
    Files.writeString(site.resolve("index.html"), "here\n");
    List<String> words = new ArrayList<>(List.of("up", site + "", "--open-port", "--public"));
    words.addAll(network.options());
    Process up =
        machine
            .process(List.of(), words)
            .redirectError(machine.home().resolve("up.err").toFile())
            .start();
    try {
      String link = up.inputReader(StandardCharsets.UTF_8).readLine();
      String told = Files.readString(machine.home().resolve("up.err"));
      assertThat(link).as(told).isEqualTo("https://" + TestNetwork.NAME + "/");
      assertThat(told)
          .contains("the router lets port 443 in (PCP)", "the router lets port 80 in (PCP)");
      String[] resolved = {"--resolve", TestNetwork.NAME + ":443:" + TestNetwork.ADDRESS};
      assertThat(get(link, resolved)).isEqualTo("here\n");
      assertThat(
              get(
                  "http://" + TestNetwork.NAME + "/",
                  "-L",
                  resolved[0],
                  resolved[1],
                  resolved[0],
                  TestNetwork.NAME + ":80:" + TestNetwork.ADDRESS))
          .isEqualTo("here\n");
    } finally {
      up.destroy();
      assertThat(up.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
    router.awaitNoHoles();
  }

  private static String get(String url, String... more) throws IOException {
    List<String> words = new ArrayList<>(List.of("curl", "-sS", "--max-time", "10"));
    words.addAll(List.of("--cacert", network.pebble().issuingRoot() + ""));
    words.addAll(List.of(more));
    words.add(url);
    return network.internet().run(words.toArray(String[]::new));
  }

  @Test
  void aRouterThatDoesNotIsToldAndTheAuthorityMayGetInAllTheSame() throws Exception {
    router.hide("5351");
    router.hide("1900");
    policy("accept");
    try {
      Outcome outcome = machine.run(network.options(), "obtain", "--open-port");

      assertThat(outcome.code()).as(outcome.toString()).isZero();
      assertThat(outcome.err())
          .contains("warning: the router does not open port 80")
          .contains("PCP: the router does not have it", "UPnP: the router does not answer");
    } finally {
      policy("drop");
      router.hideNothing();
    }
  }

  private static void policy(String verdict) throws IOException {
    String chain = "{ policy " + verdict + "; }";
    router.namespace().run("nft", "chain", "inet", "filter", "forward", chain);
  }
}

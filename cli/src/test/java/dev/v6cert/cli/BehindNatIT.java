package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.HomeRouter;
import dev.v6cert.testing.NetworkNamespace;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A machine behind a home router that maps ports, before a real authority.
 *
 * <pre>
 *   machine 192.168.7.2 ---- 192.168.7.1 router 9.9.9.2 ---- 9.9.9.1 internet (DNS, Pebble)
 * </pre>
 */
class BehindNatIT {

  private static final String INTERNET = "9.9.9.1";

  static TestNetwork network;
  static HomeRouter router;

  V6cert machine;

  @BeforeAll
  static void make(@TempDir Path home) throws Exception {
    List<HomeRouter> made = new ArrayList<>();
    network =
        TestNetwork.create(
            home,
            it -> it,
            (machine, internet) -> made.add(HomeRouter.between(machine, internet, INTERNET, home)),
            INTERNET);
    router = made.getFirst();
  }

  @AfterAll
  static void end() {
    if (network != null) {
      network.close();
    }
    if (router != null) {
      router.close();
    }
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

  private Outcome obtain(String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("obtain", "--open-port"));
    arguments.addAll(List.of(more));
    return machine.run(network.options(), arguments.toArray(String[]::new));
  }

  private static void assertDone(Outcome outcome) {
    assertThat(outcome.code()).as(outcome.toString()).isZero();
  }

  @Test
  void theRoutersPort80LeadsHereForTheOrderAndForRenewals() throws Exception {
    assertThat(machine.run("name", "--open-port").out()).isEqualTo("9-9-9-2.sslip.io\n");
    Outcome outcome = obtain();

    assertDone(outcome);
    assertThat(outcome.err())
        .contains("address 9.9.9.2 of the router", "name 9-9-9-2.v6.test")
        .contains("the router leads port 80 of 9.9.9.2 to port 8080 here (PCP)");
    router.awaitNoMappings();
    Outcome renewal = machine.run("renew", "--force");
    assertDone(renewal);
    assertThat(renewal.err()).contains("to port 8080 here (PCP)");
  }

  @Test
  void upIsReachedThroughTheRoutersPortsAsLongAsItRuns(@TempDir Path site) throws Exception {
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
  void upSaysNothingOfPhonesWhereTheRouterLeadsItsNetworkBack(@TempDir Path site) throws Exception {
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

  @Test
  void upnpDoesAndSoDoesAnotherPortWhere8080IsTaken() throws Exception {
    router.hide("5351");
    Process holder =
        machine
            .process(
                List.of(), List.of("dns-server", "--zone", "x", "--listen", "192.168.7.2:8080"))
            .start();
    try {
      assertThat(holder.inputReader().readLine()).startsWith("listening on ");
      Outcome outcome = obtain();

      assertDone(outcome);
      assertThat(outcome.err()).contains("to port 8081 here (UPnP)");
    } finally {
      holder.destroyForcibly().waitFor();
    }
  }

  @Test
  void aPortThatAnotherMachineHasLeadsToTheOtherChallengeAndBack() throws Exception {
    network.namespace().addAddress("eth0", "192.168.7.3/24");
    Process holder = anotherMachineHas("80");
    try {
      Outcome pinned = obtain("--challenge", "http-01");
      assertThat(pinned.code()).as(pinned + "").isEqualTo(ExitStatus.NOT_PERMITTED.code());
      assertThat(pinned.err())
          .contains("port 80 of the router leads to another machine", "192.168.7.3:9000");

      Outcome outcome = obtain();
      assertDone(outcome);
      assertThat(outcome.err().lines().filter(line -> line.contains("instead")))
          .singleElement()
          .asString()
          .contains("port 80 of the router leads to another machine")
          .endsWith("; port 443 answers the CA instead (tls-alpn-01)");
      assertThat(outcome.err()).contains("port 443 of 9.9.9.2 to port 8443 here");
      end(holder);
      Outcome renewal = machine.run("renew", "--force");
      assertDone(renewal);
      assertThat(renewal.err()).contains("to port 8443 here").doesNotContain("instead");

      holder = anotherMachineHas("443");
      Outcome back = machine.run("renew", "--force");
      assertDone(back);
      assertThat(back.err())
          .contains("; port 80 answers the CA instead (http-01)", "to port 8080 here");
    } finally {
      end(holder);
      network.namespace().run("ip", "address", "del", "192.168.7.3/24", "dev", "eth0");
    }
  }

  /** Has the router lead its port to another address of the LAN until its input ends. */
  private static Process anotherMachineHas(String port) throws Exception {
    Class<?> probe = Class.forName("dev.v6cert.ipv6.router.MappingProbe");
    Process process =
        network.namespace().java(List.of(), probe, List.of(port, "9000", "192.168.7.3")).start();
    assertThat(process.inputReader(StandardCharsets.UTF_8).readLine()).startsWith("open by ");
    return process;
  }

  private static void end(Process holder) throws Exception {
    holder.getOutputStream().close();
    assertThat(holder.waitFor(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void tlsAlpn01AndTheAddressItselfGoTheSameWay() throws Exception {
    Outcome outcome = obtain("--challenge", "tls-alpn-01");

    assertDone(outcome);
    assertThat(outcome.err()).contains("port 443 of 9.9.9.2 to port 8443 here");
  }

  @Test
  void checkSaysWhatObtainWouldDo() throws Exception {
    Outcome outcome =
        machine.run(network.options(), "check", "--open-port", "--resolver", INTERNET);

    assertThat(outcome.out())
        .containsPattern("ok +address +9.9.9.2 of the router")
        .containsPattern("ok +port +can answer the CA on .*:8080")
        .containsPattern("ok +name +9-9-9-2.v6.test leads here");
  }

  @Test
  void withoutTheOptionTheSentenceNamesIt() throws Exception {
    Outcome outcome = machine.run(network.options(), "obtain");

    assertThat(outcome.code()).isEqualTo(ExitStatus.NO_ADDRESS.code());
    assertThat(outcome.err())
        .contains("this machine has no public address", "IPv4: private only", "--open-port");
  }

  @Test
  void aRouterThatDoesNotIsToldBeforeAnyOrder() throws Exception {
    router.hide("5351");
    router.hide("1900");
    Outcome outcome = obtain();

    assertThat(outcome.code()).isEqualTo(ExitStatus.NOT_PERMITTED.code());
    assertThat(outcome.err())
        .contains("the router leads none of its ports to this machine")
        .contains("PCP: the router does not have it")
        .doesNotContain("order");
  }

  @Test
  void theLineageFollowsTheOuterAddress() throws Exception {
    assertDone(obtain());
    assertThat(machine.run("status").code()).isNotEqualTo(ExitStatus.FAILING.code());
    NetworkNamespace between = router.namespace();
    between.addAddress("wan0", "9.9.9.3/24");
    between.run("ip", "address", "del", "9.9.9.2/24", "dev", "wan0");
    between.run("ip", "address", "replace", "9.9.9.3/24", "dev", "wan0");
    try {
      router.restart();
      Outcome status = machine.run("status");
      assertThat(status.code()).as(status + "").isEqualTo(ExitStatus.FAILING.code());
      assertThat(status.out())
          .startsWith("failing: 9-9-9-2.v6.test: ")
          .contains("does not lead to this machine any more");
      Outcome renewal = machine.run("renew");

      assertDone(renewal);
      assertThat(machine.run("list").out()).contains("9-9-9-3.v6.test");
      assertThat(machine.run("status").code()).isNotEqualTo(ExitStatus.FAILING.code());
      router.hide("5351");
      router.hide("1900");
      assertThat(machine.run("status").code())
          .as("of a router that is silent nothing is said")
          .isNotEqualTo(ExitStatus.FAILING.code());
      router.hideNothing();
    } finally {
      between.run("ip", "address", "del", "9.9.9.3/24", "dev", "wan0");
      between.addAddress("wan0", "9.9.9.2/24");
      router.restart();
    }
  }

  @Test
  void whatWasForwardedByHandIsFoundByAskingOutside() throws Exception {
    NetworkNamespace between = router.namespace();
    String chain = "inet filter in";
    between.run(
        "nft", "add rule " + chain + " iifname wan0 tcp dport 80 dnat ip to 192.168.7.2:80");
    between.run("nft", "insert rule inet filter forward ct status dnat accept");
    try {
      Outcome addresses = machine.run("addresses", "--ask-outside", "--zone", TestNetwork.ZONE);
      assertThat(addresses.code()).as(addresses + "").isZero();
      assertThat(addresses.out().lines().skip(1).findFirst().orElseThrow())
          .containsPattern("^1 +9.9.9.2 .*would be used: seen outside$");
      List<String> words = List.of("obtain", "--ask-outside");
      Outcome outcome = machine.run(network.options(), words.toArray(String[]::new));

      assertDone(outcome);
      assertThat(outcome.err()).contains("address 9.9.9.2, which is not on this machine");
      assertThat(outcome.out()).endsWith("https://9-9-9-2.v6.test/\n");
      between.addAddress("wan0", "9.9.9.3/24");
      between.run("ip", "address", "del", "9.9.9.2/24", "dev", "wan0");
      between.run("ip", "address", "replace", "9.9.9.3/24", "dev", "wan0");
      assertThat(machine.run("status").code()).isEqualTo(ExitStatus.FAILING.code());
      Outcome renewal = machine.run("renew");
      assertDone(renewal);
      assertThat(machine.run("list").out()).contains("9-9-9-3.v6.test");
    } finally {
      between.run("nft", "flush", "chain", "inet", "filter", "in");
      between.run("nft", "add rule " + chain + " meta nfproto ipv4 jump prerouting_miniupnpd");
      between.run("ip", "address", "flush", "dev", "wan0", "scope", "global");
      between.addAddress("wan0", "9.9.9.2/24");
      between.addAddress("wan0", "2a00:1450:4001:82a::2/64");
    }
  }

  @Test
  void upIsLedToByHandAtTheAddressThatIsSeenOutside(@TempDir Path site) throws Exception {
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

  @Test
  void aZoneWhoseServersTellNothingIsSaid() throws Exception {
    Outcome outcome = machine.run("obtain", "--agree-tos", "--ask-outside", "--zone", "x.test");

    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.NO_ADDRESS.code());
    assertThat(outcome.err())
        .contains("--ask-outside: x.test tells no public IPv4 address of this machine");
  }

  @Test
  void aKillLeavesAMappingForItsLeaseAndTheNextRunGoesOnWithIt() throws Exception {
    List<String> words = new ArrayList<>(List.of("obtain", "--open-port"));
    words.addAll(network.options());
    Process process = machine.process(List.of(), words).start();
    StringBuilder seen = new StringBuilder();
    BufferedReader lines = process.errorReader(StandardCharsets.UTF_8);
    while (!seen.toString().contains("the router leads port 80")) {
      String line = lines.readLine();
      assertThat(line).as("after %s", seen).isNotNull();
      seen.append(line).append('\n');
    }
    assertThat(process.destroyForcibly().waitFor()).isNotZero();
    assertThat(router.mappings()).contains("dnat");
    assertThat(router.leaseSeconds()).isBetween(1L, 120L);
    assertDone(obtain());
  }
}

package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.HomeRouter;
import dev.v6cert.testing.NetworkNamespace;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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

/** Certificates behind a home router that maps ports, as {@link RunningHomeRouter} draws it. */
class BehindNatIT {

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
    return anotherMachineHas(network, port);
  }

  /** The same before another router. */
  static Process anotherMachineHas(RunningNetwork network, String port) throws Exception {
    Class<?> probe = Class.forName("dev.v6cert.ipv6.router.MappingProbe");
    Process process =
        network.namespace().java(List.of(), probe, List.of(port, "9000", "192.168.7.3")).start();
    assertThat(process.inputReader(StandardCharsets.UTF_8).readLine()).startsWith("open by ");
    return process;
  }

  static void end(Process holder) throws Exception {
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
        machine.run(
            network.options(), "check", "--open-port", "--resolver", RunningHomeRouter.INTERNET);

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
        .contains("the router does not lead its port 80 to this machine")
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

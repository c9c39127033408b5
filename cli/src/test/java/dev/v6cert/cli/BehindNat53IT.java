package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.HomeRouter;
import dev.v6cert.testing.PacketFilter;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Wildcards behind a home router that maps ports, as {@link RunningHomeRouter} draws it: Pebble
 * asks Unbound, and the router leads its queries to a port here that needs no privilege.
 */
class BehindNat53IT {

  @RegisterExtension static final RunningHomeRouter lan = RunningHomeRouter.withResolver();

  private static final String NAME = "9-9-9-2." + TestNetwork.ZONE;

  /** The authority gives up after two seconds, and its resolver keeps a failure for five. */
  private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(8);

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

  private static List<String> words(String... more) {
    List<String> words = new ArrayList<>(List.of("obtain", "--wildcard", "--open-port"));
    words.addAll(List.of(more));
    return words;
  }

  private Outcome obtain(String... more) throws Exception {
    return machine.run(network.options(), words(more).toArray(String[]::new));
  }

  private static void assertDone(Outcome outcome) {
    assertThat(outcome.code()).as(outcome.toString()).isZero();
  }

  private static void assertMapped(Outcome outcome, String protocol) {
    assertThat(outcome.err())
        .contains("the router leads UDP port 53 of 9.9.9.2 to port 8053 here (" + protocol + ")")
        .contains("the router leads port 53 of 9.9.9.2 to port 8053 here (" + protocol + ")")
        .contains("for TXT _acme-challenge." + NAME + ": answered")
        // One authorization in a hundred is used again: Pebble.hasReusedValidation.
        .containsPattern("\\*\\." + Pattern.quote(NAME) + " (was )?validated");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PCP", "UPnP", "NAT-PMP"})
  void theRoutersPort53LeadsHereForTheOrderAndForRenewals(String protocol) throws Exception {
    if (protocol.equals("NAT-PMP")) {
      router.speakOnlyNatPmp();
    } else if (protocol.equals("UPnP")) {
      router.hide("5351");
    }
    Outcome outcome = obtain();

    assertDone(outcome);
    assertMapped(outcome, protocol);
    assertThat(outcome.err()).contains("address 9.9.9.2 of the router", "name " + NAME);
    router.awaitNoMappings();
    Outcome renewal = machine.run("renew", "--force");
    assertDone(renewal);
    assertMapped(renewal, protocol);
  }

  @Test
  void theAddressIsProvenOnPort80MeanwhileAndAnotherPortDoesWhere8053IsTaken() throws Exception {
    Process holder =
        machine
            .process(
                List.of(), List.of("dns-server", "--zone", "x", "--listen", "192.168.7.2:8053"))
            .start();
    try {
      assertThat(holder.inputReader().readLine()).startsWith("listening on ");
      Outcome outcome = obtain("--ip");

      assertDone(outcome);
      assertThat(outcome.err())
          .contains("UDP port 53 of 9.9.9.2 to port 8054 here", "port 53 of 9.9.9.2 to port 8054")
          .contains("port 80 of 9.9.9.2 to port 8080 here", "9.9.9.2 validated");
    } finally {
      holder.destroyForcibly().waitFor();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"UDP", "TCP"})
  void aPortThatAnotherMachineHasIsToldAndNothingStaysHalfOpen(String transport) throws Exception {
    assertDone(obtain());
    network.namespace().addAddress("eth0", "192.168.7.3/24");
    Process holder = BehindNatIT.anotherMachineHas(network, transport + "/53");
    try {
      String held =
          (transport.equals("UDP") ? "UDP port 53" : "port 53")
              + " of the router leads to another machine";
      Outcome outcome = obtain("--force");
      assertThat(outcome.code()).as(outcome + "").isEqualTo(ExitStatus.NOT_PERMITTED.code());
      assertThat(outcome.err()).contains(held, "192.168.7.3:9000").doesNotContain("order placed");
      Outcome renewal = machine.run("renew", "--force");
      assertThat(renewal.code()).as(renewal + "").isEqualTo(ExitStatus.NOT_PERMITTED.code());
      assertThat(renewal.err()).contains(held, "192.168.7.3:9000").doesNotContain("order placed");
      awaitMappings(1);
      assertThat(router.mappings()).contains("192.168.7.3:9000");
    } finally {
      BehindNatIT.end(holder);
      network.namespace().run("ip", "address", "del", "192.168.7.3/24", "dev", "eth0");
    }
  }

  private static void awaitMappings(int count) throws IOException {
    while (router.mappings().lines().filter(line -> line.contains("dnat")).count() != count) {
      Thread.onSpinWait();
    }
  }

  /** A run of obtain that the router leads both ports to. */
  private Process mapped() throws IOException {
    List<String> words = words();
    words.addAll(network.options());
    Process process = machine.process(List.of(), words).start();
    BufferedReader lines = process.errorReader(StandardCharsets.UTF_8);
    StringBuilder seen = new StringBuilder();
    while (!seen.toString().contains("the router leads port 53")) {
      String line = lines.readLine();
      assertThat(line).as("after %s", seen).isNotNull();
      seen.append(line).append('\n');
    }
    return process;
  }

  @ParameterizedTest
  @ValueSource(strings = {"PCP", "UPnP"})
  void aKillLeavesBothForTheirLeaseAndTheNextRunTakesThemAway(String protocol) throws Exception {
    if (protocol.equals("UPnP")) {
      router.hide("5351");
    }
    Process killed = mapped();
    assertThat(killed.destroyForcibly().waitFor()).isNotZero();
    assertThat(router.mappings()).contains(" 0x11 th dport 53 dnat", " 0x6 th dport 53 dnat");
    Thread.sleep(AFTER_A_FAILURE);

    Outcome next = obtain();

    assertDone(next);
    assertMapped(next, protocol);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-INT", "-TERM"})
  void bothAreTakenAwayAtAnInterruption(String signal) throws Exception {
    Process interrupted = mapped();
    network.namespace().run("kill", signal, Long.toString(interrupted.pid()));
    assertThat(interrupted.waitFor()).isIn(130, 143);
    router.awaitNoMappings();
    Thread.sleep(AFTER_A_FAILURE);
  }

  @Test
  void checkSaysWhatObtainWouldDo() throws Exception {
    List<String> resolver = List.of("--resolver", RunningHomeRouter.RESOLVER);
    Outcome closed =
        machine.run(
            network.options(), "check", "--wildcard", resolver.getFirst(), resolver.getLast());
    assertThat(closed.out())
        .containsPattern("fail +address +this machine has no public address")
        .contains("--open-port");

    Outcome open =
        machine.run(
            network.options(),
            "check",
            "--wildcard",
            "--open-port",
            resolver.getFirst(),
            resolver.getLast());

    assertThat(open.out())
        .containsPattern("ok +address +9.9.9.2 of the router")
        .containsPattern("ok +port +can answer the CA on 192.168.7.2:8053")
        .containsPattern("ok +dns-01 +DNS queries reach port 8053 here by UDP and TCP \\(from 9");
  }

  @Test
  void withoutTheOptionTheSentenceNamesIt() throws Exception {
    Outcome outcome = machine.run(network.options(), "obtain", "--wildcard");

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
        .contains("the router does not lead its UDP port 53 to this machine")
        .contains("allow UPnP or PCP for UDP and TCP port 53 in the router")
        .doesNotContain("order placed");
  }

  /** The filter is told after the order: behind NAT it is not sure that the CA meets it. */
  @Test
  void aPacketFilterThatKeepsQueriesOutIsToldByBothProtocolsAndOpened(@TempDir Path rules)
      throws Exception {
    try (PacketFilter filter =
        PacketFilter.start(PacketFilter.Kind.NFTABLES, network.namespace(), rules)) {
      String before = filter.rules();
      Outcome refused = obtain();
      assertThat(refused.code()).as(refused + "").isEqualTo(ExitStatus.REFUSED.code());
      assertThat(refused.err())
          .contains("nftables keeps UDP and TCP port 8053 out: policy of chain")
          .contains("udp dport 8053 accept && sudo nft", "tcp dport 8053 accept");
      Thread.sleep(AFTER_A_FAILURE);

      Outcome outcome = obtain("--open-firewall");

      assertDone(outcome);
      assertThat(outcome.err()).contains("lets UDP and TCP port 8053 in meanwhile");
      assertThat(filter.rules()).isEqualTo(before);
    }
    assertThat(machine.state())
        .isDirectoryNotContaining(file -> (file + "").contains("port-mapping"));
  }
}

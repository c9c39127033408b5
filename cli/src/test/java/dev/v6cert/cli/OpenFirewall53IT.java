package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.PacketFilter;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code --wildcard --open-firewall}, before each packet filter of Linux, shut for real. */
class OpenFirewall53IT {

  @RegisterExtension
  static final RunningNetwork NETWORK =
      new RunningNetwork(
          pebble -> pebble.dnsServer(RunningResolver.SOCKET).profiles("shortlived", "tlsserver"));

  private static final String OPENED = " lets UDP and TCP port 53 in meanwhile";

  /** The authority gives up after two seconds, and its resolver keeps a failure for five. */
  private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(8);

  private static final List<AutoCloseable> RUNNING = new ArrayList<>();

  private final List<Process> processes = new ArrayList<>();
  @TempDir Path rules;
  private V6cert machine = V6cert.here(Path.of(""));

  @BeforeAll
  static void startResolver() throws IOException {
    RUNNING.add(RunningResolver.start(NETWORK.internet(), NETWORK.home()));
  }

  @AfterAll
  static void stopResolver() throws Exception {
    for (AutoCloseable one : RUNNING) {
      one.close();
    }
  }

  @BeforeEach
  void home(@TempDir Path home) {
    machine = NETWORK.machine(home);
  }

  @AfterEach
  void freePorts() throws Exception {
    for (Process one : processes) {
      one.destroyForcibly().waitFor();
    }
  }

  private PacketFilter shut(PacketFilter.Kind kind) throws IOException {
    return PacketFilter.start(kind, NETWORK.namespace(), rules);
  }

  private Outcome obtain(String... options) throws Exception {
    List<String> all = new ArrayList<>(NETWORK.options());
    all.addAll(List.of(options));
    return machine.run(all, "obtain", "--wildcard");
  }

  private static void assertDone(Outcome outcome) {
    assertThat(outcome.code()).as(outcome.toString()).isZero();
  }

  private void assertNothingIsHeld() {
    assertThat(machine.state())
        .isDirectoryNotContaining(file -> (file + "").contains("firewall-opening"));
  }

  @ParameterizedTest
  @EnumSource(PacketFilter.Kind.class)
  void queriesGetInMeanwhileAndNobodyAfterwards(PacketFilter.Kind kind) throws Exception {
    try (PacketFilter filter = shut(kind)) {
      String before = filter.rules();
      Outcome refused = obtain();
      assertThat(refused.code()).as(refused.toString()).isEqualTo(ExitStatus.NOT_PERMITTED.code());
      assertThat(refused.err()).contains("keeps UDP port 53 out");

      Outcome outcome = obtain("--open-firewall");

      assertDone(outcome);
      assertThat(outcome.err())
          .containsIgnoringCase(kind.name().replace("_LEGACY", "") + OPENED)
          .contains(": answered")
          .doesNotContain("keeps UDP", "keeps TCP");
      assertThat(filter.rules()).isEqualTo(before).doesNotContain("v6cert");
      assertNothingIsHeld();
      Outcome renewal = machine.run("renew", "--force");
      assertDone(renewal);
      assertThat(renewal.err()).contains(OPENED);
      assertThat(filter.rules()).isEqualTo(before);
    }
  }

  @Test
  void anOrderThatFailsByTheFilterSaysSoOfBothProtocols() throws Exception {
    try (PacketFilter _ = shut(PacketFilter.Kind.NFTABLES)) {
      Outcome outcome = obtain("--no-firewall-check");

      assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.REFUSED.code());
      assertThat(outcome.err())
          .contains("nftables keeps UDP and TCP port 53 out: policy of chain inet guard input: ")
          .contains("udp dport 53 accept && sudo nft insert rule inet guard input tcp dport 53");
    }
    Thread.sleep(AFTER_A_FAILURE);
  }

  /** With the address beside it, which is proven on port 80. */
  @ParameterizedTest
  @EnumSource(PacketFilter.Kind.class)
  void allAreClosedByTheNextRunAfterAKill(PacketFilter.Kind kind) throws Exception {
    try (PacketFilter filter = shut(kind)) {
      String before = filter.rules();
      assertThat(isReachedByTcp()).isFalse();
      Process killed = opened("--ip");
      NETWORK.namespace().run("kill", "-STOP", Long.toString(killed.pid()));
      assertThat(isReachedByTcp()).isTrue();
      assertThat(filter.rules().lines().filter(line -> !before.contains(line)))
          .hasSize(3)
          .anyMatch(line -> line.contains("udp") && line.contains("53"))
          .anyMatch(line -> line.contains("tcp") && line.contains("53"))
          .anyMatch(line -> line.contains("tcp") && line.contains("80"));
      assertThat(killed.destroyForcibly().waitFor()).isNotZero();

      Outcome next = machine.run("renew");

      assertDone(next);
      assertThat(next.err()).contains("removed the packet filter's rule that a killed run left");
      assertThat(filter.rules()).isEqualTo(before);
      assertNothingIsHeld();
    }
    Thread.sleep(AFTER_A_FAILURE);
  }

  @Test
  void areClosedAtAnInterruption() throws Exception {
    try (PacketFilter filter = shut(PacketFilter.Kind.NFTABLES)) {
      String before = filter.rules();
      Process interrupted = opened();
      interrupted.destroy();
      assertThat(interrupted.waitFor()).isEqualTo(143);
      assertThat(filter.rules()).isEqualTo(before);
      assertNothingIsHeld();
    }
    Thread.sleep(AFTER_A_FAILURE);
  }

  /** Whether the handshake of TCP is finished, which needs no process here. */
  private static boolean isReachedByTcp() throws IOException {
    return NETWORK
        .internet()
        .run(
            "bash",
            "-c",
            "timeout 3 bash -c \"</dev/tcp/$0/53\" 2>/dev/null && echo yes || :",
            TestNetwork.ADDRESS)
        .equals("yes\n");
  }

  /** A run of obtain that has opened the filter for all that it answers. */
  private Process opened(String... more) throws IOException {
    List<String> words = new ArrayList<>(List.of("obtain", "--wildcard", "--open-firewall"));
    words.addAll(NETWORK.options());
    words.addAll(List.of(more));
    Process process = machine.process(List.of(), words).start();
    processes.add(process);
    BufferedReader lines = process.errorReader(StandardCharsets.UTF_8);
    StringBuilder seen = new StringBuilder();
    while (!seen.toString().contains(OPENED)
        || (more.length > 0 && !seen.toString().contains(" lets port 80 in meanwhile"))) {
      String line = lines.readLine();
      assertThat(line).as("after %s", seen).isNotNull();
      seen.append(line).append('\n');
    }
    return process;
  }
}

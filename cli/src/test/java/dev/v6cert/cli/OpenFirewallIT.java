package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.NetworkNamespace;
import dev.v6cert.testing.PacketFilter;
import dev.v6cert.testing.Pebble;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code --open-firewall}, before each packet filter of Linux, shut for real. */
class OpenFirewallIT {

  private static final String OPENED = " lets port 80 in meanwhile";

  @RegisterExtension
  static final RunningNetwork network =
      new RunningNetwork(it -> it.profiles("shortlived"), OpenFirewallIT::join);

  private final List<Process> running = new ArrayList<>();
  @TempDir Path rules;
  V6cert machine;

  private static void join(NetworkNamespace machine, NetworkNamespace internet) throws IOException {
    TestNetwork.joinDirectly(machine, internet);
    machine.addAddress("eth0", "9.9.9.7/24");
    internet.addAddress("eth0", "9.9.9.1/24");
    machine.run("ip", "route", "add", "default", "via", "9.9.9.1");
  }

  @BeforeEach
  void home(@TempDir Path home) {
    machine = network.machine(home);
  }

  @AfterEach
  void freePorts() throws Exception {
    for (Process one : running) {
      one.destroyForcibly().waitFor();
    }
  }

  private PacketFilter shut(PacketFilter.Kind kind) throws IOException {
    return PacketFilter.start(kind, network.namespace(), rules);
  }

  /** The process had the time to take its rules away, and knows that they are gone. */
  private void assertNothingIsHeld() {
    assertThat(machine.state())
        .isDirectoryNotContaining(file -> (file + "").contains("firewall-opening"));
  }

  private static void assertDone(Outcome outcome) {
    assertThat(outcome.code()).as(outcome.toString()).isZero();
  }

  @ParameterizedTest
  @EnumSource(PacketFilter.Kind.class)
  void letsTheAuthorityInMeanwhileAndNobodyAfterwards(PacketFilter.Kind kind) throws Exception {
    try (PacketFilter filter = shut(kind)) {
      String before = filter.rules();

      Outcome outcome = machine.run(network.options(), "obtain", "--open-firewall");

      assertDone(outcome);
      assertThat(outcome.err())
          .containsIgnoringCase(kind.name().replace("_LEGACY", "") + OPENED)
          .doesNotContain("keeps TCP");
      assertThat(filter.rules()).isEqualTo(before).doesNotContain("v6cert");
      assertThat(machine.state().resolve("firewall-opening")).doesNotExist();
      Outcome renewal = machine.run("renew", "--force");
      assertDone(renewal);
      assertThat(renewal.err()).contains(OPENED);
      assertThat(filter.rules()).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @EnumSource(PacketFilter.Kind.class)
  void doesSoForIpv4(PacketFilter.Kind kind) throws Exception {
    try (PacketFilter filter = shut(kind)) {
      String before = filter.rules();

      Outcome outcome =
          machine.run(network.options(), "obtain", "--open-firewall", "--family", "ipv4");

      assertDone(outcome);
      assertThat(outcome.err()).contains("address 9.9.9.7 on eth0", OPENED);
      assertThat(filter.rules()).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = PacketFilter.Kind.class,
      names = {"NFTABLES", "IP6TABLES_LEGACY", "FIREWALLD"})
  void upIsReachedAsLongAsItRunsAndTheNextRunClosesAfterAKill(PacketFilter.Kind kind)
      throws Exception {
    try (PacketFilter filter = shut(kind)) {
      String before = filter.rules();
      Process first = up();
      assertThat(fetched()).isEqualTo("here\n");
      assertThat(filter.rules()).isNotEqualTo(before);
      first.destroy();
      assertThat(first.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(filter.rules()).isEqualTo(before);
      assertNothingIsHeld();

      Process killed = up();
      assertThat(killed.destroyForcibly().waitFor()).isNotZero();
      assertThat(filter.rules()).isNotEqualTo(before);
      assertThat(machine.run("renew").err()).contains("rule that a killed run left");
      assertThat(filter.rules()).isEqualTo(before);
      assertNothingIsHeld();
    }
  }

  @Test
  void upOpensAFilterThatIsReloadedAgain() throws Exception {
    try (PacketFilter filter = shut(PacketFilter.Kind.NFTABLES)) {
      String before = filter.rules();
      Process up = up();
      filter.reload();
      Path told = machine.home().resolve("up.err");
      while (!Files.readString(told).contains("nftables had lost the rule for port 80")) {
        assertThat(up.isAlive()).isTrue();
        Thread.sleep(100);
      }
      assertThat(fetched()).isEqualTo("here\n");
      up.destroy();
      assertThat(up.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(filter.rules()).isEqualTo(before);
    }
  }

  @Test
  void theRulesOfBothFamiliesAreClosedAfterAKill() throws Exception {
    Pebble.need(Pebble.PROFILES);
    try (PacketFilter filter = shut(PacketFilter.Kind.IP6TABLES)) {
      String before = filter.rules();
      Process killed = up("--dual");
      assertThat(filter.rules().lines().filter(line -> line.contains("dport")).count())
          .isEqualTo(4);
      assertThat(killed.destroyForcibly().waitFor()).isNotZero();

      assertDone(machine.run("renew"));

      assertThat(filter.rules()).isEqualTo(before);
      assertNothingIsHeld();
    }
  }

  /** Serves a page to everybody; the link is printed. */
  private Process up(String... more) throws IOException {
    Path site = Files.createDirectories(machine.home().resolve("site"));
    Files.writeString(site.resolve("index.html"), "here\n");
    List<String> words = new ArrayList<>(List.of("up", site + "", "--public", "--open-firewall"));
    words.addAll(network.options());
    words.addAll(List.of(more));
    Path told = machine.home().resolve("up.err");
    Process process = machine.process(List.of(), words).redirectError(told.toFile()).start();
    running.add(process);
    String link = process.inputReader(StandardCharsets.UTF_8).readLine();
    assertThat(link).as(Files.readString(told)).endsWith(TestNetwork.NAME + "/");
    return process;
  }

  /** The page by way of port 80 and then 443, as a client in the Internet gets it. */
  private static String fetched() throws IOException {
    String at = ":[" + TestNetwork.ADDRESS + "]";
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
            TestNetwork.NAME + ":443" + at,
            "--resolve",
            TestNetwork.NAME + ":80" + at,
            "http://" + TestNetwork.NAME + "/");
  }

  @Test
  void closesAfterAFailureAndAtAnInterruption() throws Exception {
    try (PacketFilter filter = shut(PacketFilter.Kind.NFTABLES)) {
      String before = filter.rules();

      Outcome failed =
          machine.run(
              network.options(),
              "obtain",
              "--open-firewall",
              "--domain",
              "2a01-4f8-c17-b8f--77." + TestNetwork.ZONE,
              "--no-dns-check");
      assertThat(failed.code()).as(failed.toString()).isEqualTo(ExitStatus.REFUSED.code());
      assertThat(failed.err()).contains(OPENED);
      assertThat(filter.rules()).isEqualTo(before);

      Process interrupted = opened();
      assertThat(filter.rules()).contains("comment \"v6cert " + interrupted.pid() + "\"");
      interrupted.destroy();
      assertThat(interrupted.waitFor()).isEqualTo(143);
      assertThat(filter.rules()).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @EnumSource(PacketFilter.Kind.class)
  void isClosedByTheNextRunAfterAKill(PacketFilter.Kind kind) throws Exception {
    try (PacketFilter filter = shut(kind)) {
      String before = filter.rules();
      Process killed = opened();
      assertThat(killed.destroyForcibly().waitFor()).isNotZero();
      assertThat(filter.rules()).isNotEqualTo(before);

      Outcome next = machine.run("renew");

      assertDone(next);
      assertThat(next.err()).contains("removed the packet filter's rule that a killed run left");
      assertThat(filter.rules()).isEqualTo(before);
      assertThat(machine.state().resolve("firewall-opening")).doesNotExist();
    }
  }

  /** A run of obtain that has opened the filter just now. */
  private Process opened() throws IOException {
    List<String> words = new ArrayList<>(List.of("obtain", "--open-firewall", "--force"));
    words.addAll(network.options());
    Process process = machine.process(List.of(), words).start();
    running.add(process);
    BufferedReader lines = process.errorReader(StandardCharsets.UTF_8);
    StringBuilder seen = new StringBuilder();
    while (!seen.toString().contains(OPENED)) {
      String line = lines.readLine();
      assertThat(line).as("after %s", seen).isNotNull();
      seen.append(line).append('\n');
    }
    return process;
  }

  @Test
  void leavesTheRuleOfARunThatGoesOn() throws Exception {
    try (PacketFilter filter = shut(PacketFilter.Kind.NFTABLES)) {
      Process running = opened();
      long stopped = running.pid();
      network.namespace().run("kill", "-STOP", Long.toString(stopped));
      String during = filter.rules();

      assertDone(machine.run("renew"));

      assertThat(filter.rules()).isEqualTo(during).contains("v6cert " + stopped);
      network.namespace().run("kill", "-CONT", Long.toString(stopped));
      assertThat(running.waitFor()).isZero();
      assertThat(filter.rules()).doesNotContain("v6cert");
    }
  }

  @Test
  void isSaidByCheckAndAWarningWithoutTheRight() throws Exception {
    try (PacketFilter filter = shut(PacketFilter.Kind.NFTABLES)) {
      Outcome check = machine.run(network.options(), "check", "--open-firewall");
      assertThat(check.out())
          .containsPattern("ok +firewall +nftables keeps TCP port 80 out.*--open-firewall lets it");
      assertThat(filter.rules()).doesNotContain("v6cert");

      List<String> without = List.of("setpriv", "--bounding-set=-net_admin");
      V6cert unprivileged =
          new V6cert(
              command ->
                  network
                      .namespace()
                      .process(Stream.concat(without.stream(), command.stream()).toList()),
              machine.home());
      Outcome outcome =
          unprivileged.run(network.options(), "obtain", "--open-firewall", "--dry-run");

      assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.REFUSED.code());
      assertThat(outcome.err()).contains("warning: this machine's packet filter cannot be opened");
    }
  }

  @Test
  void changesNothingWhereNothingIsShut() throws Exception {
    Outcome outcome = machine.run(network.options(), "obtain", "--open-firewall");

    assertDone(outcome);
    assertThat(outcome.err()).doesNotContain("meanwhile", "cannot be opened");
    assertThat(Files.exists(machine.state().resolve("firewall-opening"))).isFalse();
  }
}

package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.PacketFilter;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code --open-firewall}, before each packet filter of Linux, shut for real. */
class OpenFirewallIT {

  private static final String OPENED = " lets port 80 in meanwhile";

  @RegisterExtension static final RunningNetwork network = new RunningNetwork();

  @TempDir Path rules;
  V6cert machine;

  @BeforeEach
  void home(@TempDir Path home) {
    machine = network.machine(home);
  }

  private PacketFilter shut(PacketFilter.Kind kind) throws IOException {
    return PacketFilter.start(kind, network.namespace(), rules);
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
      assertThat(outcome.err()).containsIgnoringCase(kind + OPENED).doesNotContain("keeps TCP");
      assertThat(filter.rules()).isEqualTo(before).doesNotContain("v6cert");
      assertThat(machine.state().resolve("firewall-opening")).doesNotExist();
      Outcome renewal = machine.run("renew", "--force");
      assertDone(renewal);
      assertThat(renewal.err()).contains(OPENED);
      assertThat(filter.rules()).isEqualTo(before);
    }
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

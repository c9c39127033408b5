package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A machine with public addresses of both families, one of which does not work although the machine
 * cannot see that.
 *
 * <pre>
 *   machine 2a01:4f8:c17:b8f::2, 9.9.9.7 ---- (drops one) internet ::1, 9.9.9.1 (DNS, Pebble)
 * </pre>
 */
class FamilyDroppedIT {

  static final String INTERNET = "9.9.9.1";
  static final String IPV4_NAME = "9-9-9-7." + TestNetwork.ZONE;

  @RegisterExtension
  static final RunningNetwork network =
      new RunningNetwork(it -> it, FamilyDroppedIT::join, INTERNET);

  V6cert machine;

  static void join(NetworkNamespace machine, NetworkNamespace internet) throws IOException {
    TestNetwork.joinDirectly(machine, internet);
    machine.addAddress("eth0", "9.9.9.7/24");
    internet.addAddress("eth0", INTERNET + "/24");
    machine.run("ip", "route", "add", "default", "via", INTERNET);
  }

  @BeforeEach
  void home(@TempDir Path home) {
    machine = network.machine(home);
  }

  @AfterEach
  void open() throws IOException {
    network.internet().run("nft", "flush", "ruleset");
  }

  /** Loses what the internet sends to the machine's ports for challenges, without a word. */
  private static void drop(String family) throws IOException {
    network
        .internet()
        .run(
            "nft",
            "table inet way { chain out { type filter hook output priority 0; meta nfproto "
                + family
                + " tcp dport { 80, 443 } drop; }; }");
  }

  private Outcome obtain(String... more) throws Exception {
    String[] words = Stream.concat(Stream.of("obtain"), Stream.of(more)).toArray(String[]::new);
    return machine.run(network.options(), words);
  }

  private static void assertDone(Outcome outcome) {
    assertThat(outcome.code()).as(outcome.toString()).isZero();
  }

  @Test
  void ipv6DroppedOnTheWayLeadsToTheIpv4Name() throws Exception {
    drop("ipv6");

    Outcome outcome = obtain();

    assertDone(outcome);
    assertThat(outcome.err().lines().filter(line -> line.startsWith("warning: the CA could not")))
        .singleElement()
        .asString()
        .contains("nobody connected to port 80 here", "; trying 9.9.9.7 on eth0");
    assertThat(outcome.out()).endsWith("https://" + IPV4_NAME + "/\n");
    Outcome renewal = machine.run("renew", "--force");
    assertDone(renewal);
    assertThat(renewal.out()).contains(IPV4_NAME).doesNotContain("2a01");
  }

  @Test
  void aFamilyThatWasChosenStays() throws Exception {
    drop("ipv6");

    Outcome outcome = obtain("--family", "ipv6");

    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.REFUSED.code());
    assertThat(outcome.err())
        .contains("open TCP port 80 for IPv6 in the router")
        .doesNotContain("trying");
  }

  @Test
  void ipv4DroppedOnTheWayIsInNobodysWay() throws Exception {
    drop("ipv4");

    assertDone(obtain());

    Outcome ipv4 = obtain("--family", "ipv4");
    assertThat(ipv4.code()).as(ipv4.toString()).isEqualTo(ExitStatus.REFUSED.code());
    assertThat(ipv4.err()).contains("open TCP port 80 for IPv4 in the router");
  }
}

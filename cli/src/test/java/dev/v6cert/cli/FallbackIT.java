package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.NetworkNamespace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The other challenge, where the port of the one that is wanted most is not available. */
class FallbackIT {

  private static final String IPV4 = "9.9.9.7";
  private static final String TO_443 = "; port 443 answers the CA instead (tls-alpn-01)";
  private static final String TO_80 = "; port 80 answers the CA instead (http-01)";

  @RegisterExtension
  static final RunningNetwork network =
      new RunningNetwork(it -> it, FallbackIT::joinByBothFamilies);

  private final List<Process> holders = new ArrayList<>();
  V6cert machine;

  private static void joinByBothFamilies(NetworkNamespace machine, NetworkNamespace internet)
      throws IOException {
    TestNetwork.joinDirectly(machine, internet);
    machine.addAddress("eth0", IPV4 + "/24");
    internet.addAddress("eth0", "9.9.9.1/24");
    machine.run("ip", "route", "add", "default", "via", "9.9.9.1");
  }

  @BeforeEach
  void home(@TempDir Path home) {
    machine = network.machine(home);
  }

  @AfterEach
  void freePorts() throws Exception {
    for (Process holder : holders) {
      holder.destroyForcibly().waitFor();
    }
    holders.clear();
  }

  private void take(String socket) throws IOException {
    Process holder =
        machine
            .process(List.of(), List.of("dns-server", "--zone", "x", "--listen", socket))
            .start();
    holders.add(holder);
    assertThat(holder.inputReader(StandardCharsets.UTF_8).readLine()).startsWith("listening on ");
  }

  private static String onIpv6(int port) {
    return "[" + TestNetwork.ADDRESS + "]:" + port;
  }

  private Outcome obtain(String... more) throws Exception {
    String[] words = Stream.concat(Stream.of("obtain"), Stream.of(more)).toArray(String[]::new);
    return machine.run(network.options(), words);
  }

  private static void assertDone(Outcome outcome) {
    assertThat(outcome.code()).as(outcome.toString()).isZero();
  }

  @Test
  void port80TakenOnIpv4OnlyIsInNobodysWay() throws Exception {
    take("0.0.0.0:80");

    Outcome outcome = obtain();

    assertDone(outcome);
    assertThat(outcome.err())
        .contains("on " + onIpv6(80), "asked for our token: answered")
        .doesNotContain("instead");
    Outcome ipv4 = obtain("--family", "ipv4");
    assertDone(ipv4);
    assertThat(ipv4.err()).contains("(process " + holders.getFirst().pid() + ") has 0.0.0.0:80");
    assertThat(ipv4.err()).contains(TO_443);
  }

  @Test
  void port80TakenOnIpv6OnlyLeadsToPort443AndSoDoRenewals() throws Exception {
    take(onIpv6(80));

    Outcome outcome = obtain();

    assertDone(outcome);
    assertThat(outcome.err().lines().filter(line -> line.contains("instead")))
        .singleElement()
        .asString()
        .contains("java (process " + holders.getFirst().pid() + ") has " + onIpv6(80), TO_443);
    Outcome ipv4 = obtain("--family", "ipv4");
    assertDone(ipv4);
    assertThat(ipv4.err()).contains("on " + IPV4 + ":80").doesNotContain("CA instead");

    freePorts();
    Outcome renewal = machine.runValidated("renew", "--force", "--lineage", TestNetwork.NAME);
    assertDone(renewal);
    assertThat(renewal.err()).contains("asked by TLS: answered").doesNotContain("instead");

    take(onIpv6(443));
    Outcome back = machine.runValidated("renew", "--force", "--lineage", TestNetwork.NAME);
    assertDone(back);
    assertThat(back.err()).contains(TO_80);
    Path kept = machine.state().resolve("renewal/" + TestNetwork.NAME + ".properties");
    assertThat(Files.readString(kept)).contains("responder.challenge=http-01");
  }

  @Test
  void port80ThatThisUserMayNotBindLeadsToPort443() throws Exception {
    network.namespace().sysctl("net/ipv4/ip_unprivileged_port_start", "443");
    try {
      Outcome outcome = unprivileged().run(network.options(), "obtain");

      assertDone(outcome);
      assertThat(outcome.err()).contains("is not allowed to use port 80" + TO_443);
    } finally {
      network.namespace().sysctl("net/ipv4/ip_unprivileged_port_start", "1024");
    }
  }

  @Test
  void portsThatThisUserMayNotBindAreToldWithTheWayOn() throws Exception {
    Outcome outcome = unprivileged().run(network.options(), "obtain");

    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.NOT_PERMITTED.code());
    assertThat(outcome.err())
        .contains("cannot listen on " + onIpv6(80), "this user is not allowed to use port 80")
        .contains("run it with sudo, or: sudo sysctl net.ipv4.ip_unprivileged_port_start=80");
  }

  private V6cert unprivileged() {
    List<String> without = List.of("setpriv", "--bounding-set=-net_bind_service");
    return new V6cert(
        command ->
            network.namespace().process(Stream.concat(without.stream(), command.stream()).toList()),
        machine.home());
  }

  @Test
  void aPacketFilterThatLetsOnlyPort443InDoesToo() throws Exception {
    NetworkNamespace host = network.namespace();
    host.run(
        "nft",
        "table inet guard { chain input { type filter hook input priority 0; tcp dport 80 drop; }; }");
    try {
      Outcome check = machine.run(network.options(), "check", "--resolver", TestNetwork.INTERNET);
      assertThat(check.out()).containsPattern("warn +firewall .*" + "tcp dport 80 drop.*instead");
      Outcome outcome = obtain();

      assertDone(outcome);
      assertThat(outcome.err().lines().filter(line -> line.contains("keeps TCP port 80 out")))
          .singleElement()
          .asString()
          .endsWith(TO_443);
    } finally {
      host.run("nft", "delete", "table", "inet", "guard");
    }
  }

  @Test
  void aChallengeThatWasChosenStays() throws Exception {
    take(onIpv6(80));
    take(onIpv6(443));

    for (String challenge : List.of("http-01", "tls-alpn-01")) {
      Outcome outcome = obtain("--challenge", challenge);

      assertThat(outcome.code()).isEqualTo(ExitStatus.NOT_PERMITTED.code());
      assertThat(outcome.err()).contains("cannot listen on").doesNotContain("instead");
    }
    Outcome neither = obtain();
    assertThat(neither.code()).isEqualTo(ExitStatus.NOT_PERMITTED.code());
    assertThat(neither.err()).contains("cannot listen on " + onIpv6(80));
  }
}

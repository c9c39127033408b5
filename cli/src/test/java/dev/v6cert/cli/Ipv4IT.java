package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A machine with a public IPv4 address and no IPv6 beyond link-local, before a real authority.
 *
 * <pre>
 *   machine 9.9.9.7 ------ internet 9.9.9.1 (DNS server, Pebble)
 * </pre>
 */
class Ipv4IT {

  private static final String ADDRESS = "9.9.9.7";
  private static final String OTHER = "9.9.9.8";
  private static final String INTERNET = "9.9.9.1";
  private static final String IPV6 = "2a01:4f8:c17:b8f::7";

  @RegisterExtension
  static final RunningNetwork network =
      new RunningNetwork(it -> it.profiles("shortlived"), Ipv4IT::join, INTERNET);

  V6cert machine;

  private static void join(NetworkNamespace machine, NetworkNamespace internet) throws IOException {
    machine.connect("eth0", internet, "eth0");
    machine.addAddress("eth0", ADDRESS + "/24");
    internet.addAddress("eth0", INTERNET + "/24");
    machine.run("ip", "route", "add", "default", "via", INTERNET);
  }

  @BeforeEach
  void home(@TempDir Path home) {
    machine = network.machine(home);
  }

  private Outcome obtain(String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("obtain"));
    arguments.addAll(List.of(more));
    return machine.run(network.options(), arguments.toArray(String[]::new));
  }

  private static void assertDone(Outcome outcome) {
    assertThat(outcome.code()).as(outcome.toString()).isZero();
  }

  private static void assertFails(Outcome outcome, ExitStatus status, String... words) {
    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(status.code());
    assertThat(outcome.err()).contains(words);
    assertThat(outcome.err().lines().filter(line -> !line.isBlank()).count())
        .as(outcome.err())
        .isLessThanOrEqualTo(3);
  }

  @Test
  void theThreeCommandsOfTheReadmeEndWithACertificate() throws Exception {
    assertThat(machine.run("name").out()).isEqualTo("9-9-9-7.sslip.io\n");
    assertThat(machine.run("addresses").out()).contains(ADDRESS + "/24", "would be used");
    Outcome outcome = obtain();

    assertDone(outcome);
    assertThat(outcome.err()).contains("address 9.9.9.7 on eth0", "name 9-9-9-7.v6.test");
    assertThat(outcome.out()).endsWith("https://9-9-9-7.v6.test/\n");
    assertDone(machine.run("renew", "--force"));
  }

  @Test
  void upShowsADevServer() throws Exception {
    try (ShownServer dev = ShownServer.start(network, machine)) {
      assertThat(dev.page("9-9-9-7.v6.test", ADDRESS)).isEqualTo("here\n");
    }
  }

  @Test
  void theAddressItselfIsCertifiedToo() throws Exception {
    Outcome outcome =
        machine.run(network.options().subList(2, network.options().size()), "obtain", "--ip");

    assertDone(outcome);
    assertThat(outcome.out()).endsWith("https://9.9.9.7/\n");
    assertThat(machine.run("show", "ip-9.9.9.7").out()).contains(ADDRESS);
  }

  @Test
  void tlsAlpn01AnswersForTheNameAndTheAddress() throws Exception {
    assertDone(obtain("--challenge", "tls-alpn-01"));
    assertDone(
        machine.run(
            network.options().subList(2, network.options().size()),
            "obtain",
            "--ip",
            "--challenge",
            "tls-alpn-01"));
  }

  @Test
  void checkFindsNothingInTheWay() throws Exception {
    Outcome outcome = machine.run(network.options(), "check", "--resolver", INTERNET);

    assertThat(outcome.out())
        .containsPattern("ok +address +9.9.9.7 on eth0")
        .containsPattern("ok +route +the default route goes through eth0")
        .containsPattern("ok +port +can answer the CA on 9.9.9.7:80")
        .containsPattern("ok +firewall ")
        .containsPattern("ok +name +9-9-9-7.v6.test leads here");
  }

  @Test
  void thePacketFilterThatKeepsTheAuthorityOutIsToldBeforeTheOrder() throws Exception {
    NetworkNamespace host = network.namespace();
    host.run("nft", "add", "table", "ip", "guard");
    host.run("nft", "add chain ip guard input { type filter hook input priority 0; policy drop; }");
    try {
      for (String rule :
          List.of("iif lo accept", "ct state established,related accept", "udp sport 53 accept")) {
        host.run("nft", "add rule ip guard input " + rule);
      }
      Outcome outcome = machine.run(network.options(), "check", "--resolver", INTERNET);

      assertThat(outcome.code()).isEqualTo(ExitStatus.NOT_PERMITTED.code());
      assertThat(outcome.out())
          .contains(
              "nftables keeps TCP port 80 out: policy of chain ip guard input",
              "sudo nft insert rule ip guard input tcp dport 80 accept");
    } finally {
      host.run("nft", "delete", "table", "ip", "guard");
    }
  }

  @Nested
  class TheAddressOfTomorrow {

    @Test
    void isFollowedByTheLineage() throws Exception {
      assertDone(obtain());
      move(ADDRESS, OTHER);
      try {
        assertThat(machine.run("status").code()).isEqualTo(ExitStatus.FAILING.code());
        Outcome outcome = machine.run("renew");

        assertDone(outcome);
        assertThat(machine.run("list").out()).contains("9-9-9-8.v6.test");
      } finally {
        move(OTHER, ADDRESS);
      }
    }

    private static void move(String from, String to) throws IOException {
      NetworkNamespace host = network.namespace();
      host.run("ip", "address", "del", from + "/24", "dev", "eth0");
      host.addAddress("eth0", to + "/24");
      host.run("ip", "route", "replace", "default", "via", INTERNET);
    }

    @Test
    void mayBeOfIpv6AndTheLineageKeepsItsName() throws Exception {
      assertDone(obtain());
      NetworkNamespace host = network.namespace();
      host.addAddress("eth0", IPV6 + "/64");
      try {
        assertThat(machine.run("name").out()).startsWith("2a01-04f8-0c17-0b8f-");
        assertThat(machine.run("name", "--family", "ipv4").out()).startsWith("9-9-9-7.");
        Outcome outcome = machine.run("renew", "--force");

        assertDone(outcome);
        assertThat(machine.run("list").out()).contains("9-9-9-7.v6.test").doesNotContain("2a01");
      } finally {
        host.run("ip", "address", "del", IPV6 + "/64", "dev", "eth0");
      }
    }
  }

  @Nested
  class BadInput {

    @Test
    void ipv6OnAMachineWithout() throws Exception {
      assertFails(
          obtain("--family", "ipv6"),
          ExitStatus.NO_ADDRESS,
          "this machine has no public IPv6 address",
          "link-local (fe80::) only",
          "leave out --family ipv6");
    }

    @ParameterizedTest
    @CsvSource({
      "192.168.1.7, 'Private-Use (192.168.0.0/16, RFC 1918)'",
      "100.64.0.1, 100.64.0.0/10",
      "240.0.0.1, 240.0.0.0/4",
      "0.0.0.0, 0.0.0.0",
      "192.0.2.7, 192.0.2.0/24",
      "169.254.169.254, 169.254.0.0/16",
      "224.0.0.1, 224.0.0.0/4",
      "255.255.255.255, 255.255.255.255"
    })
    void anAddressOfAPrivateOrReservedRange(String address, String range) throws Exception {
      assertFails(
          obtain("--address", address),
          ExitStatus.NO_ADDRESS,
          address + " is not a public address",
          range);
    }

    @Test
    void anAddressOfAnotherMachine() throws Exception {
      assertFails(
          obtain("--address", "9.9.9.99"),
          ExitStatus.NO_ADDRESS,
          "9.9.9.99 is not an address of this machine");
    }

    @Test
    void anAddressOfTheOtherFamily() throws Exception {
      assertFails(
          obtain("--family", "ipv6", "--address", ADDRESS),
          ExitStatus.USAGE,
          "9.9.9.7 is an IPv4 address, and --family another");
    }

    @Test
    void noAddressAndNoFamily() throws Exception {
      assertFails(machine.run("name", "9.9.9"), ExitStatus.USAGE, "\"9.9.9\" is not an IP address");
      assertFails(
          machine.run("name", "--family", "ipv5"),
          ExitStatus.USAGE,
          "it is none of auto, ipv6, ipv4");
    }
  }
}

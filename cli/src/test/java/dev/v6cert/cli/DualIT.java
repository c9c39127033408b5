package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.NetworkNamespace;
import dev.v6cert.testing.Pebble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One name that carries both addresses of a machine, before a real authority.
 *
 * <pre>
 *   machine 2a01:4f8:c17:b8f::2, 9.9.9.7 ---- internet ::1, 9.9.9.1 (DNS, Pebble)
 * </pre>
 */
class DualIT {

  private static final String IPV4 = "9.9.9.7";
  private static final String NAME = "9-9-9-7." + TestNetwork.NAME;
  private static final String OTHER_IPV6 = "2a01:4f8:c17:b8f::3";

  @RegisterExtension
  static final RunningNetwork network =
      new RunningNetwork(it -> it.profiles("shortlived", "classic"), DualIT::join);

  V6cert machine;

  private static void join(NetworkNamespace machine, NetworkNamespace internet) throws IOException {
    TestNetwork.joinDirectly(machine, internet);
    machine.addAddress("eth0", IPV4 + "/24");
    internet.addAddress("eth0", "9.9.9.1/24");
    machine.run("ip", "route", "add", "default", "via", "9.9.9.1");
  }

  @BeforeEach
  void home(@TempDir Path home) {
    machine = network.machine(home);
  }

  private Outcome obtain(String... more) throws Exception {
    String[] words =
        Stream.concat(Stream.of("obtain", "--dual"), Stream.of(more)).toArray(String[]::new);
    return machine.run(network.options(), words);
  }

  private static void assertDone(Outcome outcome) {
    assertThat(outcome.code()).as(outcome.toString()).isZero();
  }

  private static void assertFails(Outcome outcome, ExitStatus status, String... words) {
    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(status.code());
    assertThat(outcome.err()).contains(words);
    assertThat(outcome.err().lines().filter(line -> line.matches("(error:|  [^ ]).*")).count())
        .as(outcome.err())
        .isBetween(1L, 3L);
  }

  private static void move(String from, String to) throws IOException {
    NetworkNamespace host = network.namespace();
    String length = to.contains(":") ? "/64" : "/24";
    host.addAddress("eth0", to + length);
    host.run("ip", "address", "del", from + length, "dev", "eth0");
    String gateway = to.contains(":") ? TestNetwork.INTERNET : "9.9.9.1";
    String family = to.contains(":") ? "-6" : "-4";
    host.run("ip", family, "address", "replace", to + length, "dev", "eth0");
    host.run("ip", family, "route", "replace", "default", "via", gateway);
  }

  @Test
  void addressesAndNameAndCheckShowBoth() throws Exception {
    assertThat(machine.run("addresses", "--dual").out().lines())
        .filteredOn(line -> line.endsWith("would be used"))
        .hasSize(2)
        .anySatisfy(line -> assertThat(line).contains(TestNetwork.ADDRESS + "/64"))
        .anySatisfy(line -> assertThat(line).contains(IPV4 + "/24"));
    assertThat(machine.run("addresses", "--dual", "--json").out())
        .contains("\"chosen\": \"" + TestNetwork.ADDRESS + "\"", "\"beside\": \"9.9.9.7\"");
    assertThat(machine.run("name", "--dual", "--zone", TestNetwork.ZONE).out())
        .isEqualTo(NAME + "\n");
    assertThat(machine.run("name", "--dual", "--form", "compressed").out())
        .isEqualTo("9-9-9-7.2a01-4f8-c17-b8f--2.sslip.io\n");
    assertThat(machine.run("name", "--decode", NAME).out())
        .isEqualTo(TestNetwork.ADDRESS + "\n" + IPV4 + "\n");

    Outcome check =
        machine.run(network.options(), "check", "--dual", "--resolver", TestNetwork.INTERNET);

    assertThat(check.out())
        .containsPattern("ok +address +" + TestNetwork.ADDRESS + " on eth0 and 9.9.9.7 on eth0")
        .containsPattern("ok +name +" + NAME + " leads here: this machine's resolver and 1 of 1");
    assertThat(check.out().lines().filter(line -> line.matches("ok +route .*"))).hasSize(2);
  }

  @Test
  void oneNameIsCertifiedForSixDaysOnceBothAddressesAnswered() throws Exception {
    Pebble.need(Pebble.PROFILES);
    Outcome outcome = obtain();

    assertDone(outcome);
    assertThat(outcome.err())
        .contains("address " + TestNetwork.ADDRESS + " on eth0 and 9.9.9.7 on eth0")
        .contains("both addresses of " + NAME + " lead here");
    assertThat(outcome.out()).endsWith("https://" + NAME + "/\n");
    assertThat(machine.run("show", NAME).out())
        .containsPattern("profile +shortlived")
        .containsPattern("follows +.*" + TestNetwork.ADDRESS + " and 9.9.9.7");
    assertThat(obtain().err()).contains("kept the certificate for the same names");
    assertDone(machine.run("renew", "--force"));
  }

  @Test
  void tlsAlpn01ProvesBothToo() throws Exception {
    Pebble.need(Pebble.PROFILES);
    assertDone(obtain("--challenge", "tls-alpn-01"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"9.9.9.8", OTHER_IPV6})
  void theLineageFollowsEitherAddress(String other) throws Exception {
    Pebble.need(Pebble.PROFILES);
    assertDone(obtain("--form", "compressed"));
    String old = other.contains(":") ? TestNetwork.ADDRESS : IPV4;
    move(old, other);
    try {
      Outcome status = machine.run("status");
      assertThat(status.code()).as(status + "").isEqualTo(ExitStatus.FAILING.code());
      Outcome renewal = machine.run("renew");

      assertDone(renewal);
      assertThat(machine.run("list").out())
          .contains(
              other.contains(":")
                  ? "9-9-9-7.2a01-4f8-c17-b8f--3.v6.test"
                  : "9-9-9-8.2a01-4f8-c17-b8f--2.v6.test");
      assertThat(machine.run("renew").err()).contains("is not due before");
    } finally {
      move(other, old);
    }
  }

  @Nested
  class IsRefused {

    @Test
    void whereAnotherServerAnswersOnOneOfTheTwo(@TempDir Path rules) throws Exception {
      Pebble.need(Pebble.PROFILES);
      NetworkNamespace host = network.namespace();
      Path file =
          Files.writeString(
              rules.resolve("redirect.nft"),
              """
              table ip elsewhere {
                chain out { type nat hook output priority -100;
                  ip daddr 9.9.9.7 tcp dport 80 redirect to :81
                }
              }
              """);
      host.run("nft", "-f", file.toString());
      try {
        assertFails(
            obtain(),
            ExitStatus.NOT_PERMITTED,
            "9.9.9.7:80 does not lead to v6cert, and the name carries it",
            "obtain without --dual");
      } finally {
        host.run("nft", "delete", "table", "ip", "elsewhere");
      }
    }

    @Test
    void whereOneFamilyIsThere() throws Exception {
      NetworkNamespace host = network.namespace();
      host.run("ip", "address", "del", IPV4 + "/24", "dev", "eth0");
      host.addAddress("eth0", "192.168.7.2/24");
      try {
        for (String command : new String[] {"obtain", "addresses", "name"}) {
          Outcome outcome = command.equals("obtain") ? obtain() : machine.run(command, "--dual");
          assertFails(
              outcome,
              ExitStatus.NO_ADDRESS,
              "--dual takes a public address of each family, and this machine has none of IPv4",
              "private only",
              "leave --dual out for a name of the IPv6 address");
        }
        assertThat(machine.run(network.options(), "check", "--dual").out())
            .containsPattern("fail +address +--dual takes a public address of each family");
      } finally {
        host.run("ip", "address", "del", "192.168.7.2/24", "dev", "eth0");
        host.addAddress("eth0", IPV4 + "/24");
        host.run("ip", "route", "replace", "default", "via", "9.9.9.1");
      }
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "--domain=a.example.org",
          "--ip",
          "--wildcard",
          "--family=ipv6",
          "--address=" + IPV4,
          "--ask-outside"
        })
    void besideAnotherChoiceOfNameOrAddress(String option) throws Exception {
      assertFails(
          obtain(option),
          ExitStatus.USAGE,
          "without " + option.replaceFirst("=.*", ""),
          "leave one of them out");
    }

    @Test
    void besideAnotherProfileOrTheLocalCa() throws Exception {
      assertFails(obtain("--profile", "classic"), ExitStatus.USAGE, "profile shortlived only");
      assertFails(
          machine.run("obtain", "--dual", "--ca", "local"), ExitStatus.USAGE, "local CA signs");
      assertFails(
          machine.run("name", "9.9.9.7", "--dual"), ExitStatus.USAGE, "an ADDRESS and --dual");
    }
  }
}

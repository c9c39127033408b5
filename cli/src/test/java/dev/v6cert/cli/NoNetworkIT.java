package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.NetworkNamespace;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The messages on a machine whose network does not work. */
class NoNetworkIT {

  private static final String ADDRESS = "2a01:4f8:c17:b8f::2";
  private static final String NAME = "2a01-4f8-c17-b8f--2.v6.test";

  @TempDir Path home;
  private NetworkNamespace machine;
  private V6cert program;

  @BeforeEach
  void make() throws Exception {
    machine = NetworkNamespace.create();
    program = new V6cert(machine::process, home);
    Path resolver = Files.writeString(home.resolve("resolv.conf"), "nameserver ::1\n");
    machine.run("mount", "--bind", resolver.toString(), "/etc/resolv.conf");
  }

  @AfterEach
  void end() {
    machine.close();
  }

  @Test
  void aLinkThatIsDownIsNamedAndNotTheRouter() throws Exception {
    machine.addDevice("eth0");
    machine.run("ip", "link", "set", "eth0", "down");

    Outcome outcome = program.run("obtain", "--agree-tos");

    assertThat(outcome.code()).isEqualTo(ExitStatus.NO_ADDRESS.code());
    assertThat(outcome.err())
        .contains("no network: eth0, eth0-far are down", "ip link set eth0 up");
    assertThat(outcome.err()).doesNotContain("router");
  }

  @Test
  void aResolverThatDoesNotAnswerIsNoNameThatIsNotKnown() throws Exception {
    machine.addDevice("eth0");
    machine.addAddress("eth0", ADDRESS + "/64");

    Outcome outcome = program.run("obtain", "--agree-tos", "--zone", "v6.test");

    assertThat(outcome.code()).isEqualTo(ExitStatus.UNAVAILABLE.code());
    assertThat(outcome.err())
        .contains("no DNS server answers for", "/etc/resolv.conf")
        .doesNotContain("does not know");
    Outcome check = program.run("check", "--domain", NAME, "--ca", "https://[::1]:1/dir");
    assertThat(check.out())
        .contains("no DNS server answers for " + NAME)
        .doesNotContain("does not know");
  }

  @Test
  void openPortWithNobodyToAskIsSaid() throws Exception {
    machine.addDevice("eth0");
    machine.addAddress("eth0", "192.168.7.2/24");

    Outcome outcome = program.run("obtain", "--agree-tos", "--open-port");

    assertThat(outcome.code()).isEqualTo(ExitStatus.NO_ADDRESS.code());
    assertThat(outcome.err().lines())
        .first()
        .isEqualTo("error: --open-port: there is no IPv4 router to ask");
    assertThat(outcome.err().lines().count()).isLessThanOrEqualTo(3);
  }

  @Test
  void aUniqueLocalAddressBesideAPrivateOneIsAHomeNetwork() throws Exception {
    machine.addDevice("eth0");
    machine.addAddress("eth0", "fd00::2/64");
    machine.addAddress("eth0", "192.168.7.2/24");

    Outcome outcome = program.run("obtain", "--agree-tos");

    assertThat(outcome.code()).isEqualTo(ExitStatus.NO_ADDRESS.code());
    assertThat(outcome.err())
        .contains("IPv6: unique local (fd00::) only", "IPv4: private only")
        .contains("--open-port", "up --local or --ca local");
  }

  @Test
  void aDeprecatedAddressIsUsedWithAWarning() throws Exception {
    machine.addDevice("eth0");
    machine.addAddress("eth0", ADDRESS + "/64", "preferred_lft", "0", "valid_lft", "7500");

    Outcome outcome =
        program.run("obtain", "--agree-tos", "--no-dns-check", "--ca", "https://[::1]:1/dir");

    assertThat(outcome.err())
        .contains("address " + ADDRESS + " on eth0", "is deprecated and gone in 2h")
        .contains("cannot reach the CA");
  }
}

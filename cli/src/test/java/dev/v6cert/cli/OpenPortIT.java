package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.testing.HomeRouter;
import dev.v6cert.testing.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --open-port} behind a home router whose firewall is shut. */
class OpenPortIT {

  static TestNetwork network;
  static HomeRouter router;

  V6cert machine;

  @BeforeAll
  static void make(@TempDir Path home) throws Exception {
    List<HomeRouter> made = new ArrayList<>();
    network = TestNetwork.create(home, settings -> settings, (a, b) -> made.add(join(a, b, home)));
    router = made.getFirst();
  }

  private static HomeRouter join(NetworkNamespace machine, NetworkNamespace internet, Path home)
      throws IOException {
    HomeRouter router = HomeRouter.beside(machine, home);
    machine.addAddress("eth0", TestNetwork.ADDRESS + "/128");
    router.namespace().connect("wan0", internet, "eth0");
    internet.addAddress("eth0", TestNetwork.INTERNET + "/128");
    internet.addAddress("eth0", "fe80::9/64");
    router.namespace().addAddress("wan0", "fe80::8/64");
    NetworkNamespace between = router.namespace();
    between.addAddress("lan0", "2a01:4f8:c17:b8e::1/64"); // miniupnpd does no IPv6 without one.
    between.run("ip", "-6", "route", "add", TestNetwork.ADDRESS, "dev", "lan0");
    between.run("ip", "-6", "route", "add", TestNetwork.INTERNET, "dev", "wan0");
    internet.run("ip", "-6", "route", "add", "default", "via", "fe80::8", "dev", "eth0");
    router.start();
    return router;
  }

  @AfterAll
  static void end() {
    if (network != null) {
      network.close();
    }
    if (router != null) {
      router.close();
    }
  }

  @BeforeEach
  void home(@TempDir Path home) {
    machine = network.machine(home);
  }

  @Test
  void the_authority_gets_in_meanwhile_and_at_renewals_and_nobody_afterwards() throws Exception {
    Outcome outcome = machine.run(network.options(), "obtain", "--open-port");

    assertThat(outcome.code()).as(outcome.toString()).isZero();
    assertThat(outcome.err()).contains("the router lets port 80 in (PCP)");
    router.awaitNoHoles();
    Outcome renewal = machine.run("renew", "--force");
    assertThat(renewal.code()).as(renewal.toString()).isZero();
    assertThat(renewal.err()).contains("the router lets port 80 in (PCP)");
    router.awaitNoHoles();
  }

  @Test
  void a_router_that_does_not_is_told_and_the_authority_may_get_in_all_the_same() throws Exception {
    router.hide("5351");
    router.hide("1900");
    policy("accept");
    try {
      Outcome outcome = machine.run(network.options(), "obtain", "--open-port");

      assertThat(outcome.code()).as(outcome.toString()).isZero();
      assertThat(outcome.err())
          .contains("warning: the router does not open port 80")
          .contains("PCP: the router does not have it", "UPnP: the router does not answer");
    } finally {
      policy("drop");
      router.hideNothing();
    }
  }

  private static void policy(String verdict) throws IOException {
    String chain = "{ policy " + verdict + "; }";
    router.namespace().run("nft", "chain", "inet", "filter", "forward", chain);
  }
}

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A machine with a private address and no default route, whose name leads to a proxy.
 *
 * <pre>
 *   machine 10.3.0.2 ------ 10.3.0.1 internet 9.9.9.9 (DNS server, Pebble, a proxy on port 80)
 * </pre>
 */
class OwnDomainIT {

  private static final String MACHINE = "10.3.0.2";
  private static final String GATEWAY = "10.3.0.1";

  /** The address of the CA, which is a public one: a CA in the local network takes private ones. */
  private static final String INTERNET = "9.9.9.8";

  private static final String PROXY = "9.9.9.9";

  /** A name that our DNS server leads to the proxy; to v6cert it is one like any other. */
  private static final String NAME = "9-9-9-9." + TestNetwork.ZONE;

  @RegisterExtension
  static final RunningNetwork network = new RunningNetwork(it -> it, OwnDomainIT::join, INTERNET);

  V6cert machine;

  /** Forwards the proxy's port 80 to port 8080 of the machine. */
  private static void join(NetworkNamespace machine, NetworkNamespace internet) throws IOException {
    machine.connect("eth0", internet, "eth0");
    machine.addAddress("eth0", MACHINE + "/24");
    internet.addAddress("eth0", GATEWAY + "/24");
    internet.addAddress("lo", INTERNET + "/32");
    machine.run("ip", "route", "add", INTERNET + "/32", "via", GATEWAY);
    internet.addAddress("lo", PROXY + "/32");
    internet.run("nft", "add", "table", "ip", "proxy");
    internet.run("nft", "add chain ip proxy out { type nat hook output priority -100; }");
    internet.run(
        "nft",
        "add rule ip proxy out ip daddr " + PROXY + " tcp dport 80 dnat to " + MACHINE + ":8080");
    internet.run("nft", "add chain ip proxy post { type nat hook postrouting priority 100; }");
    internet.run("nft", "add rule ip proxy post ip daddr " + MACHINE + " masquerade");
  }

  @BeforeEach
  void home(@TempDir Path home) {
    machine = network.machine(home);
  }

  private Outcome run(String... arguments) throws Exception {
    List<String> options = network.options();
    return machine.run(options.subList(2, options.size()), arguments); // Without the zone.
  }

  private static List<String> with(List<String> some, String... more) {
    List<String> all = new ArrayList<>(some);
    all.addAll(List.of(more));
    return all;
  }

  @Test
  void needsNoAddressAndNoRoute() throws Exception {
    Outcome outcome = run("obtain", "--domain", NAME, "--http-port", "8080");

    assertThat(outcome.code()).as(outcome.toString()).isZero();
    assertThat(outcome.err())
        .contains("address not needed", "the DNS leads " + NAME + " to " + PROXY);
    assertThat(outcome.out()).endsWith("https://" + NAME + "/\n");
    assertThat(network.namespace().run("ip", "route")).doesNotContain("default");
    Outcome renewal = machine.run("renew", "--force");
    assertThat(renewal.code()).as(renewal.toString()).isZero();
  }

  @Test
  void isAnsweredOnTheLocalAddressThatIsAskedFor() throws Exception {
    Outcome outcome =
        run("obtain", "--domain", NAME, "--http-port", "8080", "--http-address", MACHINE);

    assertThat(outcome.code()).as(outcome.toString()).isZero();
    assertThat(machine.run("check", "--domain", NAME, "--http-port", "8080").out())
        .containsPattern("ok +address +not needed")
        .containsPattern("ok +port +can answer the CA on ");
  }

  @Test
  void doesNotHelpWhoAsksForTheAddressOrItsNameToo() throws Exception {
    for (List<String> more :
        List.of(
            List.of("--ip"), List.of("--zone", TestNetwork.ZONE), List.of("--family", "ipv4"))) {
      Outcome outcome =
          run(
              with(List.of("obtain", "--domain", NAME), more.toArray(String[]::new))
                  .toArray(String[]::new));

      assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.NO_ADDRESS.code());
      assertThat(outcome.err()).contains("IPv4: private only");
    }
  }
}

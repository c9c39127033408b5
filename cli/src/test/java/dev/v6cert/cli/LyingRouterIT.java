package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.NetworkNamespace;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A machine behind a router that lies: each lie ends within seconds, with the documented exit code,
 * in three lines, and without a certificate.
 *
 * <pre>
 *   machine 192.168.7.2 ---- 192.168.7.1 router and internet 9.9.9.1 (DNS, Pebble)
 * </pre>
 */
class LyingRouterIT {

  private static final String INTERNET = "9.9.9.1";
  private static final String ROUTER = "192.168.7.1";

  /** Each protocol is waited for some seconds, and both challenges' ports are asked for. */
  private static final Duration LONGEST = Duration.ofSeconds(25);

  @RegisterExtension
  static final RunningNetwork network = new RunningNetwork(it -> it, LyingRouterIT::join, INTERNET);

  V6cert machine;

  private static void join(NetworkNamespace machine, NetworkNamespace internet) throws IOException {
    machine.connect("eth0", internet, "eth0");
    machine.addAddress("eth0", "192.168.7.2/24");
    internet.addAddress("eth0", ROUTER + "/24");
    internet.addAddress("eth0", "192.168.7.9/24");
    internet.addAddress("lo", INTERNET + "/32");
    internet.addAddress("lo", "9.9.9.77/32"); // Of somebody else, who answers nothing.
    machine.run("ip", "route", "add", "default", "via", ROUTER);
  }

  @BeforeEach
  void home(@TempDir Path home) {
    machine = network.machine(home);
  }

  /** A router that lies so. */
  private static Process router(String lie) throws Exception {
    Class<?> router = Class.forName("dev.v6cert.ipv6.router.LyingRouter");
    List<String> words = new ArrayList<>(List.of(ROUTER));
    words.addAll(List.of(lie.split(" ", -1)));
    Process process = network.internet().java(List.of(), router, words).start();
    assertThat(process.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("ready");
    return process;
  }

  /** Obtains behind a router that lies so. */
  private Outcome obtain(String lie) throws Exception {
    Process process = router(lie);
    try {
      long start = System.nanoTime();
      Outcome outcome = machine.run(network.options(), "obtain", "--open-port");
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .as(outcome.toString())
          .isLessThan(LONGEST);
      return outcome;
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  /** By a run of another kind that looks for the router's address. */
  @Test
  void mappingsOfQueriesWithoutAnEndAreTakenAwayByTheNextRunAfterAKill() throws Exception {
    Process router = router("permanent");
    try {
      List<String> words = new ArrayList<>(List.of("obtain", "--wildcard", "--open-port"));
      words.addAll(network.options());
      Process killed = machine.process(List.of(), words).start();
      BufferedReader lines = killed.errorReader(StandardCharsets.UTF_8);
      StringBuilder seen = new StringBuilder();
      while (!seen.toString().contains("the router leads port 53")) {
        String line = lines.readLine();
        assertThat(line).as("after %s", seen).isNotNull();
        seen.append(line).append('\n');
      }
      assertThat(killed.destroyForcibly().waitFor()).isNotZero();
      assertThat(machine.state().resolve("port-mapping-dns-udp")).hasContent("53 UDP");
      assertThat(machine.state().resolve("port-mapping-dns-tcp")).hasContent("53");

      Outcome _ = machine.run(network.options(), "check", "--wildcard", "--open-port");

      assertThat(machine.state().resolve("port-mapping-dns-udp")).doesNotExist();
      assertThat(machine.state().resolve("port-mapping-dns-tcp")).doesNotExist();
    } finally {
      boolean _ = router.toHandle().destroyForcibly(); // Its words can still be read.
    }
    List<String> told = router.inputReader(StandardCharsets.UTF_8).readAllLines();
    for (String port : List.of("UDP 53", "TCP 53")) {
      assertThat(told.stream().filter(line -> line.endsWith(port)))
          .as("looked for, killed, left over, looked for, and asked by check")
          .containsExactlyElementsOf(
              Collections.nCopies(4, List.of("maps " + port, "maps no more " + port)).stream()
                  .flatMap(List::stream)
                  .toList());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          outside 192.168.1.2 | NO_ADDRESS    | behind another router  | its outer address is 192.168.1.2
          outside 10.0.0.2    | NO_ADDRESS    | behind another router  | its outer address is 10.0.0.2
          outside 100.64.3.2  | NO_ADDRESS    | the provider's NAT     | its outer address is 100.64.3.2
          outside 0.0.0.0     | NO_ADDRESS    | behind another router  | no outer address of use
          outside 127.0.0.1   | NO_ADDRESS    | behind another router  | no outer address of use
          outside nonsense    | NO_ADDRESS    | behind another router  | no outer address of use
          outside 9.9.9.77    | REFUSED       | could not validate     | a router that maps it may have another outer address than it says
          refuses             | NOT_PERMITTED | does not lead its port 80 to this machine | UPnP: the router refuses: no
          escapes             | NOT_PERMITTED | does not lead its port 80 to this machine | UPnP: the router refuses: red
          garbage             | NOT_PERMITTED | does not lead its port 80 to this machine | UPnP: the router does not speak HTTP
          drips               | NOT_PERMITTED | does not lead its port 80 to this machine | UPnP: the router takes too long
          others 192.168.7.9  | NOT_PERMITTED | does not lead its port 80 to this machine | UPnP: the router does not answer
          hangs               | NOT_PERMITTED | does not lead its port 80 to this machine | UPnP: the router does not answer
          """)
  void endsSoonAndIsTold(String lie, ExitStatus status, String what, String why) throws Exception {
    Outcome outcome = obtain(lie);

    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(status.code());
    assertThat(outcome.err()).contains(what, why);
    List<String> error =
        outcome.err().lines().dropWhile(line -> !line.startsWith("error: ")).toList();
    assertThat(error)
        .hasSizeBetween(1, 3)
        .allSatisfy(line -> assertThat(line).hasSizeLessThan(400));
    assertThat(machine.run("list").out()).doesNotContain("9-9-9-");
    assertThat(machine.state().resolve("port-mapping")).doesNotExist();
  }
}

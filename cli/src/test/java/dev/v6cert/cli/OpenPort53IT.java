package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
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
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code --wildcard --open-port} behind a home router whose firewall is shut. */
class OpenPort53IT {

  @RegisterExtension
  static final RunningNetwork NETWORK =
      new RunningNetwork(pebble -> pebble.dnsServer(RunningResolver.SOCKET), OpenPort53IT::join);

  private static final List<AutoCloseable> RUNNING = new ArrayList<>();

  @TempDir static Path routerHome;

  @SuppressWarnings("NullAway.Init") // Made with the network.
  static HomeRouter router;

  private V6cert machine = V6cert.here(Path.of(""));

  private static void join(NetworkNamespace machine, NetworkNamespace internet) throws IOException {
    router = OpenPortIT.joinBehind(machine, internet, routerHome);
    RUNNING.add(router);
  }

  @BeforeAll
  static void startResolver() throws IOException {
    RUNNING.add(RunningResolver.start(NETWORK.internet(), NETWORK.home()));
  }

  @AfterAll
  static void stop() throws Exception {
    for (AutoCloseable one : RUNNING) {
      one.close();
    }
  }

  @BeforeEach
  void home(@TempDir Path home) {
    machine = NETWORK.machine(home);
  }

  @Test
  void queriesGetInByUdpAndTcpMeanwhileAndNoneAfterwards() throws Exception {
    Outcome shut = machine.run(NETWORK.options(), "obtain", "--wildcard", "--dry-run");
    assertThat(shut.code()).as(shut.toString()).isEqualTo(ExitStatus.REFUSED.code());

    Outcome outcome = machine.run(NETWORK.options(), "obtain", "--wildcard", "--open-port");

    assertThat(outcome.code()).as(outcome.toString()).isZero();
    assertThat(outcome.err())
        .contains("the router lets UDP port 53 in (PCP)", "the router lets port 53 in (PCP)");
    router.awaitNoHoles();
    Outcome renewal = machine.run("renew", "--force");
    assertThat(renewal.code()).as(renewal.toString()).isZero();
    assertThat(renewal.err()).contains("the router lets UDP port 53 in (PCP)");
    router.awaitNoHoles();
  }
}

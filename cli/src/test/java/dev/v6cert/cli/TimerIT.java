package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code renew} as cron and systemd timers run it: nobody at a terminal, and perhaps twice. */
class TimerIT {

  private static final Duration LIFETIME = Duration.ofSeconds(4);

  @RegisterExtension
  static final RunningNetwork network = new RunningNetwork(settings -> settings.lifetime(LIFETIME));

  @TempDir Path home;

  private static ProcessBuilder renew(V6cert machine, String... words) {
    List<String> all = new ArrayList<>(List.of("renew"));
    all.addAll(List.of(words));
    ProcessBuilder builder = machine.process(List.of(), all);
    builder.environment().remove("V6CERT_NO_JITTER");
    return builder;
  }

  private static void untilDue(V6cert machine) throws Exception {
    while (machine.run("list", "--json").out().contains("\"due\": false")) {
      Thread.onSpinWait();
    }
  }

  @Test
  void whatIsDueWaitsForARandomTimeWithoutTheLockAndCanBeToldToStop() throws Exception {
    V6cert machine = network.machine(home);
    assertThat(machine.run(network.options(), "obtain").code()).isZero();
    untilDue(machine);
    Process waiting = renew(machine, "--jitter", "1h").start();
    BufferedReader err = waiting.errorReader(StandardCharsets.UTF_8);
    assertThat(err.readLine()).startsWith("waiting ").contains("--no-jitter");

    Outcome other = machine.run(renew(machine, "--no-jitter"));

    assertThat(other.code()).as(other.toString()).isZero();
    assertThat(other.out()).contains(" renewed, ");
    new ProcessBuilder("kill", Long.toString(waiting.pid())).start().waitFor();
    assertThat(waiting.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(waiting.exitValue()).isEqualTo(143);
  }

  @Test
  void itIsRenewedOnceTheWaitIsOver() throws Exception {
    V6cert machine = network.machine(home);
    assertThat(machine.run(network.options(), "obtain").code()).isZero();
    untilDue(machine);

    Outcome renew = machine.run(renew(machine, "--jitter", "1s"));

    assertThat(renew.code()).as(renew.toString()).isZero();
    assertThat(renew.out()).contains(" renewed, ");
  }

  @Test
  void aLimitOfADayIsRefused() throws Exception {
    assertThat(network.machine(home).run("renew", "--jitter", "24h").code())
        .isEqualTo(ExitStatus.USAGE.code());
  }
}

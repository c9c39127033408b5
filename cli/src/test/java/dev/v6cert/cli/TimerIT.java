package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code renew} as cron and systemd timers run it: nobody at a terminal, and perhaps twice. */
class TimerIT {

  private static final Duration LIFETIME = Duration.ofSeconds(4);

  static TestNetwork network;

  @TempDir Path home;

  @BeforeAll
  static void make(@TempDir Path networkHome) throws IOException {
    network = TestNetwork.create(networkHome, settings -> settings.lifetime(LIFETIME));
  }

  @AfterAll
  static void end() {
    if (network != null) {
      network.close();
    }
  }

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
  void what_is_due_waits_for_a_random_time_without_the_lock_and_can_be_told_to_stop()
      throws Exception {
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
  void it_is_renewed_once_the_wait_is_over() throws Exception {
    V6cert machine = network.machine(home);
    assertThat(machine.run(network.options(), "obtain").code()).isZero();
    untilDue(machine);

    Outcome renew = machine.run(renew(machine, "--jitter", "1s"));

    assertThat(renew.code()).as(renew.toString()).isZero();
    assertThat(renew.out()).contains(" renewed, ");
  }

  @Test
  void a_limit_of_a_day_is_refused() throws Exception {
    assertThat(network.machine(home).run("renew", "--jitter", "24h").code()).isEqualTo(64);
  }
}

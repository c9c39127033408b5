package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The status of certificates whose stored dates are set back. */
class StatusIT {

  @RegisterExtension
  static final RunningNetwork network =
      new RunningNetwork(settings -> settings.lifetime(Duration.ofDays(90)));

  @TempDir Path home;
  private V6cert machine = V6cert.here(Path.of(""));

  /** Makes the certificate, by what is stored of it, as old as this. */
  private void age(Duration age, String... more) throws Exception {
    Path file = machine.state().resolve("renewal").resolve(TestNetwork.NAME + ".properties");
    Instant from = Instant.now().minus(age);
    String text =
        Files.readString(file)
            .replaceAll(
                "(?m)^(not-before|issued-at)=.*$", "$1=" + from.toString().replace(":", "\\\\:"))
            .replaceAll(
                "(?m)^not-after=.*$",
                "not-after=" + from.plus(Duration.ofDays(90)).toString().replace(":", "\\\\:"))
            .replaceAll("(?m)^advice-.*\\R", "");
    Files.writeString(file, text + String.join("\n", more) + "\n");
  }

  private void assertStatus(int code, String... fragments) throws Exception {
    Outcome outcome = machine.run("status");
    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(code);
    assertThat(outcome.out().lines()).hasSize(1);
    assertThat(outcome.out()).contains(fragments);
    assertThat(outcome.err()).isEmpty();
  }

  @Test
  void aTimerOfOneLineageRenewsThatOneAlone() throws Exception {
    machine = network.machine(home);
    assertThat(machine.run(network.options(), "obtain", "--lineage", "a").code()).isZero();
    assertThat(machine.run("renew", "--lineage", "a").code()).isZero();
    assertStatus(0, "healthy: 1 certificate");
    assertThat(machine.run(network.options(), "obtain", "--lineage", "b").code()).isZero();

    assertStatus(24, "unscheduled");
  }

  @Test
  void eachStateHasALineAndACodeAndNeedsNoLibrary() throws Exception {
    machine = network.machine(home);
    Outcome none = machine.run("status");
    assertThat(none.code()).isEqualTo(ExitStatus.CONFIGURATION.code());
    assertThat(none.err()).contains("there is no certificate in");
    assertThat(machine.run(network.options(), "obtain").code()).isZero();
    // Unattended, so that something seems to renew; ScheduleIT has the state without it.
    assertThat(machine.run("renew").code()).isZero();

    assertStatus(0, "healthy: 1 certificate, valid until ");
    assertThat(machine.loadedClasses("status")).filteredOn(LightCommandsIT::isHeavy).isEmpty();
    age(Duration.ofDays(70));
    assertStatus(20, "late: " + TestNetwork.NAME, "no renewal was tried");
    age(Duration.ofDays(80));
    assertStatus(22, "expiring: " + TestNetwork.NAME);
    age(Duration.ofDays(91));
    assertStatus(23, "expired: " + TestNetwork.NAME);
    age(
        Duration.ofDays(70),
        "failure.count=2",
        "failure.error=no route",
        "failure.since=2026-01-01T00\\:00\\:00Z");
    assertStatus(21, "failing since 2026-01-01 00:00 UTC", "no route");
    assertThat(machine.run("status", "--json").out())
        .contains("\"state\": \"failing\"")
        .contains("\"since\": \"2026-01-01T00:00:00Z\"")
        .contains("\"last_error\": \"no route\"");
    Files.writeString(machine.state().resolve("renewal/other.properties"), "garbage");
    assertStatus(78, "damaged: other: ", "1 more not healthy");
    assertThat(machine.run("status", "--lineage", TestNetwork.NAME).code())
        .isEqualTo(ExitStatus.FAILING.code());
    assertThat(machine.run("status", "--lineage", "nobody").code())
        .isEqualTo(ExitStatus.USAGE.code());
  }
}

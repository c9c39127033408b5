package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.v6cert.cli.Transcript.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Whether anything renews a certificate, on a machine with no systemd and cron jobs of its own. */
class ScheduleIT {

  @TempDir Path home;

  @RegisterExtension
  private final RunningNetwork network =
      new RunningNetwork(settings -> settings.lifetime(Duration.ofDays(90)));

  private V6cert machine = V6cert.here(Path.of(""));
  private final List<Process> running = new ArrayList<>();

  @BeforeEach
  void make() throws IOException {
    machine = network.machine(home);
    assumeThat(Path.of("/etc/cron.d")).as("the directory of cron's jobs").isDirectory();
    network
        .namespace()
        .run(
            "sh",
            "-c",
            "for there in /etc/cron.d /etc/systemd/system /run; do"
                + " [ ! -d $there ] || mount -t tmpfs tmpfs $there; done");
  }

  @AfterEach
  void end() throws Exception {
    for (Process process : running) {
      process.destroyForcibly().waitFor();
    }
  }

  /** A process that has the name of cron's daemon. */
  private Process cron() throws IOException {
    Path daemon = home.resolve("cron");
    if (!Files.exists(daemon)) {
      Files.copy(Path.of("/bin/sleep").toRealPath(), daemon);
      assertThat(daemon.toFile().setExecutable(true)).isTrue();
    }
    Process process = network.namespace().process(List.of(daemon.toString(), "1000")).start();
    running.add(process);
    return process;
  }

  private Path program(String name) throws IOException {
    Path program = Files.writeString(home.resolve(name), "#!/bin/sh\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    return program;
  }

  private Outcome run(Path program, String... words) throws Exception {
    return machine.run(machine.process(List.of("-Dv6cert.program=" + program), List.of(words)));
  }

  private Outcome obtain(Path program, String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of("obtain"));
    all.addAll(network.options());
    all.addAll(List.of(words));
    Outcome outcome = run(program, all.toArray(String[]::new));
    assertThat(outcome.code()).as(outcome.toString()).isZero();
    return outcome;
  }

  private void assertStatus(int code, String... fragments) throws Exception {
    Outcome status = machine.run("status");
    assertThat(status.code()).as(status.toString()).isEqualTo(code);
    assertThat(status.out()).contains(fragments);
  }

  @Test
  void aCertificateThatNothingRenewsIsTold() throws Exception {
    Path program = program("v6cert");
    String fault = "nothing renews this certificate: sudo v6cert schedule --install";

    assertThat(obtain(program).err()).contains(fault);

    assertThat(machine.run("list").err()).contains("nothing renews these certificates");
    assertThat(machine.run("list", "--json").out()).contains("\"scheduled\": false");
    assertStatus(24, "unscheduled: nothing renews " + TestNetwork.NAME, "schedule --install");
    assertThat(machine.run("status", "--json").out()).contains("\"state\": \"unscheduled\"");
    String typed = machine.state().toString();
    for (List<String> words : List.of(List.of("list"), List.of("status"), List.of("schedule"))) {
      List<String> all = new ArrayList<>(words);
      all.addAll(List.of("--state-dir", typed));
      Outcome outcome = machine.run(all.toArray(String[]::new));
      assertThat(outcome.out() + outcome.err())
          .contains("v6cert schedule --install --state-dir " + typed);
    }
    // A loop that somebody else runs is known by what it leaves behind.
    assertThat(machine.run("renew", "--quiet").code()).isZero();
    assertStatus(0, "healthy: 1 certificate");
    assertThat(machine.run("list").err()).contains("renewed by what ran v6cert renew at ");
  }

  @Test
  void obtainHasItRenewedAndAScheduleThatStopsWorkingIsToldAndRepaired() throws Exception {
    Path program = program("v6cert");
    Process cron = cron();

    assertThat(obtain(program, "--schedule").err())
        .contains("renewed hourly by /etc/cron.d/v6cert");

    assertStatus(0, "healthy: 1 certificate");
    assertThat(network.namespace().run("cat", "/etc/cron.d/v6cert"))
        .contains(" * * * * root " + program + " renew --quiet --state-dir=" + machine.state());
    for (int hour = 0; hour < 3; hour++) { // It ran, which does not hide that it has stopped.
      assertThat(machine.run("renew", "--quiet").code()).isZero();
    }
    Files.move(program, home.resolve("elsewhere"));
    assertStatus(24, "/etc/cron.d/v6cert does not renew", program + ", which is not there");
    Path other = program("other");
    Outcome schedule = run(other, "schedule");
    assertThat(schedule.out()).contains(" root " + program + " renew");
    assertThat(schedule.err()).contains(program + ", which is not there", "schedule --install");
    assertThat(run(other, "schedule", "--install").code()).isZero();
    assertStatus(0, "healthy: 1 certificate");
    cron.destroyForcibly().waitFor();
    assumeThat(network.namespace().run("sh", "-c", "cat /proc/[0-9]*/comm 2>&1 || :").lines())
        .as("a machine without a cron of its own")
        .doesNotContain("cron", "crond");
    assertStatus(24, "no cron runs on this machine: install cron, or start it");
  }

  @Test
  void aUserWithoutCertificatesIsToldOfThoseOfTheMachine() throws Exception {
    network
        .namespace()
        .run("sh", "-c", "mount -t tmpfs tmpfs /var/lib && mkdir -m 700 /var/lib/v6cert");
    network.namespace().run("chmod", "755", home.toString());
    assumeThat(asNobody("--version").code())
        .as("a user other than root can read this checkout")
        .isZero();

    Outcome list = asNobody("list");

    assertThat(list.code()).isZero();
    assertThat(list.err().lines()).hasSize(1);
    assertThat(list.err())
        .contains("no certificates in " + machine.state(), "/var/lib/v6cert: sudo v6cert list");
    assertThat(asNobody("status").err()).contains("in /var/lib/v6cert", "sudo v6cert status");
    assertThat(machine.run("list").err()).doesNotContain("sudo");
  }

  private Outcome asNobody(String... words) throws Exception {
    ProcessBuilder java = machine.process(List.of(), List.of(words));
    List<String> command = new ArrayList<>(java.command());
    int at = command.indexOf(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(at, List.of("setpriv", "--reuid", "65534", "--clear-groups"));
    return machine.run(java.command(command));
  }
}

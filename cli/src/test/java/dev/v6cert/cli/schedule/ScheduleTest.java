package dev.v6cert.cli.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Schedules in directories of the test's own; the tools are shell scripts that keep a record. */
class ScheduleTest {

  private static final Job JOB =
      new Job(List.of("/opt/my v6/bin/v6cert", "renew", "--state-dir=/a$b/100%/it's"), 17);

  @TempDir Path directory;

  private Tool tool(String body) throws IOException {
    Path script = directory.resolve("tool");
    Files.writeString(
        script, "#!/bin/sh\necho \"$@\" >>'" + directory.resolve("record") + "'\n" + body + "\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return new Tool(List.of(script.toString()));
  }

  private List<String> record() throws IOException {
    return Files.readAllLines(directory.resolve("record"));
  }

  @Test
  void aCommandIsQuotedForWhoReadsIt() {
    assertThat(JOB.forSystemd())
        .isEqualTo("\"/opt/my v6/bin/v6cert\" renew \"--state-dir=/a$$b/100%%/it's\"");
    assertThat(JOB.forShell())
        .isEqualTo("'/opt/my v6/bin/v6cert' renew '--state-dir=/a$b/100%/it'\\''s'");
    assertThat(JOB.forCron()).contains("100\\%");
  }

  @Nested
  class OfSystemd {

    private Path units = Path.of("unset");

    @BeforeEach
    void nameDirectory() {
      units = directory.resolve("units");
    }

    @Test
    void itIsWrittenEnabledAndTakenAwayAgain() throws Exception {
      SystemdTimer timer = new SystemdTimer(JOB, units, tool("echo 'Sun 2026-11-22 07:11:13 UTC'"));

      timer.install();

      assertThat(timer.installed()).isTrue();
      assertThat(units.resolve("v6cert-renew.timer")).content().contains("Persistent=true");
      assertThat(units.resolve("v6cert-renew.service"))
          .content()
          .contains("--state-dir=/a$$b")
          .contains(" --no-jitter\n");
      assertThat(timer.next()).contains("Sun 2026-11-22 07:11:13 UTC");

      timer.remove();

      assertThat(timer.installed()).isFalse();
      assertThat(units).isEmptyDirectory();
      assertThat(record())
          .containsExactly(
              "daemon-reload",
              "enable --now v6cert-renew.timer",
              "show v6cert-renew.timer --property=NextElapseUSecRealtime --value",
              "disable --now v6cert-renew.timer",
              "daemon-reload");
    }

    @Test
    void aPackagesTimerIsOnlySwitchedOnAndOff() throws Exception {
      Path unit = directory.resolve("v6cert-renew.timer");
      PackagedTimer timer = new PackagedTimer(unit, tool("case $1 in is-enabled) exit 1 ;; esac"));

      assertThat(timer.installed()).isFalse();
      timer.install();
      timer.remove();

      assertThat(unit).doesNotExist();
      assertThat(record())
          .containsExactly(
              "is-enabled v6cert-renew.timer",
              "enable --now v6cert-renew.timer",
              "disable --now v6cert-renew.timer");
    }

    @Test
    void whatSystemctlSaysOfAFailureIsToldAndNothingIsLeft() throws Exception {
      SystemdTimer timer = new SystemdTimer(JOB, units, tool("echo no bus; exit 1"));

      assertThatIOException().isThrownBy(timer::install).withMessageEndingWith(": no bus");
      assertThat(timer.installed()).isFalse();
    }

    @Test
    void systemdFindsNoFaultWithTheUnits() throws Exception {
      assumeThat(Path.of("/usr/bin/systemd-analyze"))
          .as("systemd-analyze, which judges the units")
          .exists();
      Job real = new Job(List.of("/bin/true", "renew", "--state-dir=/var/lib/v6cert"), 0);
      new SystemdTimer(real, units, tool("true")).install();

      Process process =
          new ProcessBuilder(
                  "/usr/bin/systemd-analyze",
                  "verify",
                  "--man=no",
                  units.resolve("v6cert-renew.timer").toString())
              .redirectErrorStream(true)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(said).doesNotContain("v6cert-renew");
    }
  }

  @Nested
  class OfCron {

    @Test
    void theMachinesJobIsAFileWithAUser() throws Exception {
      CronFile cron = new CronFile(JOB, directory.resolve("v6cert"));

      cron.install();

      assertThat(directory.resolve("v6cert")).content().startsWith("17 * * * * root '/opt/my v6/");
      cron.remove();
      assertThat(cron.installed()).isFalse();
    }

    @Test
    void withoutCronItSaysSo() {
      CronFile cron = new CronFile(JOB, directory.resolve("cron.d/v6cert"));

      assertThatIOException()
          .isThrownBy(cron::install)
          .withMessageContaining("cron is not installed");
    }

    @Test
    void cronFindsNoFaultWithTheLine() throws Exception {
      assumeThat(Path.of("/usr/bin/crontab")).as("crontab, which judges the line").exists();
      Tool crontab = new Tool(List.of("/usr/bin/crontab"));
      Path table = directory.resolve("table");
      assumeThat(crontab.outcome("", "-n", write(table, "0 3 * * * backup\n")).status())
          .as("crontab -n, which judges without installing")
          .isZero();

      assertThat(crontab.outcome("", "-n", write(table, new Crontab(JOB, crontab).text())).status())
          .isZero();
      assertThat(crontab.outcome("", "-n", write(table, "60 * * * * never\n")).status())
          .isNotZero();
    }

    private static String write(Path file, String text) throws IOException {
      return Files.writeString(file, text).toString();
    }

    @Test
    void aMachineWithoutCronIsToldAsThat() {
      Crontab cron = new Crontab(JOB, new Tool(List.of("no-such-crontab")));

      assertThatIOException()
          .isThrownBy(cron::install)
          .isInstanceOf(NoSuchFileException.class)
          .withMessage("no-such-crontab: this machine has no such program");
    }

    @Test
    void aUsersOtherJobsStay() throws Exception {
      Path table = directory.resolve("table");
      Files.writeString(table, "# mine\n0 3 * * * backup\n");
      Crontab cron =
          new Crontab(
              JOB, tool("case $1 in -l) cat '" + table + "' ;; *) cat >'" + table + "' ;; esac"));

      cron.install();
      cron.install();

      assertThat(cron.installed()).isTrue();
      assertThat(table).content().isEqualTo("# mine\n0 3 * * * backup\n" + cron.text());
      cron.remove();
      assertThat(table).content().isEqualTo("# mine\n0 3 * * * backup\n");
      assertThat(cron.installed()).isFalse();
    }

    @Test
    void aUserWithoutATableGetsOne() throws Exception {
      Path table = directory.resolve("table");
      Crontab cron =
          new Crontab(
              JOB,
              tool(
                  "case $1 in -l) echo 'no crontab for me'; exit 1 ;; *) cat >'"
                      + table
                      + "' ;; esac"));

      cron.install();

      assertThat(table).content().isEqualTo(cron.text());
    }
  }
}

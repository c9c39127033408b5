package dev.v6cert.cli.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.LineageName;
import dev.v6cert.cli.schedule.ActiveSchedule.Broken;
import dev.v6cert.cli.schedule.ActiveSchedule.None;
import dev.v6cert.cli.schedule.ActiveSchedule.Runs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The search in a file system of the test's own, with the units and lines that we write. */
class ScheduleSearchTest {

  private static final Path STATE = Path.of("/var/lib/v6cert");
  private static final String TIMER = "v6cert-renew.timer";

  @TempDir Path root;

  @BeforeEach
  void bootSystemd() throws IOException {
    Files.createDirectories(root.resolve("run/systemd/system"));
    put("opt/my v6/v6cert", "");
    assertThat(root.resolve("opt/my v6/v6cert").toFile().setExecutable(true)).isTrue();
  }

  private Path put(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    return Files.writeString(path, text);
  }

  private ActiveSchedule find() throws InterruptedException {
    return find(STATE, new Tool(List.of("false")));
  }

  private ActiveSchedule find(Path state, Tool crontab) throws InterruptedException {
    return new ScheduleSearch(root, state, STATE, Optional.empty(), crontab, Set.of("a", "b"))
        .find();
  }

  private static Job job(String program) {
    return new Job(List.of(program, "renew", "--quiet", "--state-dir=" + STATE), 17);
  }

  @Test
  void nothingThereIsNothing() throws Exception {
    assertThat(find()).isEqualTo(new None());
  }

  @Test
  void runsOfUpRenewWhatTheyServe(@TempDir Path state) throws Exception {
    Tool none = new Tool(List.of("false"));
    try (RunningUp _ = RunningUp.leave(state, new LineageName("a"))) {
      assertThat(find(state, none)).isEqualTo(new None()); // Of a and b, one.
      Path ours = state.resolve("up-" + ProcessHandle.current().pid());
      Path other = Files.writeString(state.resolve("up-1"), Files.readString(ours));
      Files.writeString(other, Files.readAllLines(ours).getFirst() + "\nb\n");

      assertThat(find(state, none))
          .asString()
          .contains("by v6cert up (pid " + ProcessHandle.current().pid() + ") as long as it runs");
    }
    assertThat(find(state, none)).isEqualTo(new None());
  }

  @Test
  void runsOfUpThatWereKilledRenewNothing(@TempDir Path state) throws Exception {
    Tool none = new Tool(List.of("false"));
    Path killed = Files.writeString(state.resolve("up-1"), "1 1970-01-01T00:00:00Z\na\n");
    Files.writeString(state.resolve("up-2"), "1 1970-01-01T00:00:00Z\nb\n");
    assertThat(find(state, none)).isEqualTo(new None());

    RunningUp.leave(state, new LineageName("a")).close();

    assertThat(killed).doesNotExist();
    assertThat(state).isEmptyDirectory();
  }

  @Test
  void theRunOfUpThatRenewsALineageIsTheOneToTell(@TempDir Path state) throws Exception {
    Process other = new ProcessBuilder("sleep", "60").start();
    try (RunningUp _ = RunningUp.leave(state, new LineageName("a"))) {
      String stat = Files.readString(Path.of("/proc", Long.toString(other.pid()), "stat"));
      String started = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19];
      Files.writeString(state.resolve("up-" + other.pid()), other.pid() + " " + started + "\nb\n");

      assertThat(RunningUp.of(state, Set.of("a")).orElse("none"))
          .contains("(pid " + ProcessHandle.current().pid() + ")");
      assertThat(RunningUp.of(state, Set.of("b")).orElse("none"))
          .contains("(pid " + other.pid() + ")");
    } finally {
      other.destroy();
    }
  }

  @Test
  void aRunOfUpIsKnownBesideAFileThatIsNone(@TempDir Path state) throws Exception {
    Files.write(state.resolve("up-1"), new byte[] {(byte) 0xff});
    try (RunningUp _ = RunningUp.leave(state, new LineageName("a"))) {
      assertThat(RunningUp.of(state, Set.of("a"))).isPresent();
    }
  }

  @Test
  void thePackagesServiceOfUpThatDoesNotRunIsToBeStarted() throws Exception {
    Path state = Path.of("/var/lib/v6cert-up");
    Tool none = new Tool(List.of("false"));
    assertThat(find(state, none)).isEqualTo(new None());
    Path units = Files.createDirectories(root.resolve("usr/lib/systemd/system"));
    Files.copy(Path.of("../scripts/deb/v6cert-up.service"), units.resolve("v6cert-up.service"));

    assertThat(find(state, none))
        .isEqualTo(
            new Broken(
                "v6cert-up.service",
                "it does not run",
                Optional.of("sudo systemctl enable --now v6cert-up")));
    assertThat(find()).isEqualTo(new None());
    Files.delete(root.resolve("run/systemd/system"));
    assertThat(find(state, none)).isEqualTo(new None());
  }

  @Nested
  class OfSystemd {

    private Path units = Path.of("unset");

    @BeforeEach
    void nameUnits() {
      units = root.resolve("etc/systemd/system");
    }

    private void install(String program) throws Exception {
      new SystemdTimer(job(program), units, new Tool(List.of("true"))).install();
    }

    private void enable() throws IOException {
      Path wanted = units.resolve("timers.target.wants").resolve(TIMER);
      Files.createDirectories(wanted.getParent());
      Files.createSymbolicLink(wanted, Path.of("/etc/systemd/system", TIMER));
    }

    @Test
    void aTimerThatIsEnabledRuns() throws Exception {
      install("/opt/my v6/v6cert");
      enable();

      assertThat(find()).isEqualTo(new Runs("hourly by " + TIMER));
      assertThat(find(Path.of("/srv/other"), new Tool(List.of("false")))).isEqualTo(new None());
    }

    @Test
    void aTimerThatIsNotEnabledDoesNot() throws Exception {
      install("/opt/my v6/v6cert");

      assertThat(find()).isEqualTo(new Broken(TIMER, "it is not enabled"));
    }

    @Test
    void aTimerWhoseProgramHasGoneDoesNot() throws Exception {
      install("/opt/old/v6cert");
      enable();

      assertThat(find())
          .isEqualTo(new Broken(TIMER, "it calls /opt/old/v6cert, which is not there"));
    }

    @Test
    void aTimerWithoutASystemdDoesNot() throws Exception {
      install("/opt/my v6/v6cert");
      enable();
      Files.delete(root.resolve("run/systemd/system"));

      assertThat(find()).isEqualTo(new Broken(TIMER, "systemd does not run here"));
    }

    @Test
    void aTimerThatIsMaskedDoesNot() throws Exception {
      Files.createDirectories(units);
      Files.createSymbolicLink(units.resolve(TIMER), Path.of("/dev/null"));

      assertThat(find()).isEqualTo(new Broken(TIMER, "it is not enabled"));
    }

    @Test
    void thePackagesTimerRunsForRootsState() throws Exception {
      Path there = Files.createDirectories(root.resolve("usr/lib/systemd/system"));
      for (String unit : List.of(TIMER, "v6cert-renew.service")) {
        Files.copy(Path.of("../scripts/deb").resolve(unit), there.resolve(unit));
      }
      enable();
      assertThat(find())
          .isEqualTo(new Broken(TIMER, "it calls /usr/bin/v6cert, which is not there"));

      assertThat(put("usr/bin/v6cert", "").toFile().setExecutable(true)).isTrue();

      assertThat(find()).isEqualTo(new Runs("hourly by " + TIMER));
    }
  }

  @Nested
  class OfCron {

    private void run(String daemon) throws IOException {
      put("proc/1/comm", "init\n");
      put("proc/812/comm", daemon + "\n");
    }

    @Test
    void aLineThatADaemonReadsRuns() throws Exception {
      run("cron");
      put("etc/cron.d/v6cert", new CronFile(job("/opt/my v6/v6cert"), root).text());

      assertThat(find()).isEqualTo(new Runs("hourly by /etc/cron.d/v6cert"));
    }

    @Test
    void aLineThatNobodyReadsDoesNot() throws Exception {
      Files.delete(root.resolve("run/systemd/system"));
      run("bash");
      put("etc/cron.d/v6cert", new CronFile(job("/opt/my v6/v6cert"), root).text());

      assertThat(find())
          .isEqualTo(
              new Broken(
                  "/etc/cron.d/v6cert",
                  "no cron runs on this machine",
                  Optional.of("install cron, or start it")));
    }

    @Test
    void aTimerThatNoSystemdReadsDoesNotHideIt() throws Exception {
      Files.delete(root.resolve("run/systemd/system"));
      run("bash");
      Path units = root.resolve("etc/systemd/system");
      new SystemdTimer(job("/opt/my v6/v6cert"), units, new Tool(List.of("true"))).install();
      put("etc/cron.d/v6cert", new CronFile(job("/opt/my v6/v6cert"), root).text());

      assertThat(find())
          .isInstanceOfSatisfying(
              Broken.class, broken -> assertThat(broken.by()).isEqualTo("/etc/cron.d/v6cert"));
    }

    @Test
    void whereSystemdRunsATimerCanTakeItsPlace() throws Exception {
      run("bash");
      put("etc/cron.d/v6cert", new CronFile(job("/opt/my v6/v6cert"), root).text());

      assertThat(find())
          .isEqualTo(new Broken("/etc/cron.d/v6cert", "no cron runs on this machine"));
    }

    @Test
    void aLineOfSomebodysOwnInRootsCrontabRuns() throws Exception {
      run("crond");
      put("var/spool/cron/crontabs/root", "MAILTO=me\n# v6cert renew\n@hourly v6cert -q renew\n");

      assertThat(find()).isEqualTo(new Runs("hourly by root's crontab"));
    }

    @Test
    void aUsersTableIsAskedFor() throws Exception {
      run("cron");
      assertThat(put("usr/bin/crontab", "").toFile().setExecutable(true)).isTrue();
      Path table = put("table", "5 * * * * v6cert renew # v6cert schedule\n");
      ScheduleSearch search =
          new ScheduleSearch(
              root,
              Path.of("/home/me/state"),
              Path.of("/home/me/state"),
              Optional.of(root.resolve("units")),
              new Tool(List.of("sh", "-c", "cat '" + table + "'")),
              Set.of());

      assertThat(search.find()).isEqualTo(new Runs("hourly by your crontab"));
    }
  }

  @Nested
  class OfAnotherStateDirectory {

    private static final Path OTHER = Path.of("/srv/certificates");

    private void cron(String line) throws IOException {
      put("proc/812/comm", "cron\n");
      put("var/spool/cron/crontabs/root", line + "\n");
    }

    private ActiveSchedule find(Path state) throws InterruptedException {
      return ScheduleSearchTest.this.find(state, new Tool(List.of("false")));
    }

    @Test
    void thatTheMachinesSettingsNameIsWhatACommandWithoutOneRenews() throws Exception {
      cron("@hourly v6cert renew");
      put("etc/v6cert/v6cert.properties", "state-dir = " + OTHER + "\n");

      assertThat(find(OTHER)).isEqualTo(new Runs("hourly by root's crontab"));
      assertThat(find(STATE)).isEqualTo(new None());
    }

    @Test
    void thatRootsOwnSettingsNameIsStronger() throws Exception {
      cron("@hourly v6cert renew");
      put("etc/v6cert/v6cert.properties", "state-dir = /elsewhere\n");
      put("root/.config/v6cert/v6cert.properties", "state-dir = " + OTHER + "\n");

      assertThat(find(OTHER)).isEqualTo(new Runs("hourly by root's crontab"));
    }

    @Test
    void thatTheFileOfConfigNamesIsStrongerStill() throws Exception {
      cron("@hourly v6cert renew --config /srv/v6cert.properties");
      put("etc/v6cert/v6cert.properties", "state-dir = /elsewhere\n");
      put("srv/v6cert.properties", "state-dir = " + OTHER + "\n");

      assertThat(find(OTHER)).isEqualTo(new Runs("hourly by root's crontab"));
      assertThat(find(STATE)).isEqualTo(new None());
    }
  }

  @Nested
  class OfSomeLineages {

    private void cron(String... lines) throws IOException {
      put("proc/812/comm", "cron\n");
      put("var/spool/cron/crontabs/root", String.join("\n", lines) + "\n");
    }

    @Test
    void doesNotRenewTheOthers() throws Exception {
      cron("@hourly v6cert renew --lineage a");

      assertThat(find()).isEqualTo(new None());
    }

    @Test
    void renewsThemAllWhereTheLinesTogetherDo() throws Exception {
      cron("@weekly v6cert renew --lineage a", "@weekly v6cert renew --lineage=b");

      assertThat(find()).isEqualTo(new Runs("by root's crontab"));
    }

    @Test
    void isNoRenewalWhereItIsRehearsed() throws Exception {
      cron("@hourly v6cert renew --dry-run");

      assertThat(find()).isEqualTo(new None());
    }
  }

  @Test
  void wordsAreReadAsTheyAreWritten() {
    Job job = new Job(List.of("/opt/my v6/v6cert", "--state-dir=/a$b/100%/it's"), 0);

    assertThat(Job.words(job.forShell())).isEqualTo(job.command());
    assertThat(
            Job.words(job.forSystemd()).stream()
                .map(it -> it.replace("%%", "%").replace("$$", "$")))
        .isEqualTo(job.command());
  }
}

package dev.v6cert.cli.schedule;

import dev.v6cert.base.SystemCommand;
import dev.v6cert.cli.schedule.ActiveSchedule.Broken;
import dev.v6cert.cli.schedule.ActiveSchedule.None;
import dev.v6cert.cli.schedule.ActiveSchedule.Runs;
import dev.v6cert.cli.setting.SettingSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks for what renews the certificates of a state directory: timers of systemd and lines for
 * cron, of the machine and of the user, runs of {@code up}, and the trace that unattended renewals
 * leave. It reads a few small files; only where all of them are silent is a user's crontab asked
 * for.
 *
 * @param root the top of the file system
 * @param state the state directory
 * @param own the state directory that the user's commands take by default
 * @param userUnits where the user's units of systemd are; empty for root
 * @param crontab the tool that shows the user's table of cron jobs
 * @param lineages the names of the lineages there: what renews some of them does not renew all
 */
public record ScheduleSearch(
    Path root, Path state, Path own, Optional<Path> userUnits, Tool crontab, Set<String> lineages) {

  /** The state directory that root's renewals use by default. */
  private static final Path USUAL_STATE = Path.of("/var/lib/v6cert");

  /** The unit of the package that serves by {@code up}, and renews what it serves. */
  private static final String SERVICE_OF_UP = "v6cert-up.service";

  /** The state directory of that unit. */
  private static final Path STATE_OF_UP = Path.of("/var/lib/v6cert-up");

  private static final String HOURLY = "hourly ";

  /** The setting that says it. */
  private static final String STATE_DIR = "state-dir";

  /** The files of root's settings, the stronger first. */
  private static final List<String> ROOTS_SETTINGS =
      List.of("root/.config/v6cert/v6cert.properties", "etc/v6cert/v6cert.properties");

  /**
   * The directories in which the machine's systemd looks for units; the first that has one wins.
   */
  private static final List<String> UNITS =
      List.of(
          "etc/systemd/system",
          "run/systemd/system",
          "usr/local/lib/systemd/system",
          "usr/lib/systemd/system",
          "lib/systemd/system");

  /** Tables of root's cron jobs: Debian, Red Hat. */
  private static final List<String> TABLES =
      List.of("var/spool/cron/crontabs/root", "var/spool/cron/root");

  /** The arrangement of the renewals; one that works is preferred to one that does not. */
  public ActiveSchedule find() throws InterruptedException {
    ActiveSchedule timer = byTimer();
    ActiveSchedule line = byCron();
    if (timer instanceof Runs || line instanceof Runs) {
      return timer instanceof Runs ? timer : line;
    }
    Optional<String> up = RunningUp.of(state, lineages);
    if (up.isPresent()) {
      return new Runs(up.get());
    }
    Optional<String> ran = RunHistory.recent(state, lineages, Instant.now());
    if (ran.isPresent()) {
      return new Runs("by what ran v6cert renew at " + ran.get());
    }
    ActiveSchedule byTable = byTable();
    if (byTable instanceof Runs) {
      return byTable;
    }
    line = first(first(line, byTable), byServiceOfUp());
    return systemdRuns() ? first(timer, line) : first(line, timer);
  }

  /** The package's service, which does not run: {@link RunningUp} would know it. */
  private ActiveSchedule byServiceOfUp() {
    boolean isThere =
        UNITS.stream().anyMatch(it -> Files.exists(root.resolve(it).resolve(SERVICE_OF_UP)));
    return isThere && systemdRuns() && state.normalize().equals(STATE_OF_UP)
        ? new Broken(
            SERVICE_OF_UP,
            "it does not run",
            Optional.of("sudo systemctl enable --now " + SERVICE_OF_UP.replace(".service", "")))
        : new None();
  }

  /** Whether a timer or a line for cron is there that renews them. */
  public boolean isInstalled() throws InterruptedException {
    return byTimer() instanceof Runs || byCron() instanceof Runs || byTable() instanceof Runs;
  }

  private ActiveSchedule byTimer() {
    ActiveSchedule machines = machinesTimer();
    if (machines instanceof Runs) {
      return machines;
    }
    ActiveSchedule users = usersTimer();
    return users instanceof Runs ? users : first(machines, users);
  }

  private boolean systemdRuns() {
    return Files.exists(root.resolve("run/systemd/system"));
  }

  private static ActiveSchedule first(ActiveSchedule one, ActiveSchedule other) {
    return one instanceof None ? other : one;
  }

  private ActiveSchedule machinesTimer() {
    for (String directory : UNITS) {
      Path timer = root.resolve(directory).resolve(SystemdTimer.TIMER);
      if (Files.exists(timer, LinkOption.NOFOLLOW_LINKS)) {
        return timer(SystemdTimer.TIMER, timer, root.resolve(UNITS.getFirst()), rootsState());
      }
    }
    return new None();
  }

  private ActiveSchedule usersTimer() {
    if (userUnits.isEmpty()) {
      return new None();
    }
    Path timer = userUnits.get().resolve(SystemdTimer.TIMER);
    return Files.exists(timer, LinkOption.NOFOLLOW_LINKS)
        ? timer("your " + SystemdTimer.TIMER, timer, userUnits.get(), own)
        : new None();
  }

  private ActiveSchedule timer(String name, Path timer, Path enabled, Path usual) {
    Optional<List<String>> words = execStart(timer);
    if (words.isPresent()
        && (!renews(words.get(), usual) || !isForAll(lineage(words.get()).stream().toList()))) {
      return new None(); // It renews something else.
    }
    if (!systemdRuns()) {
      return new Broken(name, "systemd does not run here");
    }
    Path wanted = enabled.resolve("timers.target.wants").resolve(SystemdTimer.TIMER);
    if (!Files.exists(wanted, LinkOption.NOFOLLOW_LINKS)) {
      return new Broken(name, "it is not enabled");
    }
    return words.isPresent()
        ? program(lines(timer).contains("OnCalendar=hourly") ? HOURLY : "", name, words.get())
        : new Broken(name, "its service is not there");
  }

  /** The command of the service beside a timer, or of the one that stands above it. */
  private Optional<List<String>> execStart(Path timer) {
    Path above = root.resolve(UNITS.getFirst()).resolve(SystemdTimer.SERVICE);
    Path service =
        userUnits.filter(timer::startsWith).isEmpty() && Files.exists(above)
            ? above
            : timer.resolveSibling(SystemdTimer.SERVICE);
    for (String line : lines(service)) {
      if (line.startsWith("ExecStart=")) {
        String command = line.substring("ExecStart=".length());
        return Optional.of(
                Job.words(command).stream()
                    .map(word -> word.replace("%%", "%").replace("$$", "$"))
                    .toList())
            .filter(words -> !words.isEmpty());
      }
    }
    return Optional.empty();
  }

  private ActiveSchedule byCron() {
    Path usual = rootsState();
    ActiveSchedule found =
        cron("/etc/cron.d/v6cert", lines(root.resolve("etc/cron.d/v6cert")), true, usual);
    if (userUnits.isEmpty()) {
      for (String table : TABLES) {
        found = first(found, cron("root's crontab", lines(root.resolve(table)), false, usual));
      }
    }
    return found;
  }

  /** The user's own table, which only the tool may read. */
  private ActiveSchedule byTable() throws InterruptedException {
    if (userUnits.isEmpty() || !Files.isExecutable(root.resolve("usr/bin/crontab"))) {
      return new None();
    }
    try {
      SystemCommand.Outcome outcome = crontab.outcome("", "-l");
      return outcome.succeeded()
          ? cron("your crontab", outcome.out().lines().toList(), false, own)
          : new None();
    } catch (IOException e) {
      return new None();
    }
  }

  /** The first line that renews the certificates, or with those before it the last of them. */
  private ActiveSchedule cron(String name, List<String> lines, boolean withUser, Path usual) {
    List<String> renewed = new ArrayList<>();
    for (String line : lines) {
      List<String> words = Job.words(line.replace("\\%", "%"));
      int fields = line.startsWith("@") ? 1 : 5;
      List<String> command =
          words.subList(Math.min(words.size(), fields + (withUser ? 1 : 0)), words.size());
      if (line.startsWith("#") || !renews(command, usual)) {
        continue;
      }
      Optional<String> only = lineage(command);
      only.ifPresent(renewed::add);
      if (only.isEmpty() || isForAll(renewed)) {
        return CronDaemon.runs(root)
            ? program(isHourly(words) ? HOURLY : "", name, command)
            : new Broken(name, "no cron runs on this machine", withoutCron());
      }
    }
    return new None();
  }

  /** The advice without a cron daemon; none where systemd runs, as installing makes a timer. */
  private Optional<String> withoutCron() {
    return systemdRuns() ? Optional.empty() : Optional.of("install cron, or start it");
  }

  private static boolean isHourly(List<String> words) {
    return words.getFirst().equals("@hourly")
        || (words.getFirst().matches("\\d+")
            && words.subList(1, 5).equals(List.of("*", "*", "*", "*")));
  }

  /**
   * A schedule that calls the program of a command.
   *
   * @param every how often, as text before {@code name}
   */
  private ActiveSchedule program(String every, String name, List<String> command) {
    String program = command.getFirst();
    return program.startsWith("/") && !Files.isExecutable(root.resolve(program.substring(1)))
        ? new Broken(name, "it calls " + program + ", which is not there")
        : new Runs(every + "by " + name);
  }

  /** Whether the command renews certificates of the state directory. */
  private boolean renews(List<String> command, Path usual) {
    Optional<Path> settings = option("--config", command).map(Path::of);
    Path renewed =
        option("--state-dir", command)
            .map(Path::of)
            .or(() ->
                settings.flatMap(
                    file -> stateIn(root.resolve(file.toString().replaceFirst("^/+", "")))))
            .orElse(usual);
    return command.contains("renew")
        && !command.contains("--dry-run")
        && renewed.normalize().equals(state.normalize());
  }

  /** The only lineage that the command renews; empty where it renews all. */
  private static Optional<String> lineage(List<String> command) {
    return option("--lineage", command);
  }

  /** Whether these are all lineages, or none stands for all. */
  private boolean isForAll(List<String> renewed) {
    return renewed.isEmpty() || (!lineages.isEmpty() && renewed.containsAll(lineages));
  }

  private static Optional<String> option(String flag, List<String> command) {
    Optional<String> value = Optional.empty();
    for (int i = 0; i < command.size(); i++) {
      String word = command.get(i);
      if (word.startsWith(flag + "=")) {
        value = Optional.of(word.substring(flag.length() + 1));
      } else if (word.equals(flag) && i + 1 < command.size()) {
        value = Optional.of(command.get(i + 1));
      }
    }
    return value;
  }

  /** The state directory of root's commands that do not name one. */
  private Path rootsState() {
    return ROOTS_SETTINGS.stream()
        .flatMap(file -> stateIn(root.resolve(file)).stream())
        .findFirst()
        .orElse(USUAL_STATE);
  }

  private static Optional<Path> stateIn(Path settings) {
    return SettingSources.textIn(settings, STATE_DIR).map(Path::of);
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of(); // What is not there, or is nobody's business, schedules nothing for us.
    }
  }
}

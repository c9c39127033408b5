package dev.v6cert.cli.command;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.lineage.CertificateStore;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.failure.CliFailure;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.option.AnnounceSettings;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.schedule.ActiveSchedule;
import dev.v6cert.cli.schedule.CronFile;
import dev.v6cert.cli.schedule.Crontab;
import dev.v6cert.cli.schedule.Job;
import dev.v6cert.cli.schedule.PackagedTimer;
import dev.v6cert.cli.schedule.RenewalSchedule;
import dev.v6cert.cli.schedule.Schedule;
import dev.v6cert.cli.schedule.SystemdTimer;
import dev.v6cert.cli.schedule.Tool;
import dev.v6cert.cli.setting.Choice;
import dev.v6cert.cli.setting.CommandName;
import dev.v6cert.cli.setting.CommandSpec;
import dev.v6cert.cli.setting.Environment;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.cli.terminal.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code v6cert schedule}: renewals by a timer. */
public final class ScheduleCommand implements Command {

  private static final Setting<Boolean> INSTALL =
      Setting.ofSwitch("install").onlyAsFlag().help("put it in place and start it");

  private static final Setting<Boolean> REMOVE =
      Setting.ofSwitch("remove").onlyAsFlag().help("stop it and take it away");

  private static final Setting<Kind> BY =
      Setting.of("by", "KIND", Choice.ofNames(List.of(Kind.values())))
          .onlyAsFlag()
          .help("systemd or cron (default: systemd where it runs)");

  /** Whether {@code obtain} installs the timer as well. */
  public static final Setting<Boolean> SCHEDULE =
      Setting.ofSwitch("schedule")
          .onlyAsFlag()
          .help("have it renewed from now on, as v6cert schedule --install does");

  /** The timer of the Debian package. */
  private static final Path PACKAGED = Path.of("/usr/lib/systemd/system/v6cert-renew.timer");

  /** The state directory that the package's timer renews. */
  private static final Path USUAL_STATE = Path.of("/var/lib/v6cert");

  /** The directory in which systemd looks before those of packages. */
  private static final Path OF_MACHINE = Path.of("/etc/systemd/system");

  /** Most systems have it, macOS and Alpine have not. */
  private static final Path CRON_FILES = Path.of("/etc/cron.d");

  /** The schedulers. */
  enum Kind {
    SYSTEMD,
    CRON
  }

  @Override
  public CommandSpec description() {
    return new CommandSpec(
        CommandName.SCHEDULE,
        List.of(
            "Without --install it prints what is installed and when that runs next, or else what"
                + " would be. --install also repairs one whose program has gone. For root it is the"
                + " machine's, for anybody else the user's own. It runs v6cert renew hourly, with"
                + " the state directory and the settings file of this run."),
        Optional.empty(),
        List.of(INSTALL, REMOVE, BY, GlobalSettings.JSON),
        List.of(
            new CommandSpec.Example("schedule", "see what it would be, and when it runs next"),
            new CommandSpec.Example("schedule --install", "renew from now on"),
            new CommandSpec.Example("schedule --by cron", "a line for cron"),
            new CommandSpec.Example("schedule --remove", "stop the renewals")));
  }

  @Override
  public ExitStatus run(Invocation invocation)
      throws CliFailureException, AcmeFailureException, InterruptedException {
    Settings settings = invocation.settings();
    boolean install = settings.value(INSTALL);
    if (install && settings.value(REMOVE)) {
      throw failure("--install and --remove are there both", "", "type one of them", true);
    }
    if (install) {
      install(invocation);
    }
    Schedule schedule = schedule(invocation);
    try {
      if (settings.value(REMOVE)) {
        return remove(schedule, invocation);
      }
      report(schedule, invocation);
      return ExitStatus.DONE;
    } catch (IOException e) {
      throw failed("read or removed", e, invocation);
    }
  }

  /** Has the certificates of the state directory renewed regularly. */
  static void install(Invocation invocation) throws CliFailureException, InterruptedException {
    Schedule schedule = schedule(invocation);
    try {
      schedule.install();
    } catch (IOException e) {
      throw failed("installed", e, invocation);
    }
    if (hidesPackaged(schedule) && !invocation.stateDirectory().equals(USUAL_STATE)) {
      invocation
          .console()
          .warn(
              "it takes the place of the package's timer: "
                  + USUAL_STATE
                  + " is no longer renewed by itself");
    }
  }

  private static CliFailureException failed(String what, IOException e, Invocation invocation) {
    return failure(
        "the schedule cannot be " + what,
        String.valueOf(e.getMessage()),
        next(e, invocation),
        false);
  }

  private static String next(IOException e, Invocation invocation) {
    if (e instanceof NoSuchFileException) {
      return "install cron, or have something else run v6cert renew every hour";
    }
    return invocation.environment().superuser() ? "" : "sudo v6cert schedule does it for root";
  }

  private static CliFailureException failure(String what, String why, String next, boolean usage) {
    return new CliFailureException(new CliFailure.NoSchedule(what, why, next, usage));
  }

  private static ExitStatus remove(Schedule schedule, Invocation invocation)
      throws IOException, InterruptedException {
    boolean there = schedule.installed();
    if (there) {
      schedule.remove();
    }
    if (invocation.json()) {
      invocation.console().result(JsonObject.report().put("removed", there));
    } else {
      invocation.console().note(schedule.place() + (there ? " no longer runs" : " was not there"));
      if (there && hidesPackaged(schedule)) {
        invocation
            .console()
            .note(
                invocation.environment().program()
                    + " schedule --install switches the package's timer on again");
      }
    }
    return ExitStatus.DONE;
  }

  /**
   * Whether it has the name of a package's timer, which the machine's manager then does not see.
   */
  private static boolean hidesPackaged(Schedule schedule) {
    return schedule instanceof SystemdTimer timer
        && timer.directory().equals(OF_MACHINE)
        && Files.exists(PACKAGED);
  }

  private static void report(Schedule schedule, Invocation invocation)
      throws IOException, InterruptedException, AcmeFailureException {
    Console console = invocation.console();
    boolean installed = schedule.installed();
    Optional<String> next = installed ? schedule.next() : Optional.empty();
    String text = schedule.installedText().orElseGet(schedule::text);
    RenewalSchedule renewals = RenewalSchedule.of(invocation.environment(), invocation.settings());
    int lineages =
        new CertificateStore(new StateDirectory(invocation.stateDirectory())).lineages().size();
    if (invocation.json()) {
      console.result(
          JsonObject.report()
              .put("place", schedule.place())
              .put("installed", installed)
              .put("next", next)
              .put("lineages", lineages)
              .put("scheduled", renewals.runs())
              .put("text", text));
      return;
    }
    if (!invocation.settings().value(INSTALL)) {
      text.lines().forEach(console::result);
    }
    explain(schedule, next, renewals, lineages, invocation);
  }

  private static void explain(
      Schedule schedule,
      Optional<String> next,
      RenewalSchedule renewals,
      int lineages,
      Invocation invocation)
      throws IOException, InterruptedException {
    Console console = invocation.console();
    String program = invocation.environment().program();
    boolean installed = schedule.installed();
    console.note(
        installed
            ? schedule.place() + " is installed; next run: " + next.orElse("not known")
            : "not installed; " + renewals.install() + " puts it in place");
    if (installed && renewals.arrangement() instanceof ActiveSchedule.Broken) {
      console.warn(renewals.fault("anything").orElseThrow());
    } else if (!installed) {
      renewals.how().ifPresent(how -> console.note("but the certificates are renewed " + how));
    }
    console.note(
        lineages == 0
            ? "there are no certificates yet; " + program + " obtain gets one"
            : "it renews " + lineages + (lineages == 1 ? " certificate" : " certificates"));
    invocation
        .settings()
        .find(AnnounceSettings.ANNOUNCE)
        .ifPresent(name -> console.note("it keeps " + name + " on this machine's address, too"));
    if (schedule instanceof SystemdTimer && !invocation.environment().superuser()) {
      console.note("it runs while you are logged in; loginctl enable-linger makes it run always");
    }
  }

  private static Schedule schedule(Invocation invocation) throws CliFailureException {
    Environment environment = invocation.environment();
    if (environment.platform() == Environment.Platform.WINDOWS) {
      throw failure(
          "there is neither systemd nor cron on Windows",
          "",
          "schtasks /create /sc hourly /tn v6cert /tr \"v6cert renew --quiet\"",
          false);
    }
    Kind kind =
        invocation
            .settings()
            .find(BY)
            .orElse(Files.exists(Path.of("/run/systemd/system")) ? Kind.SYSTEMD : Kind.CRON);
    Job job = job(invocation);
    boolean root = environment.superuser();
    return switch (kind) {
      case SYSTEMD ->
          root
              ? ofMachine(job, invocation)
              : new SystemdTimer(
                  job,
                  environment.userConfiguration().resolve("systemd/user"),
                  new Tool(List.of("systemctl", "--user")));
      case CRON ->
          root && Files.isDirectory(CRON_FILES)
              ? new CronFile(job, CRON_FILES.resolve("v6cert"))
              : new Crontab(job, new Tool(List.of("crontab")));
    };
  }

  /** A package's timer, where there is one and it would renew the same; else one of our own. */
  private static Schedule ofMachine(Job job, Invocation invocation) {
    Tool systemctl = new Tool(List.of("systemctl"));
    boolean usual =
        invocation.stateDirectory().equals(USUAL_STATE)
            && invocation.settings().find(GlobalSettings.CONFIG).isEmpty();
    SystemdTimer own = new SystemdTimer(job, OF_MACHINE, systemctl);
    return usual && Files.exists(PACKAGED) && !own.installed()
        ? new PackagedTimer(PACKAGED, systemctl)
        : own;
  }

  private static Job job(Invocation invocation) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("v6cert.program", "v6cert"));
    command.add("renew");
    command.add("--quiet");
    Path state = invocation.stateDirectory().toAbsolutePath();
    command.add("--state-dir=" + state);
    invocation
        .settings()
        .find(GlobalSettings.CONFIG)
        .ifPresent(file -> command.add("--config=" + file.toAbsolutePath()));
    // Not all machines at the same minute: CAs ask for that.
    return new Job(command, Math.floorMod((state + machine()).hashCode(), 60));
  }

  private static String machine() {
    try {
      return Files.readString(Path.of("/etc/machine-id"));
    } catch (IOException e) {
      return String.valueOf(System.getProperty("user.name"));
    }
  }
}

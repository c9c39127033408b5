package dev.v6cert.cli.schedule;

import dev.v6cert.acme.lineage.CertificateStore;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.setting.Environment;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.setting.SettingSources;
import dev.v6cert.cli.setting.Settings;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The automatic renewal of the certificates of a run's state directory, in words.
 *
 * @param arrangement what was found
 * @param install what has them renewed
 */
public record RenewalSchedule(ActiveSchedule arrangement, String install) {

  /**
   * The schedule of a state directory.
   *
   * @param environment of the process, which tells whose schedules are looked at
   * @param settings of the run; a state directory or a settings file that was typed is part of the
   *     command that installs the schedule
   */
  public static RenewalSchedule of(Environment environment, Settings settings)
      throws InterruptedException {
    if (environment.platform() == Environment.Platform.WINDOWS) {
      return new RenewalSchedule(new ActiveSchedule.None(), "v6cert schedule says how");
    }
    return new RenewalSchedule(
        search(environment, settings.value(GlobalSettings.STATE_DIR)).find(),
        environment.program() + " " + new Job(install(settings), 0).forShell());
  }

  private static List<String> install(Settings settings) {
    List<String> words = new ArrayList<>(List.of("schedule", "--install"));
    for (Setting<Path> place : List.of(GlobalSettings.STATE_DIR, GlobalSettings.CONFIG)) {
      if (settings.isTyped(place)) {
        words.add(place.flag());
        words.add(settings.find(place).orElseThrow().toAbsolutePath().toString());
      }
    }
    return words;
  }

  /** Notes that {@code renew} ran unattended, where no schedule is seen that may have run it. */
  public static void ran(Environment environment, Path stateDirectory, Optional<String> lineage) {
    try {
      if (environment.platform() != Environment.Platform.WINDOWS
          && search(environment, stateDirectory).isInstalled()) {
        RunHistory.forget(stateDirectory);
      } else {
        RunHistory.leave(stateDirectory, lineage, Instant.now());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ScheduleSearch search(Environment environment, Path stateDirectory) {
    return new ScheduleSearch(
        Path.of("/"),
        stateDirectory.toAbsolutePath(),
        usual(environment),
        environment.superuser()
            ? Optional.empty()
            : Optional.of(environment.userConfiguration().resolve("systemd/user")),
        new Tool(List.of("crontab")),
        new CertificateStore(new StateDirectory(stateDirectory)).names());
  }

  /** The state directory of the user's commands that do not name one. */
  private static Path usual(Environment environment) {
    return Stream.of(environment.userSettings(), environment.systemSettings())
        .flatMap(file -> SettingSources.textIn(file, GlobalSettings.STATE_DIR.key()).stream())
        .findFirst()
        .map(Path::of)
        .orElseGet(() -> Path.of(environment.stateDirectory().text()));
  }

  /** Whether something renews them. */
  public boolean runs() {
    return arrangement instanceof ActiveSchedule.Runs;
  }

  /**
   * The reason why nothing renews them, and the command to type; empty where something does.
   *
   * @param what is to be renewed, in words
   */
  public Optional<String> fault(String what) {
    if (arrangement instanceof ActiveSchedule.Broken broken) {
      return Optional.of(
          broken.by()
              + " does not renew "
              + what
              + ", "
              + broken.why()
              + ": "
              + broken.next().orElse(install));
    }
    return runs() ? Optional.empty() : Optional.of("nothing renews " + what + ": " + install);
  }

  /** The way in which they are renewed; empty where nothing renews them. */
  public Optional<String> how() {
    return arrangement instanceof ActiveSchedule.Runs runs
        ? Optional.of(runs.how())
        : Optional.empty();
  }
}

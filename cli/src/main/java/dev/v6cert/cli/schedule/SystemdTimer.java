package dev.v6cert.cli.schedule;

import dev.v6cert.base.SystemCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A timer of systemd with its service, of the machine or of a user (systemd.timer(5)).
 *
 * @param job what it runs
 * @param directory where the two units are
 * @param systemctl the tool for the manager that reads that directory
 */
public record SystemdTimer(Job job, Path directory, Tool systemctl) implements Schedule {

  /** The unit that is enabled. */
  static final String TIMER = "v6cert-renew.timer";

  static final String SERVICE = "v6cert-renew.service";

  private String service() {
    return """
    [Unit]
    Description=Renew the certificates of v6cert that are due
    Documentation=man:v6cert-renew(1)
    Wants=network-online.target
    After=network-online.target

    [Service]
    Type=oneshot
    # The timer waits for a random time, so this need not.
    ExecStart=%s --no-jitter
    # The time of a whole renewal, hook included; systemd's own limit does not hold for oneshot.
    TimeoutStartSec=30min
    """
        .formatted(job.forSystemd());
  }

  private static String timer() {
    return """
    [Unit]
    Description=Renew the certificates of v6cert that are due, hourly

    [Timer]
    OnCalendar=hourly
    RandomizedDelaySec=55min
    Persistent=true

    [Install]
    WantedBy=timers.target
    """;
  }

  @Override
  public String text() {
    return "# " + directory.resolve(SERVICE) + "\n" + service() + "\n# " + place() + "\n" + timer();
  }

  @Override
  public Optional<String> installedText() throws IOException {
    return installed() ? Optional.of(units(directory)) : Optional.empty();
  }

  /** The two units in a directory, as they are. */
  static String units(Path directory) throws IOException {
    Path service = directory.resolve(SERVICE);
    Path timer = directory.resolve(TIMER);
    return "# "
        + service
        + "\n"
        + (Files.exists(service) ? Files.readString(service) : "# It is not there.\n")
        + "\n# "
        + timer
        + "\n"
        + Files.readString(timer);
  }

  @Override
  public String place() {
    return directory.resolve(TIMER).toString();
  }

  @Override
  public boolean installed() {
    return Files.exists(directory.resolve(TIMER));
  }

  @Override
  public void install() throws IOException, InterruptedException {
    boolean there = installed();
    Files.createDirectories(directory);
    Files.writeString(directory.resolve(SERVICE), service());
    Files.writeString(directory.resolve(TIMER), timer());
    try {
      systemctl.run("daemon-reload");
      systemctl.run("enable", "--now", TIMER);
    } catch (IOException e) {
      // Units that no manager has ever read are not installed.
      if (!there) {
        deleteUnits();
      }
      throw e;
    }
  }

  @Override
  public void remove() throws IOException, InterruptedException {
    systemctl.run("disable", "--now", TIMER);
    deleteUnits();
    systemctl.run("daemon-reload");
  }

  private void deleteUnits() throws IOException {
    Files.deleteIfExists(directory.resolve(TIMER));
    Files.deleteIfExists(directory.resolve(SERVICE));
  }

  @Override
  public Optional<String> next() throws IOException, InterruptedException {
    return next(systemctl);
  }

  static Optional<String> next(Tool systemctl) throws IOException, InterruptedException {
    SystemCommand.Outcome outcome =
        systemctl.outcome("", "show", TIMER, "--property=NextElapseUSecRealtime", "--value");
    return Optional.of(outcome)
        .filter(SystemCommand.Outcome::succeeded)
        .map(it -> it.out().strip())
        .filter(time -> !time.isEmpty());
  }
}

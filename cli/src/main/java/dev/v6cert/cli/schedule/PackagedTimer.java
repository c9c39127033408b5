package dev.v6cert.cli.schedule;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The timer of systemd that a package brought: it is switched on and off, and stays the package's.
 *
 * @param unit the timer's file
 * @param systemctl the tool for the machine's manager
 */
public record PackagedTimer(Path unit, Tool systemctl) implements Schedule {

  @Override
  public String text() {
    return "systemctl enable --now " + SystemdTimer.TIMER + "\n";
  }

  @Override
  public Optional<String> installedText() throws IOException, InterruptedException {
    Path directory = unit.getParent();
    return directory != null && installed()
        ? Optional.of(SystemdTimer.units(directory))
        : Optional.empty();
  }

  @Override
  public String place() {
    return unit.toString();
  }

  @Override
  public boolean installed() throws IOException, InterruptedException {
    return systemctl.outcome("", "is-enabled", SystemdTimer.TIMER).succeeded();
  }

  @Override
  public void install() throws IOException, InterruptedException {
    systemctl.run("enable", "--now", SystemdTimer.TIMER);
  }

  @Override
  public void remove() throws IOException, InterruptedException {
    systemctl.run("disable", "--now", SystemdTimer.TIMER);
  }

  @Override
  public Optional<String> next() throws IOException, InterruptedException {
    return SystemdTimer.next(systemctl);
  }
}

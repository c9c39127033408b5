package dev.v6cert.cli.schedule;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A line in a file of the machine's own cron jobs, for root.
 *
 * @param job what it runs
 * @param file such as {@code /etc/cron.d/v6cert}
 */
public record CronFile(Job job, Path file) implements Schedule {

  @Override
  public String text() {
    return job.minute() + " * * * * root " + job.forCron() + "\n";
  }

  @Override
  public Optional<String> installedText() throws IOException {
    return installed() ? Optional.of(Files.readString(file)) : Optional.empty();
  }

  @Override
  public String place() {
    return file.toString();
  }

  @Override
  public boolean installed() {
    return Files.exists(file);
  }

  @Override
  public void install() throws IOException {
    try {
      Files.writeString(file, text());
    } catch (NoSuchFileException e) {
      throw new IOException("there is no directory for " + file + ": cron is not installed", e);
    }
  }

  @Override
  public void remove() throws IOException {
    Files.deleteIfExists(file);
  }

  @Override
  public Optional<String> next() {
    return Optional.of("hourly, at minute " + job.minute());
  }
}

package dev.v6cert.cli.schedule;

import dev.v6cert.base.SystemCommand;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A line in a user's own table of cron jobs.
 *
 * @param job what it runs
 * @param crontab the tool that reads and writes the table
 */
public record Crontab(Job job, Tool crontab) implements Schedule {

  /** The mark of our line among others. */
  private static final String MARK = " # v6cert schedule";

  @Override
  public String text() {
    return job.minute() + " * * * * " + job.forCron() + MARK + "\n";
  }

  @Override
  public Optional<String> installedText() throws IOException, InterruptedException {
    return table().lines().filter(line -> line.endsWith(MARK)).map(line -> line + "\n").findFirst();
  }

  @Override
  public String place() {
    return "the line in your crontab";
  }

  @Override
  public boolean installed() throws IOException, InterruptedException {
    return table().lines().anyMatch(line -> line.endsWith(MARK));
  }

  @Override
  public void install() throws IOException, InterruptedException {
    write(others() + text());
  }

  @Override
  public void remove() throws IOException, InterruptedException {
    write(others());
  }

  @Override
  public Optional<String> next() {
    return Optional.of("hourly, at minute " + job.minute());
  }

  /** The table; empty where there is none, for which crontab ends with an error. */
  private String table() throws IOException, InterruptedException {
    SystemCommand.Outcome outcome = crontab.outcome("", "-l");
    if (!outcome.succeeded() && !outcome.out().contains("no crontab for")) {
      throw crontab.failure(outcome, "-l");
    }
    return outcome.succeeded() ? outcome.out().strip() : "";
  }

  private String others() throws IOException, InterruptedException {
    return table()
        .lines()
        .filter(line -> !line.endsWith(MARK))
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }

  private void write(String table) throws IOException, InterruptedException {
    SystemCommand.Outcome outcome = crontab.outcome(table, "-");
    if (!outcome.succeeded()) {
      throw crontab.failure(outcome, "-");
    }
  }
}

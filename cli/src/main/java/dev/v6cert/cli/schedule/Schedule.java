package dev.v6cert.cli.schedule;

import java.io.IOException;
import java.util.Optional;

/** One way of running the renewals regularly. */
public sealed interface Schedule permits CronFile, Crontab, PackagedTimer, SystemdTimer {

  /** The text that {@link #install} writes. */
  String text();

  /** The text of what is there, which may be another; empty where nothing is. */
  Optional<String> installedText() throws IOException, InterruptedException;

  /** The place where it is, or would be, for people. */
  String place();

  /** Whether it is there. */
  boolean installed() throws IOException, InterruptedException;

  /**
   * Puts it in place and starts it; what was there is replaced.
   *
   * @throws IOException when a file cannot be written or a tool fails; the message says why
   */
  void install() throws IOException, InterruptedException;

  /**
   * Stops it and takes it away.
   *
   * @throws IOException when a file cannot be deleted or a tool fails; the message says why
   */
  void remove() throws IOException, InterruptedException;

  /** The next run, in the words of the scheduler; empty when unknown. */
  Optional<String> next() throws IOException, InterruptedException;
}

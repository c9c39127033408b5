package dev.v6cert.cli.schedule;

import java.util.Optional;

/**
 * The way in which the certificates of a state directory are renewed automatically, as files tell
 * it.
 */
public sealed interface ActiveSchedule {

  /**
   * Something renews them.
   *
   * @param how how often and by what, as in "hourly by v6cert-renew.timer"
   */
  record Runs(String how) implements ActiveSchedule {}

  /**
   * Something is there that does not renew them.
   *
   * @param by its name
   * @param why what keeps it from that
   * @param next what to do about it; empty where installing the schedule anew does it
   */
  record Broken(String by, String why, Optional<String> next) implements ActiveSchedule {

    Broken(String by, String why) {
      this(by, why, Optional.empty());
    }
  }

  /** Nothing renews them. */
  record None() implements ActiveSchedule {}
}

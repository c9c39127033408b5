package dev.v6cert.cli.schedule;

/**
 * The way in which the certificates of a state directory are renewed automatically, as files tell
 * it.
 */
public sealed interface Arrangement {

  /**
   * Something renews them.
   *
   * @param how how often and by what, as in "hourly by v6cert-renew.timer"
   */
  record Runs(String how) implements Arrangement {}

  /**
   * Something is there that does not renew them.
   *
   * @param by its name
   * @param why what keeps it from that
   */
  record Broken(String by, String why) implements Arrangement {}

  /** Nothing renews them. */
  record None() implements Arrangement {}
}

package dev.v6cert.acme.renew;

import java.time.Duration;

/**
 * How a deploy hook ended.
 *
 * @param command what was run
 * @param status its exit status; -1 when it was cut off or could not be started
 * @param timedOut whether it was cut off for taking longer than allowed
 * @param took how long it ran
 * @param output the last of what it printed, at most 8 KiB
 */
public record HookResult(
    String command, int status, boolean timedOut, Duration took, String output) {

  /** Whether it did its work. */
  public boolean succeeded() {
    return status == 0;
  }
}

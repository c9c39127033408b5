package dev.v6cert.acme.hook;

import java.time.Duration;
import java.time.Instant;

/**
 * The result of a hook.
 *
 * @param command what was run
 * @param at when it was started, by the local clock
 * @param status its exit status; -1 when it was cut off or could not be started
 * @param timedOut whether it was cut off for taking longer than allowed
 * @param took how long it ran
 * @param output the last of what it printed, at most 4 KiB
 */
public record HookResult(
    HookKind kind,
    String command,
    Instant at,
    int status,
    boolean timedOut,
    Duration took,
    String output) {

  /** Whether it did its work. */
  public boolean succeeded() {
    return status == 0;
  }
}

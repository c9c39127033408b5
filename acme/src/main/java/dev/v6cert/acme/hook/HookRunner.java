package dev.v6cert.acme.hook;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Runs hooks as shell commands.
 *
 * @param clock what time it is, for the records
 * @param listener hears of each
 */
public record HookRunner(Clock clock, HookListener listener) {

  /** Runs the hook of the kind, where there is one; it is cut off after the limit. */
  public Optional<HookResult> run(
      HookCommands hooks, HookKind kind, Map<String, String> environment) {
    return hooks.find(kind).map(command -> run(kind, command, environment, hooks));
  }

  /** What time it is. */
  public Instant now() {
    return clock.instant();
  }

  private HookResult run(
      HookKind kind, String command, Map<String, String> environment, HookCommands hooks) {
    listener.started(kind);
    Instant at = clock.instant();
    HookProcess.Ending ending = HookProcess.run(command, environment, hooks.limit());
    HookResult result =
        new HookResult(
            kind, command, at, ending.status(), ending.timedOut(), ending.took(), ending.output());
    listener.ended(result);
    return result;
  }
}

package dev.v6cert.acme.hook;

import dev.v6cert.acme.verify.Endpoint;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Runs hooks as shell commands.
 *
 * @param clock what time it is, for the records
 * @param listener hears of each
 * @param secrets variables of this process that are not handed on
 */
public record HookRunner(Clock clock, Listener listener, Set<String> secrets) {

  /** Copies the set. */
  public HookRunner {
    secrets = Set.copyOf(secrets);
  }

  /** A runner that hands on all variables, and tells nobody. */
  public HookRunner(Clock clock) {
    this(clock, Listener.NONE, Set.of());
  }

  /**
   * Runs the hook of the kind, where there is one; it is cut off after the limit.
   *
   * @param environment variables for it
   * @param output a file of no other use, which catches what it writes and is removed at the end
   */
  public Optional<HookResult> run(
      HookCommands hooks, HookKind kind, Map<String, String> environment, Path output) {
    return hooks
        .find(kind)
        .map(command ->
            run(kind, new HookProcess.Task(command, environment, secrets, hooks.limit(), output)));
  }

  /** The clock. */
  public Instant now() {
    return clock.instant();
  }

  private HookResult run(HookKind kind, HookProcess.Task task) {
    listener.started(kind);
    Instant at = clock.instant();
    HookProcess.Ending ending = HookProcess.run(task);
    HookResult result =
        new HookResult(
            kind,
            task.command(),
            at,
            ending.status(),
            ending.timedOut(),
            ending.took(),
            ending.output());
    listener.ended(result);
    return result;
  }

  /** Hears of a deployment while it goes on. */
  public interface Listener {

    /** Hears nothing. */
    Listener NONE =
        new Listener() {
          @Override
          public void started(HookKind kind) {}

          @Override
          public void ended(HookResult result) {}

          @Override
          public void verifying(Endpoint endpoint) {}

          @Override
          public void verified(Endpoint endpoint) {}
        };

    /** A hook is about to be run. */
    void started(HookKind kind);

    /** It has ended, one way or the other. */
    void ended(HookResult result);

    /** A server is about to be asked for its certificate. */
    void verifying(Endpoint endpoint);

    /** It shows the new one. */
    void verified(Endpoint endpoint);
  }
}

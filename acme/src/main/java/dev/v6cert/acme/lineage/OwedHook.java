package dev.v6cert.acme.lineage;

import dev.v6cert.acme.hook.HookCommands;
import dev.v6cert.acme.hook.HookKind;
import java.time.Duration;
import java.util.Map;

/**
 * A hook that is to be run once more: the run that began with it has not seen it succeed.
 *
 * @param environment what it is told
 */
public record OwedHook(
    HookKind kind, String command, Duration limit, Map<String, String> environment) {

  /** Copies the environment. */
  public OwedHook {
    environment = Map.copyOf(environment);
  }

  /** The hook alone, to be run. */
  public HookCommands commands() {
    return new HookCommands(Map.of(kind, command), limit);
  }
}

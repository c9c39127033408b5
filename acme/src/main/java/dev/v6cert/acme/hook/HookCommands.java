package dev.v6cert.acme.hook;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * The hooks of a lineage, each a command line for a shell.
 *
 * @param commands what is run when; what is not in it is not run
 * @param limit how long each may take, more than zero
 */
public record HookCommands(Map<HookKind, String> commands, Duration limit) {

  /** The default time limit of a hook. */
  public static final Duration DEFAULT_LIMIT = Duration.ofMinutes(2);

  /** No hooks. */
  public static final HookCommands NONE = new HookCommands(Map.of(), DEFAULT_LIMIT);

  /** Copies the commands. */
  public HookCommands {
    commands = Map.copyOf(commands);
  }

  /** A deploy hook alone. */
  public static HookCommands deploying(String command) {
    return NONE.with(HookKind.DEPLOY, command);
  }

  /** These hooks with another command of the kind. */
  public HookCommands with(HookKind kind, String command) {
    Map<HookKind, String> all = new EnumMap<>(HookKind.class);
    all.putAll(commands);
    all.put(kind, command);
    return new HookCommands(all, limit);
  }

  /** These hooks with another time limit. */
  public HookCommands within(Duration other) {
    return new HookCommands(commands, other);
  }

  /** The command of the kind. */
  public Optional<String> find(HookKind kind) {
    return Optional.ofNullable(commands.get(kind));
  }
}

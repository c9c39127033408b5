package dev.v6cert.cli.command;

import dev.v6cert.cli.setting.Environment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The state directory of root, which users have not, and mistake for theirs. */
final class MachineState {

  private static final Path DIRECTORY = Path.of("/var/lib/v6cert");

  private MachineState() {}

  /** The place of root's certificates, for a user without any; empty where root has no state. */
  static Optional<String> ofRoot(Invocation invocation) {
    boolean there =
        invocation.environment().platform() == Environment.Platform.UNIX
            && !invocation.environment().superuser()
            && !invocation.stateDirectory().equals(DIRECTORY)
            && Files.isDirectory(DIRECTORY);
    return there
        ? Optional.of("those of this machine are root's, in " + DIRECTORY)
        : Optional.empty();
  }
}

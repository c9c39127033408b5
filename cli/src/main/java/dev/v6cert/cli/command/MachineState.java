package dev.v6cert.cli.command;

import dev.v6cert.cli.setting.Environment;
import java.nio.file.Files;
import java.nio.file.Path;

/** The state directory of root, which users have not, and mistake for theirs. */
final class MachineState {

  private static final Path DIRECTORY = Path.of("/var/lib/v6cert");

  private MachineState() {}

  /**
   * The rest of a line that says that a user has no certificates; empty where root has no state.
   */
  static String hint(Invocation invocation) {
    return invocation.environment().platform() == Environment.Platform.UNIX
            && !invocation.environment().superuser()
            && !invocation.stateDirectory().equals(DIRECTORY)
            && Files.isDirectory(DIRECTORY)
        ? "; those of this machine are root's, in " + DIRECTORY + ": sudo v6cert list"
        : "";
  }
}

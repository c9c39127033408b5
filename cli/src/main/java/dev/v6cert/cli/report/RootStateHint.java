package dev.v6cert.cli.report;

import dev.v6cert.cli.setting.Environment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The state directory of root, which users have not, and mistake for theirs. */
public final class RootStateHint {

  private static final Path DIRECTORY = Path.of("/var/lib/v6cert");

  private RootStateHint() {}

  /** The place of root's certificates, for a user without any; empty where root has no state. */
  public static Optional<String> ofRoot(Environment environment, Path stateDirectory) {
    boolean there =
        environment.platform() == Environment.Platform.UNIX
            && !environment.superuser()
            && !stateDirectory.equals(DIRECTORY)
            && Files.isDirectory(DIRECTORY);
    return there
        ? Optional.of("those of this machine are root's, in " + DIRECTORY)
        : Optional.empty();
  }
}

package dev.v6cert.cli.dns;

import java.io.File;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The place of the socket over which {@code dns-server} takes records of {@code obtain}. */
public final class HandoverPath {

  private static final String FILE = "txt.socket";
  private static final Path PACKAGED = Path.of("/run/v6cert-dns");

  private HandoverPath() {}

  /** The socket of the server in this process: in the directory that systemd gives it. */
  public static Optional<Path> ofServer(Map<String, String> variables) {
    String directories = variables.getOrDefault("RUNTIME_DIRECTORY", "");
    return directories.isEmpty() || File.separatorChar == '\\'
        ? Optional.empty()
        : Optional.of(Path.of(directories.split(":", -1)[0], FILE));
  }

  /** The socket of the packaged server. */
  static Path packaged() {
    return PACKAGED.resolve(FILE);
  }
}

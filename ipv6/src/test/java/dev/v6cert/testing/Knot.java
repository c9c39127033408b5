package dev.v6cert.testing;

import java.nio.file.Path;

/** Settings of Knot DNS for tests. */
public final class Knot {

  private Knot() {}

  /**
   * The settings of a small server that logs to standard output.
   *
   * @param directory its files
   * @param listen address and port, as in {@code 127.0.0.1@5353}
   * @param more the settings behind these, such as {@code zone}
   */
  public static String settings(Path directory, String listen, String more) {
    return """
    server:
        listen: %1$s
        rundir: %2$s
        udp-workers: 1
        tcp-workers: 1
        background-workers: 1
    database:
        storage: %2$s
        journal-db-max-size: 1M
        kasp-db-max-size: 5M
        timer-db-max-size: 1M
        catalog-db-max-size: 5M
    log:
      - target: stdout
        any: info
    """
            .formatted(listen, directory)
        + more;
  }
}

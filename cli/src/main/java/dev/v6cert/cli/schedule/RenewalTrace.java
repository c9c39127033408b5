package dev.v6cert.cli.schedule;

import dev.v6cert.cli.terminal.TimeText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The time at which {@code renew} last ran unattended, kept as that of an empty file: it tells of
 * schedules that are not ours, such as the loop of a container.
 */
public final class RenewalTrace {

  private static final String FILE = "last-renew";

  /** Schedules of once a day count, and a machine that was off for a few hours. */
  private static final Duration LONGEST = Duration.ofHours(30);

  private RenewalTrace() {}

  /** Leaves it in the state directory; where nothing can be written, it is missing. */
  public static void leave(Path state) {
    Path file = state.resolve(FILE);
    try {
      if (!Files.exists(file)) {
        Files.createFile(file);
      }
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
    } catch (IOException e) {
      return; // Such as a state directory that is not there yet.
    }
  }

  /** The time, for people, where it is not long ago. */
  static Optional<String> recent(Path state) {
    try {
      Instant at = Files.getLastModifiedTime(state.resolve(FILE)).toInstant();
      return at.isAfter(Instant.now().minus(LONGEST))
          ? Optional.of(TimeText.of(at))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}

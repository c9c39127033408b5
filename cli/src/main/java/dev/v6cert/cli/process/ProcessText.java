package dev.v6cert.cli.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * A process in words that no other one has: its number, and its start, since numbers are used
 * again.
 */
public final class ProcessText {

  /** The place of {@code starttime} in proc_pid_stat(5), counted from behind the command's name. */
  private static final int START = 19;

  private ProcessText() {}

  /** The words for this process. */
  public static String ofThis() {
    return text(ProcessHandle.current());
  }

  /** The process with these words; empty where it runs no more, or they are of something else. */
  public static Optional<ProcessHandle> find(String words) {
    try {
      return ProcessHandle.of(Long.parseLong(words.split(" ", -1)[0]))
          .filter(process -> text(process).equals(words));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static String text(ProcessHandle process) {
    return process.pid()
        + " "
        + sinceBoot(process.pid())
            .or(() -> process.info().startInstant().map(Instant::toString))
            .orElse("");
  }

  /**
   * The clock ticks from the boot to its start. A board without a clock learns the time once it
   * runs, and with the time each start becomes another instant.
   */
  private static Optional<String> sinceBoot(long pid) {
    try {
      String stat =
          Files.readString(
              Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
      String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
      return fields.length > START ? Optional.of(fields[START]) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}

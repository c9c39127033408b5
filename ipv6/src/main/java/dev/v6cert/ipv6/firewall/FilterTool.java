package dev.v6cert.ipv6.firewall;

import dev.v6cert.base.SystemCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A tool that shows or changes the packet filter.
 *
 * @param program its path
 */
record FilterTool(Path program) {

  private static final Duration LIMIT = Duration.ofSeconds(5);

  /**
   * The directories of administrators' tools, which ordinary users of Debian do not have on their
   * path.
   */
  private static final List<String> DIRECTORIES =
      List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin", "/usr/local/sbin");

  /** The first of the names that is installed. */
  static Optional<FilterTool> find(String... names) {
    for (String name : names) {
      for (String directory : DIRECTORIES) {
        Path program = Path.of(directory, name);
        if (Files.isExecutable(program)) {
          return Optional.of(new FilterTool(program));
        }
      }
    }
    return Optional.empty();
  }

  /** Runs it to its end, within five seconds. */
  SystemCommand.Outcome run(List<String> arguments) throws IOException, InterruptedException {
    return run(arguments, LIMIT);
  }

  /** Runs it to its end, within the limit; it is ended then. */
  SystemCommand.Outcome run(List<String> arguments, Duration limit)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(arguments);
    return SystemCommand.run(new ProcessBuilder(command), "", limit);
  }

  /**
   * The outcome of a run that did what it was told.
   *
   * @throws IOException when it did not, with the tool's words
   */
  static SystemCommand.Outcome succeeded(SystemCommand.Outcome outcome) throws IOException {
    if (!outcome.succeeded()) {
      String words = outcome.err().isBlank() ? outcome.out() : outcome.err().strip();
      throw new IOException(words.lines().findFirst().orElse("it ended with " + outcome.status()));
    }
    return outcome;
  }
}

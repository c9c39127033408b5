package dev.v6cert.ipv6.firewall;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
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

  /** The end of a run. */
  record Outcome(int status, String out, String err) {

    /**
     * The same where it did what it was told.
     *
     * @throws IOException when not, with the tool's words
     */
    Outcome orThrow() throws IOException {
      if (status != 0) {
        String words = err.isEmpty() ? out : err;
        throw new IOException(words.lines().findFirst().orElse("it ended with " + status));
      }
      return this;
    }
  }

  /** Runs it to its end, within five seconds. */
  Outcome run(List<String> arguments) throws IOException, InterruptedException {
    return run(arguments, LIMIT);
  }

  /** Runs it to its end, within the limit; it is ended then. */
  Outcome run(List<String> arguments, Duration limit) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(arguments);
    Process process = new ProcessBuilder(command).start();
    try {
      process.getOutputStream().close();
      Thread.startVirtualThread(() -> endAfter(limit, process));
      StringBuilder errors = new StringBuilder();
      Thread reader = Thread.startVirtualThread(() -> read(process.getErrorStream(), errors));
      String text = new String(process.getInputStream().readAllBytes(), UTF_8);
      int status = process.waitFor();
      reader.join();
      return new Outcome(status, text, errors.toString().strip());
    } finally {
      process.destroyForcibly();
    }
  }

  private static void read(InputStream stream, StringBuilder into) {
    try {
      into.append(new String(stream.readAllBytes(), UTF_8));
    } catch (IOException e) {
      // It was ended.
    }
  }

  private static void endAfter(Duration limit, Process process) {
    try {
      if (!process.waitFor(limit)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

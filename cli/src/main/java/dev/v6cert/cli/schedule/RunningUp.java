package dev.v6cert.cli.schedule;

import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.state.DurableFiles;
import dev.v6cert.cli.process.ProcessText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A run of {@code up}, which renews its certificate as long as it lasts, in a file of the state
 * directory: the process in the first line, the lineage in the second.
 */
public final class RunningUp implements AutoCloseable {

  private static final String FILE = "up-";

  private final Path file;

  private RunningUp(Path file) {
    this.file = file;
  }

  /**
   * Leaves the file until the run ends, and removes those of runs that were killed. Where nothing
   * can be written, it is missing.
   */
  public static RunningUp leave(Path state, LineageName lineage) {
    RunningUp run = new RunningUp(state.resolve(FILE + ProcessHandle.current().pid()));
    try {
      DurableFiles.write(run.file, ProcessText.ofThis() + "\n" + lineage.text() + "\n");
    } catch (IOException e) {
      return run; // Others are told that nothing renews it.
    }
    files(state).stream().filter(RunningUp::isLeftOver).forEach(RunningUp::delete);
    return run;
  }

  private static boolean isLeftOver(Path file) {
    List<String> lines = lines(file);
    return !lines.isEmpty() && process(lines).isEmpty();
  }

  /** The runs that renew the lineages, in words; empty where one of these is not renewed so. */
  static Optional<String> of(Path state, Set<String> lineages) {
    Set<String> renewed = new HashSet<>();
    Optional<String> words = Optional.empty();
    for (Path file : files(state)) {
      List<String> lines = lines(file);
      Optional<ProcessHandle> process = process(lines);
      if (process.isPresent()
          && lines.size() > 1
          && lineages.contains(lines.get(1))
          && renewed.add(lines.get(1))) {
        words = Optional.of("by v6cert up (pid " + process.get().pid() + ") as long as it runs");
      }
    }
    return !lineages.isEmpty() && renewed.containsAll(lineages) ? words : Optional.empty();
  }

  /** None where the run has just ended, or the file is nobody's business. */
  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of();
    }
  }

  private static Optional<ProcessHandle> process(List<String> lines) {
    return lines.isEmpty() ? Optional.empty() : ProcessText.find(lines.getFirst());
  }

  private static List<Path> files(Path state) {
    String[] names = state.toFile().list((_, name) -> name.matches(FILE + "\\d+"));
    return names == null ? List.of() : List.of(names).stream().map(state::resolve).toList();
  }

  @Override
  public void close() {
    delete(file);
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      return; // The process that it names is gone, or is soon.
    }
  }
}

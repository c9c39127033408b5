package dev.v6cert.acme.localca.server;

import dev.v6cert.acme.lineage.CutRun;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A process that strace stops after each of its calls of some kinds, whichever of its threads makes
 * them, until it is killed after one of them. strace itself counts the calls of each thread apart.
 */
final class SteppedChild {

  private static final String STOPPED = "--- SIGSTOP ";
  private static final int PAUSE_MILLIS = 1;

  private final Process strace;
  private final Path log;

  private SteppedChild(Process strace, Path log) {
    this.strace = strace;
    this.log = log;
  }

  /**
   * Starts it.
   *
   * @param calls their names, with commas between
   * @param last the number of the call after which it is killed
   */
  static SteppedChild start(List<String> child, String calls, int last, Path log)
      throws IOException {
    CutRun.assumeStrace();
    List<String> command = new ArrayList<>(List.of("strace", "-f", "-qq", "-o", log.toString()));
    command.addAll(List.of("-e", "trace=" + calls, "-e", "inject=" + calls + ":signal=STOP"));
    command.addAll(child);
    SteppedChild started =
        new SteppedChild(
            new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start(),
            log);
    Thread _ = Thread.startVirtualThread(() -> started.step(last));
    return started;
  }

  private void step(int last) {
    try (Writer shell = new ProcessBuilder("sh").start().outputWriter(StandardCharsets.US_ASCII)) {
      for (int seen = 0; strace.isAlive(); Thread.sleep(PAUSE_MILLIS)) {
        int now = calls();
        if (now >= last) {
          kill();
          return;
        }
        if (now > seen) {
          seen = now;
          for (ProcessHandle child : strace.children().toList()) {
            shell.write("kill -CONT " + child.pid() + "\n"); // By a shell, which starts nothing.
          }
          shell.flush();
        }
      }
    } catch (IOException | InterruptedException e) {
      kill();
    }
  }

  /** The calls that it has made. */
  int calls() throws IOException {
    if (!Files.exists(log)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(log)) {
      return (int) lines.filter(line -> line.contains(STOPPED)).count();
    }
  }

  /** The first line that it prints; empty if it is killed before. */
  String line() throws IOException {
    String line = strace.inputReader(StandardCharsets.US_ASCII).readLine();
    return line == null ? "" : line;
  }

  /** Kills it, and waits for its end. */
  void kill() {
    strace.descendants().forEach(ProcessHandle::destroyForcibly);
    strace.onExit().join();
  }
}

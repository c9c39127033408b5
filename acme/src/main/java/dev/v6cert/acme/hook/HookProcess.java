package dev.v6cert.acme.hook;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A hook's shell and all that it starts. Where the system has {@code setsid} they are a session of
 * their own, so that all of them can be ended at once, and a key pressed at our terminal ends none.
 */
final class HookProcess {

  private static final int MAX_OUTPUT = 4 * 1024;

  /** The file that catches it is emptied when it has grown beyond this. */
  private static final int MAX_FILE = 1024 * 1024;

  private static final long BETWEEN_LOOKS_NANOS = Duration.ofMillis(50).toNanos();

  /** Between asking it to end and ending it. A process that is told to stop has 2 s in all. */
  private static final long GRACE_MILLIS = 500;

  /** For what has to be run although this process was told to stop. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  private static final Optional<String> SETSID =
      Stream.of("/usr/bin/setsid", "/bin/setsid").filter(it -> new File(it).canExecute()).findAny();

  private final Process process;
  private final long start = System.nanoTime();
  private final Caught output;
  private final Optional<Caught> errors;

  private HookProcess(Process process, Caught output, Optional<Caught> errors) {
    this.process = process;
    this.output = output;
    this.errors = errors;
  }

  /**
   * A command to run.
   *
   * @param environment variables beside those of this process
   * @param withheld variables of this process that it does not get
   * @param output a file that is replaced, catches what it writes, and is removed at the end
   * @param errors the same for its standard error, where that is to be apart
   */
  record Task(
      String command,
      Map<String, String> environment,
      Set<String> withheld,
      Duration limit,
      Path output,
      Optional<Path> errors) {

    /** A task whose two streams are caught together. */
    Task(
        String command,
        Map<String, String> environment,
        Set<String> withheld,
        Duration limit,
        Path output) {
      this(command, environment, withheld, limit, output, Optional.empty());
    }

    private void removeFiles() throws IOException {
      Files.deleteIfExists(output);
      if (errors.isPresent()) {
        Files.deleteIfExists(errors.get());
      }
    }

    private Task within(Duration shorter) {
      return limit.compareTo(shorter) < 0
          ? this
          : new Task(command, environment, withheld, shorter, output, errors);
    }
  }

  /**
   * The end of the command.
   *
   * @param status its exit status, -1 where it was cut off
   * @param errors the end of its standard error, where that is apart
   */
  record Ending(int status, boolean timedOut, Duration took, String output, String errors) {}

  /**
   * Runs the task to its end, or to that of the limit. When this thread is interrupted meanwhile it
   * is cut off, too; when the thread was interrupted before, it has {@link #LAST_WORDS}. Either way
   * the thread stays interrupted.
   */
  static Ending run(Task task) {
    if (Thread.interrupted()) {
      try {
        return run(task.within(LAST_WORDS));
      } finally {
        Thread.currentThread().interrupt();
      }
    }
    long start = System.nanoTime();
    try {
      // To a file: a pipe would stay open as long as whatever the hook leaves behind.
      task.removeFiles();
      try {
        return start(task).await(task.limit);
      } finally {
        task.removeFiles();
      }
    } catch (IOException e) {
      return new Ending(-1, false, since(start), String.valueOf(e.getMessage()), "");
    }
  }

  private static HookProcess start(Task task) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(shell(task.command));
    builder.environment().keySet().removeAll(task.withheld);
    builder.environment().putAll(task.environment);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(task.output.toFile()));
    task.errors.ifPresentOrElse(
        file -> builder.redirectError(ProcessBuilder.Redirect.appendTo(file.toFile())),
        () -> builder.redirectErrorStream(true));
    Process process = builder.start();
    process.getOutputStream().close();
    return new HookProcess(process, new Caught(task.output), task.errors.map(Caught::new));
  }

  private static List<String> shell(String command) {
    List<String> words = new ArrayList<>();
    SETSID.ifPresent(words::add);
    words.addAll(
        File.separatorChar == '\\'
            ? List.of("cmd.exe", "/c", command)
            : List.of("/bin/sh", "-c", command));
    return words;
  }

  private Ending await(Duration limit) throws IOException {
    boolean ended = false;
    boolean interrupted = false;
    try {
      long left = limit.toNanos();
      while (!ended && left > 0) {
        ended = process.waitFor(Math.min(left, BETWEEN_LOOKS_NANOS), TimeUnit.NANOSECONDS);
        left = limit.toNanos() - (System.nanoTime() - start);
        output.shorten();
        if (errors.isPresent()) {
          errors.get().shorten();
        }
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    int status = ended ? process.exitValue() : -1;
    if (!ended) {
      end();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return new Ending(
        status,
        !ended && !interrupted,
        since(start),
        output.end(),
        errors.isPresent() ? errors.get().end() : "");
  }

  /** Ends the shell and what it started: first asked to, then made to. */
  private void end() {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    signal("TERM");
    all.forEach(ProcessHandle::destroy);
    try {
      boolean _ = process.waitFor(GRACE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // It is made to end at once, then.
    }
    signal("KILL");
    all.forEach(ProcessHandle::destroyForcibly);
  }

  /** Sends the signal to the session's process group, which lasts as long as anyone in it. */
  private void signal(String name) {
    if (SETSID.isEmpty()) {
      return;
    }
    try {
      new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " -" + process.pid())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .onExit()
          .join();
    } catch (IOException e) {
      // Those that can be listed are ended one by one all the same.
    }
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** A file that catches what the hook writes. */
  private static final class Caught {

    private final Path file;
    private String earlier = "";

    Caught(Path file) {
      this.file = file;
    }

    /**
     * Empties the file where it has become long, its end kept in memory: a hook that says much is
     * to fill no disk. The hook goes on in it, as it appends.
     */
    void shorten() throws IOException {
      if (file.toFile().length() > MAX_FILE) {
        earlier = tail();
        Files.newByteChannel(file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
            .close();
      }
    }

    String end() throws IOException {
      String all = earlier + tail();
      return all.substring(Math.max(0, all.length() - MAX_OUTPUT));
    }

    private String tail() throws IOException {
      try (RandomAccessFile output = new RandomAccessFile(file.toFile(), "r")) {
        long from = Math.max(0, output.length() - MAX_OUTPUT);
        byte[] bytes = new byte[(int) (output.length() - from)];
        output.seek(from);
        output.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
      }
    }
  }
}

package dev.v6cert.acme.renew;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.store.Lineage;
import dev.v6cert.acme.store.LineageWriter;
import dev.v6cert.acme.store.StateLock;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Runs a lineage's deploy hook, a shell command that makes services take up the new certificate.
 *
 * <p>It gets what certbot's hooks get: {@code RENEWED_LINEAGE}, the directory of the live files,
 * and {@code RENEWED_DOMAINS}, the names with spaces between. Until it has succeeded it stays
 * pending, and is run again by the next run; so it must bear to be run twice.
 */
public final class DeployHook {

  /** How long a hook may take, by default. */
  public static final Duration DEFAULT_LIMIT = Duration.ofMinutes(2);

  private static final int MAX_OUTPUT = 8 * 1024;

  private final Duration limit;

  /**
   * Hooks are cut off after the limit.
   *
   * @param limit more than zero
   */
  public DeployHook(Duration limit) {
    this.limit = limit;
  }

  /** Runs the lineage's hook if it is pending; empty if not, or if there is none. */
  public Optional<HookResult> deploy(StateLock lock, Lineage lineage) throws AcmeFailureException {
    if (!lineage.upkeep().hookPending() || lineage.plan().deployHook().isEmpty()) {
      return Optional.empty();
    }
    HookResult result = run(lineage.plan().deployHook().get(), lineage);
    if (result.succeeded()) {
      new LineageWriter(lock).deployed(lineage);
    }
    return Optional.of(result);
  }

  private HookResult run(String command, Lineage lineage) {
    long start = System.nanoTime();
    try {
      // To a file: a pipe would stay open as long as whatever the hook leaves behind.
      Path output = Files.createTempFile("v6cert-hook-", ".log");
      try {
        return await(command, start(command, lineage, output.toFile()), start, output);
      } finally {
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      return new HookResult(command, -1, false, since(start), String.valueOf(e.getMessage()));
    }
  }

  private HookResult await(String command, Process process, long start, Path output)
      throws IOException {
    boolean ended = false;
    try {
      ended = process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
      int status = ended ? process.exitValue() : -1;
      return new HookResult(command, status, !ended, since(start), tail(output));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new HookResult(command, -1, false, since(start), tail(output));
    } finally {
      if (!ended) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    }
  }

  private static Process start(String command, Lineage lineage, File output) throws IOException {
    boolean windows = File.separatorChar == '\\';
    ProcessBuilder builder =
        windows
            ? new ProcessBuilder("cmd.exe", "/c", command)
            : new ProcessBuilder("/bin/sh", "-c", command);
    builder.environment().put("RENEWED_LINEAGE", lineage.live().toString());
    builder
        .environment()
        .put(
            "RENEWED_DOMAINS",
            lineage.generation().stream()
                .flatMap(generation -> generation.subjects().stream())
                .map(Subject::value)
                .collect(Collectors.joining(" ")));
    Process process = builder.redirectErrorStream(true).redirectOutput(output).start();
    process.getOutputStream().close();
    return process;
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static String tail(Path file) throws IOException {
    try (RandomAccessFile output = new RandomAccessFile(file.toFile(), "r")) {
      long from = Math.max(0, output.length() - MAX_OUTPUT);
      byte[] bytes = new byte[(int) (output.length() - from)];
      output.seek(from);
      output.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}

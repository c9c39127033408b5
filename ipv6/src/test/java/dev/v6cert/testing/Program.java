package dev.v6cert.testing;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A program of the system that a test runs, for as long as this is open. */
public final class Program implements AutoCloseable {
  private static final long LIMIT_SECONDS = 60;

  private final Process process;

  @SuppressWarnings("JdkObsolete") // Written by one thread and read by another.
  private final StringBuffer output = new StringBuffer();

  private Program(Process process) {
    this.process = process;
  }

  /** The path of an installed program; the test is skipped, and says so, where there is none. */
  public static String find(String name, String debianPackage) {
    Optional<Path> found =
        Stream.concat(
                Stream.of(System.getenv("PATH").split(File.pathSeparator, -1)),
                Stream.of("/usr/sbin", "/sbin"))
            .map(directory -> Path.of(directory, name))
            .filter(Files::isExecutable)
            .findFirst();
    Assumptions.assumeTrue(
        found.isPresent(), name + " is not installed (Debian package " + debianPackage + ")");
    return found.orElseThrow().toString();
  }

  /** The output of a program that ends by itself, on both of its streams. */
  public static String output(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(command[0] + " does not end");
    }
    return output;
  }

  /**
   * Starts a program that serves until it is closed, and waits until it has written a line with
   * {@code ready} in it.
   */
  public static Program start(String ready, String... command) throws IOException {
    Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
    Program program = new Program(process);
    BufferedReader lines = process.inputReader();
    while (!program.output().contains(ready)) {
      String line = lines.readLine();
      if (line == null) {
        throw new IOException(command[0] + " ended: " + program.output());
      }
      program.output.append(line).append('\n');
    }
    Thread.ofVirtual()
        .start(() -> lines.lines().forEach(line -> program.output.append(line).append('\n')));
    return program;
  }

  /** The output so far. */
  public String output() {
    return output.toString();
  }

  /** The number of its process. */
  public long pid() {
    return process.pid();
  }

  /** Whether it still runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}

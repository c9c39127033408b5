package dev.v6cert.cli.up;

import dev.v6cert.acme.challenge.ListeningSockets;
import dev.v6cert.cli.failure.CliFailure;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.ErrorText;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A server that is started for the run, and ends with it. Its port is seen from the sockets of its
 * processes; where the system does not show them, it must take the one in {@code PORT}.
 */
final class ChildServer implements AutoCloseable {

  /** Standard output is for the link; what the command prints goes where progress goes. */
  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

  private static final long BETWEEN_LOOKS_MILLIS = 100;

  /** A server may open a second port right after the first one. */
  private static final long SETTLE_MILLIS = 300;

  private static final long GRACE_MILLIS = 800;
  private static final int CONNECT_MILLIS = 200;

  private final List<String> command;
  private final Process process;
  private final int offered;

  private ChildServer(List<String> command, Process process, int offered) {
    this.command = command;
    this.process = process;
    this.offered = offered;
  }

  /**
   * Starts the command, which is told a free port in {@code PORT} and the public name where dev
   * servers look for it.
   *
   * @throws CliFailureException as a wrong use, when there is no such command
   * @throws IOException when no port is free
   */
  static ChildServer start(List<String> command, String name)
      throws CliFailureException, IOException {
    int offered;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      offered = free.getLocalPort();
    }
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    if (Files.isWritable(STANDARD_ERROR)) {
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(STANDARD_ERROR.toFile()));
    }
    builder.environment().put("PORT", Integer.toString(offered));
    builder.environment().put("__VITE_ADDITIONAL_SERVER_ALLOWED_HOSTS", name);
    builder.environment().put("RAILS_DEVELOPMENT_HOSTS", name);
    try {
      return new ChildServer(command, builder.start(), offered);
    } catch (IOException e) {
      throw CliFailureException.usage(
          "cannot start " + ErrorText.typed(command.getFirst()),
          "check that it is installed: command -v " + command.getFirst());
    }
  }

  /**
   * Waits until it listens.
   *
   * @throws CliFailureException {@link CliFailure.CommandEnded} when it ends before
   */
  int awaitPort() throws CliFailureException, InterruptedException {
    while (true) {
      if (process.waitFor(BETWEEN_LOOKS_MILLIS, TimeUnit.MILLISECONDS)) {
        throw ended();
      }
      if (!ports().isEmpty()) {
        Thread.sleep(SETTLE_MILLIS);
        Set<Integer> ports = ports();
        if (!ports.isEmpty()) {
          return ports.contains(offered) ? offered : ports.iterator().next();
        }
      }
    }
  }

  private Set<Integer> ports() {
    Set<Long> processes = new HashSet<>();
    processes.add(process.pid());
    try (Stream<ProcessHandle> children = process.descendants()) {
      children.forEach(child -> processes.add(child.pid()));
    }
    Set<Integer> ports = new TreeSet<>(ListeningSockets.ports(processes));
    if (ports.isEmpty() && accepts(offered)) {
      ports.add(offered);
    }
    return ports;
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Interrupts the thread when the command ends by itself. */
  void interruptAtEnd(Thread thread) {
    var _ = process.onExit().thenRun(thread::interrupt);
  }

  boolean hasEnded() {
    return !process.isAlive();
  }

  /** The failure that the command has ended. */
  CliFailureException ended() {
    return new CliFailureException(
        new CliFailure.CommandEnded(String.join(" ", command), process.exitValue()));
  }

  /** Ends the command and all that it has started. */
  @Override
  public void close() {
    List<ProcessHandle> all;
    try (Stream<ProcessHandle> children = process.descendants()) {
      all = Stream.concat(children, Stream.of(process.toHandle())).toList();
    }
    all.forEach(ProcessHandle::destroy);
    boolean interrupted = Thread.interrupted();
    try {
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GRACE_MILLIS);
      while (all.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < end) {
        Thread.sleep(10);
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    all.forEach(ProcessHandle::destroyForcibly);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

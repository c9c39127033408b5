package dev.v6cert.cli.process;

import dev.v6cert.cli.failure.ExitStatus;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Handles Ctrl-C and SIGTERM: the running command is interrupted and has a moment to tidy up; then
 * the JVM ends the process with 130 or 143, as shells expect. A command that ends well all the same
 * (a server that was told to stop) ends with its own status.
 */
public final class Interruption {

  /** The time to tidy up, in milliseconds; a supervisor expects the end within 2 s. */
  private static final long TIDY_MILLIS = 1800;

  private final Thread command = Thread.currentThread();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean stopping;

  private Interruption() {}

  /** Runs the command on this thread; returns unless the process was told to stop meanwhile. */
  public static ExitStatus guard(Supplier<ExitStatus> command) {
    Interruption interruption = new Interruption();
    Runtime.getRuntime().addShutdownHook(new Thread(interruption::stop, "stop"));
    ExitStatus status = command.get();
    if (interruption.stopping && status != ExitStatus.DONE) {
      interruption.ended.countDown();
      interruption.leaveExitToJvm();
    }
    // The hook goes on waiting until the caller halts: its end would let the JVM's exit code win.
    return status;
  }

  private void stop() {
    stopping = true;
    command.interrupt();
    try {
      boolean _ = ended.await(TIDY_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for an end that is on its way: the signal's exit code is the JVM's to give. */
  private void leaveExitToJvm() {
    while (true) {
      try {
        Thread.sleep(Long.MAX_VALUE);
      } catch (InterruptedException e) {
        // The process is ending; there is nothing else to do on this thread.
      }
    }
  }
}

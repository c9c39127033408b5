package dev.v6cert.cli.terminal;

import java.io.IOException;

/**
 * The terminal's echo, switched off while a secret is typed; by {@code stty}, where there is one.
 */
final class Echo implements AutoCloseable {

  private Echo() {}

  /**
   * Switches it off until closed.
   *
   * @throws IOException when the terminal does not do that
   */
  static Echo off() throws IOException {
    stty("-echo");
    return new Echo();
  }

  private static void stty(String mode) throws IOException {
    Process process =
        new ProcessBuilder("stty", mode)
            .redirectInput(ProcessBuilder.Redirect.INHERIT)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    // Not waitFor(): a command that was told to stop must switch the echo on all the same.
    if (process.onExit().join().exitValue() != 0) {
      throw new IOException("stty " + mode + " failed");
    }
  }

  /** Switches it on again. */
  @Override
  public void close() throws IOException {
    stty("echo");
  }
}

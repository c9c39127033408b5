package dev.v6cert.cli.terminal;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * Standard output that remembers why a write failed. A {@link java.io.PrintStream} swallows the
 * reason, and a reader that has gone ({@code | head}) is no failure while a full disk is one.
 */
public final class ResultStream extends OutputStream {

  private final OutputStream to;
  private Optional<String> failure = Optional.empty();
  private boolean closedByReader;

  /** A stream that writes to {@code to}. */
  public ResultStream(OutputStream to) {
    this.to = to;
  }

  @Override
  public void write(int octet) throws IOException {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public void write(byte[] octets, int from, int length) throws IOException {
    if (failure.isPresent() || closedByReader) {
      return;
    }
    try {
      to.write(octets, from, length);
    } catch (IOException e) {
      String why = String.valueOf(e.getMessage());
      if (why.contains("Broken pipe") || why.contains("pipe is being closed")) {
        closedByReader = true;
      } else {
        failure = Optional.of(why);
      }
    }
  }

  @Override
  public void flush() throws IOException {
    to.flush();
  }

  /** The reason why a write failed, empty when none did or the reader had merely seen enough. */
  public Optional<String> failure() {
    return failure;
  }
}

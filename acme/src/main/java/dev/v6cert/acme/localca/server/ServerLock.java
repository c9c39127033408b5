package dev.v6cert.acme.localca.server;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.StoreFailure.Busy;
import dev.v6cert.acme.state.StateFailures;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The right to serve from a directory. The system frees it when the process ends. */
final class ServerLock implements AutoCloseable {

  private final FileChannel channel;

  private ServerLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes it at once.
   *
   * @throws AcmeFailureException as {@code Busy} when another server has it
   */
  static ServerLock acquire(Path directory) throws AcmeFailureException {
    Path file = directory.resolve("lock");
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      boolean locked = false;
      try {
        @Nullable FileLock lock = channel.tryLock();
        locked = lock != null;
      } catch (OverlappingFileLockException e) {
        locked = false; // A server of this process.
      } finally {
        if (!locked) {
          channel.close();
        }
      }
      if (!locked) {
        throw new AcmeFailureException(new Busy(directory, Optional.empty()));
      }
      return new ServerLock(channel);
    } catch (IOException e) {
      throw StateFailures.unwritable(file, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // The system frees it at the latest when this process ends.
    }
  }
}

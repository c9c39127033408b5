package dev.v6cert.acme.lineage;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.StoreFailure.Busy;
import dev.v6cert.acme.state.DurableFiles;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.acme.state.StateFailures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The right to write in a state directory: at most one process, and in it one holder, has it. The
 * system frees it when the process ends, however it ends.
 */
public final class StateLock implements AutoCloseable {

  /**
   * The locks that this process holds. Asked first, because on POSIX systems to close any channel
   * of a file drops the locks that the process has on it.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final StateDirectory directory;
  private final Path key;
  private final FileChannel channel;

  private StateLock(StateDirectory directory, Path key, FileChannel channel) {
    this.directory = directory;
    this.key = key;
    this.channel = channel;
  }

  /**
   * Makes the directory ready to be written, and takes the lock at once or not at all.
   *
   * @throws AcmeFailureException as {@code Busy} when another has it, as {@code StateUnusable} when
   *     the directory cannot be written or is too open
   */
  public static StateLock acquire(StateDirectory directory) throws AcmeFailureException {
    directory.prepare();
    try {
      Path key = directory.root().toRealPath();
      if (!HELD.add(key)) {
        throw busy(directory, Optional.of(ProcessHandle.current().pid()));
      }
      FileChannel channel = null;
      try {
        channel = lock(directory);
      } finally {
        if (channel == null) {
          HELD.remove(key);
        }
      }
      return new StateLock(directory, key, finishing(directory, key, channel));
    } catch (IOException e) {
      throw StateFailures.unwritable(directory.lock(), e);
    }
  }

  private static FileChannel lock(StateDirectory directory)
      throws IOException, AcmeFailureException {
    if (!Files.exists(directory.lock())) {
      try {
        Files.createFile(directory.lock(), DurableFiles.ownerOnlyFile());
      } catch (FileAlreadyExistsException e) {
        // Another process was quicker; the lock decides.
      }
    }
    FileChannel channel =
        FileChannel.open(directory.lock(), StandardOpenOption.READ, StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      @Nullable FileLock lock = channel.tryLock();
      if (lock == null) {
        throw busy(directory, holder(channel));
      }
      String pid = ProcessHandle.current().pid() + "\n";
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
      locked = true;
      return channel;
    } finally {
      if (!locked) {
        channel.close();
      }
    }
  }

  /** The channel, once what a killed run had decided is finished, and what it left is removed. */
  private static FileChannel finishing(StateDirectory directory, Path key, FileChannel channel)
      throws IOException {
    boolean finished = false;
    try {
      LineageDeletion.finish(directory);
      directory.tidy();
      finished = true;
      return channel;
    } finally {
      if (!finished) {
        channel.close();
        HELD.remove(key);
      }
    }
  }

  private static Optional<Long> holder(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(20);
    channel.read(bytes, 0);
    String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).strip();
    return text.matches("[0-9]{1,18}") ? Optional.of(Long.valueOf(text)) : Optional.empty();
  }

  private static AcmeFailureException busy(StateDirectory directory, Optional<Long> pid) {
    return new AcmeFailureException(new Busy(directory.root(), pid));
  }

  /** The state directory that is locked. */
  public StateDirectory directory() {
    return directory;
  }

  /** Gives the lock back. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // The system frees the lock at the latest when this process ends.
    } finally {
      HELD.remove(key);
    }
  }
}

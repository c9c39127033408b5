package dev.v6cert.dns.journal;

import dev.v6cert.dns.file.FileFailure;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The journal of a directory, open for appending by this process alone. Used by one thread, which
 * is never interrupted: the JDK would close the file.
 */
final class JournalFile implements Closeable {
  private static final String NAME = "journal";

  private final Path directory;
  private final Path file;
  private final FileChannel lock;
  private FileChannel channel;
  private long length;

  /** Whether an append failed, and what stands behind {@link #length} is not known. */
  private boolean torn;

  private JournalFile(Path directory, FileChannel lock, FileChannel channel, long length) {
    this.directory = directory;
    this.file = directory.resolve(NAME);
    this.lock = lock;
    this.channel = channel;
    this.length = length;
  }

  /** The part of a journal that was read at the start, and what was cut off. */
  record Opened(JournalFile journal, long cut) {}

  /**
   * Opens the journal of a directory, which is made where it is missing, and reads it.
   *
   * @throws FileFailure when another process has it, when it is damaged or cannot be used
   */
  static Opened open(Path directory, JournalReader.Sink sink) throws FileFailure {
    FileChannel lock = lock(directory);
    try {
      return open(directory, lock, sink);
    } catch (FileFailure e) {
      closeQuietly(lock);
      throw e;
    }
  }

  private static Opened open(Path directory, FileChannel lock, JournalReader.Sink sink)
      throws FileFailure {
    Path file = directory.resolve(NAME);
    boolean found = exists(directory);
    long whole = found ? JournalReader.read(file, sink) : 0;
    try {
      FileChannel channel = create(file);
      long cut = channel.size() - whole;
      JournalFile journal = new JournalFile(directory, lock, channel, whole);
      journal.begin();
      return new Opened(journal, found ? cut : 0);
    } catch (IOException e) {
      throw FileFailure.unusable(file, e);
    }
  }

  /** Whether the directory has a journal. */
  static boolean exists(Path directory) {
    return Files.exists(directory.resolve(NAME), LinkOption.NOFOLLOW_LINKS);
  }

  private static FileChannel lock(Path directory) throws FileFailure {
    Path file = directory.resolve("lock");
    try {
      Files.createDirectories(directory, permissions("rwx------"));
      FileChannel channel = create(file);
      FileLock lock = null;
      try {
        lock = channel.tryLock();
      } catch (OverlappingFileLockException e) {
        // This process has it: the same as another one.
      }
      if (lock == null) {
        channel.close();
        throw FileFailure.inUse(directory, "a running dns-server uses this store");
      }
      return channel;
    } catch (FileFailure e) {
      throw e;
    } catch (IOException e) {
      throw FileFailure.unusable(file, e);
    }
  }

  private static FileChannel create(Path file) throws IOException {
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
        permissions("rw-------"));
  }

  private static FileAttribute<?>[] permissions(String text) {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text))
        }
        : new FileAttribute<?>[0];
  }

  /** Cuts off what is not whole, and writes the format where there is nothing. */
  private void begin() throws IOException {
    channel.truncate(length);
    if (length == 0) {
      write(channel, ByteBuffer.wrap(JournalReader.FORMAT), 0);
      length = JournalReader.FORMAT.length;
    }
    channel.force(true);
    sync(directory);
  }

  /** The length of the journal, in octets. */
  long length() {
    return length;
  }

  /**
   * Appends a frame and makes it durable.
   *
   * @throws IOException when it is not in the journal
   */
  void append(byte[] content) throws IOException {
    restore();
    torn = true;
    ByteBuffer frame = frame(content);
    int size = frame.remaining();
    write(channel, frame, length);
    channel.force(false);
    length += size;
    torn = false;
  }

  /** Cuts off what an append has left that failed. */
  private void restore() throws IOException {
    if (torn) {
      channel.truncate(length);
      channel.force(true);
      torn = false;
    }
  }

  /**
   * Replaces the journal by one with these frames, in one step.
   *
   * @throws IOException when the old one stays
   */
  void replace(Iterable<byte[]> contents) throws IOException {
    Path next = directory.resolve(NAME + ".new");
    Files.deleteIfExists(next);
    FileChannel replacement = create(next);
    try {
      long end = write(replacement, ByteBuffer.wrap(JournalReader.FORMAT), 0);
      for (byte[] content : contents) {
        end = write(replacement, frame(content), end);
      }
      replacement.force(true);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      FileChannel old = channel;
      channel = replacement;
      length = end;
      torn = false;
      closeQuietly(old);
    } catch (IOException e) {
      closeQuietly(replacement);
      throw e;
    }
    sync(directory);
  }

  private static ByteBuffer frame(byte[] content) {
    return ByteBuffer.allocate(JournalReader.FRAME_HEAD + content.length)
        .putInt(JournalReader.MARK)
        .putInt(content.length)
        .putInt(JournalReader.checksum(content))
        .put(content)
        .flip();
  }

  private static long write(FileChannel channel, ByteBuffer octets, long at) throws IOException {
    long end = at;
    while (octets.hasRemaining()) {
      end += channel.write(octets, end);
    }
    return end;
  }

  /** Makes names in a directory durable, where the system can. */
  private static void sync(Path directory) {
    try (FileChannel opened = FileChannel.open(directory, StandardOpenOption.READ)) {
      opened.force(true);
    } catch (IOException e) {
      // Windows opens no directories.
    }
  }

  @Override
  public void close() {
    closeQuietly(channel);
    closeQuietly(lock);
  }

  private static void closeQuietly(Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException e) {
      // Everything in it is durable already.
    }
  }
}

package dev.v6cert.base;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Set;

/**
 * The steps of a change to a file that is whole after a kill or a power cut: write aside, fsync,
 * rename, fsync of the directory.
 */
public final class DurableWrites {

  /** Whether the file system has owners and modes. */
  public static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  private static final Set<OpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

  private DurableWrites() {}

  /** The access that a new file is given before it has content. */
  public interface Access {
    /** Gives the file its owner, its group and its mode. */
    void give(Path file) throws IOException;
  }

  /** Writes a new file to the disk; one of the name, which a killed run left, is deleted before. */
  public static void write(Path file, byte[] content, Access access, FileAttribute<?>... mode)
      throws IOException {
    Files.deleteIfExists(file);
    try (FileChannel channel = FileChannel.open(file, NEW, mode)) {
      access.give(file);
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  /** Renames over what is there, and makes that last. */
  public static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    syncDirectory(parent(to));
  }

  /** Makes the directory's entries last. */
  public static void syncDirectory(Path directory) throws IOException {
    if (POSIX) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  /** The directory of a file. */
  public static Path parent(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }
}

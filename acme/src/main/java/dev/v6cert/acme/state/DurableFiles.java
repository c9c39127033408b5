package dev.v6cert.acme.state;

import dev.v6cert.base.DurableWrites;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Changes to files and directories that are whole after a kill or a power cut, by the steps of
 * {@link DurableWrites}. What is written is for the owner's eyes only, unless said otherwise.
 */
public final class DurableFiles {

  /** Whether the file system has owners and modes. */
  public static final boolean POSIX = DurableWrites.POSIX;

  private static final Set<PosixFilePermission> OWNER_FILE =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> OWNER_DIRECTORY =
      PosixFilePermissions.fromString("rwx------");

  private static final Set<PosixFilePermission> PASSING =
      Set.of(PosixFilePermission.GROUP_EXECUTE, PosixFilePermission.OTHERS_EXECUTE);

  private static final String TEMPORARY = ".tmp";

  private DurableFiles() {}

  /** Makes the file hold the text: afterwards, and after any crash, it holds the old or the new. */
  public static void write(Path file, String text) throws IOException {
    write(file, text, FileAccess.OWNER);
  }

  /** The same for other readers; whatever happens, nobody else could ever read it. */
  public static void write(Path file, String text, FileAccess access) throws IOException {
    replace(file, text.getBytes(StandardCharsets.UTF_8), access);
  }

  private static void replace(Path file, byte[] content, FileAccess access) throws IOException {
    try {
      move(writeAside(file, content, access), file);
    } catch (IOException e) {
      try {
        Files.deleteIfExists(aside(file));
      } catch (IOException alsoFailed) {
        e.addSuppressed(alsoFailed);
      }
      throw e;
    }
  }

  private static Path writeAside(Path file, byte[] content, FileAccess access) throws IOException {
    Path aside = aside(file);
    DurableWrites.write(aside, content, access, mode(OWNER_FILE));
    return aside;
  }

  /** Makes the file hold the content, whatever it held before. */
  public static void writeOver(Path file, byte[] content) throws IOException {
    replace(file, content, FileAccess.OWNER);
  }

  /**
   * Makes a file with the content.
   *
   * @throws FileAlreadyExistsException when there is one, which stays as it is
   */
  public static void writeNew(Path file, byte[] content) throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    Path aside = writeAside(file, content, FileAccess.OWNER);
    try {
      link(file, aside, content);
      DurableWrites.syncDirectory(DurableWrites.parent(file));
    } finally {
      Files.deleteIfExists(aside);
    }
  }

  /**
   * A rename would replace; a second name does not. Where the file system has no such (FAT), a kill
   * in the middle leaves a part of the file.
   */
  private static void link(Path file, Path aside, byte[] content) throws IOException {
    try {
      Files.createLink(file, aside);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException e) {
      Files.createFile(file, mode(OWNER_FILE));
      Files.write(file, content);
    }
  }

  /** Deletes what killed runs left half written, below the directory itself. */
  public static void removeUnfinished(Path directory) throws IOException {
    try (DirectoryStream<Path> unfinished = Files.newDirectoryStream(directory, ".*" + TEMPORARY)) {
      for (Path file : unfinished) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Makes the directory, for the owner only, if there is none; its parent must exist. */
  public static void createDirectory(Path directory) throws IOException {
    try {
      Files.createDirectory(directory, mode(OWNER_DIRECTORY));
      DurableWrites.syncDirectory(DurableWrites.parent(directory));
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
        throw new NotDirectoryException(directory.toString());
      }
    }
  }

  /** Lets everybody pass through the directory, without seeing what else is in it. */
  public static void letPass(Path directory) throws IOException {
    if (POSIX) {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(directory);
      if (permissions.addAll(PASSING)) {
        Files.setPosixFilePermissions(directory, permissions);
        DurableWrites.syncDirectory(directory);
      }
    }
  }

  /** Renames over what is there, and makes that last. */
  public static void move(Path from, Path to) throws IOException {
    DurableWrites.move(from, to);
  }

  /** Makes the link lead to the target, in one step. */
  public static void link(Path link, Path target) throws IOException {
    Path aside = aside(link);
    Files.deleteIfExists(aside);
    Files.createSymbolicLink(aside, target);
    move(aside, link);
  }

  /** Deletes a file or a link, or a directory with all that is in it; nothing if there is none. */
  public static void deleteTree(Path root) throws IOException {
    try (Stream<Path> tree = Files.walk(root)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (NoSuchFileException e) {
      return;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    DurableWrites.syncDirectory(DurableWrites.parent(root));
  }

  /** The entries of a directory, in no order; none if there is no such directory. */
  public static List<Path> children(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> !file.toString().endsWith(TEMPORARY)).toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  /** Only one process writes (the lock), so one name aside is enough, and none piles up. */
  private static Path aside(Path file) {
    return file.resolveSibling("." + file.getFileName() + TEMPORARY);
  }

  static FileAttribute<?>[] ownerOnlyDirectory() {
    return mode(OWNER_DIRECTORY);
  }

  public static FileAttribute<?>[] ownerOnlyFile() {
    return mode(OWNER_FILE);
  }

  private static FileAttribute<?>[] mode(Set<PosixFilePermission> permissions) {
    return POSIX
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
        : new FileAttribute<?>[0];
  }
}

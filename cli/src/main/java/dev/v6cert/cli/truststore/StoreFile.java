package dev.v6cert.cli.truststore;

import dev.v6cert.base.DurableWrites;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Changes to files of other programs that are whole after a kill. A file keeps its owner and its
 * mode; a new one is readable by everybody.
 */
final class StoreFile {

  private static final Set<PosixFilePermission> FOR_EVERYBODY =
      PosixFilePermissions.fromString("rw-r--r--");

  private StoreFile() {}

  /** Makes the file hold the content. */
  static void write(Path file, byte[] content) throws IOException {
    Path aside = aside(file);
    try {
      DurableWrites.write(aside, content, made -> giveAttributes(made, file));
      DurableWrites.move(aside, file);
    } catch (IOException e) {
      Files.deleteIfExists(aside);
      throw e;
    }
  }

  private static void giveAttributes(Path aside, Path file) throws IOException {
    if (!DurableWrites.POSIX) {
      return;
    }
    PosixFileAttributeView view =
        Files.getFileAttributeView(aside, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (!Files.exists(file)) {
      view.setPermissions(FOR_EVERYBODY);
      return;
    }
    PosixFileAttributes present = Files.readAttributes(file, PosixFileAttributes.class);
    PosixFileAttributes made = view.readAttributes();
    if (!made.owner().equals(present.owner())) {
      view.setOwner(present.owner());
    }
    if (!made.group().equals(present.group())) {
      view.setGroup(present.group());
    }
    view.setPermissions(present.permissions());
  }

  /** Deletes the file, and what a killed run left beside it. */
  static void delete(Path file) throws IOException {
    Files.deleteIfExists(aside(file));
    if (Files.deleteIfExists(file)) {
      DurableWrites.syncDirectory(DurableWrites.parent(file));
    }
  }

  /** Deletes what a killed run left beside the file. */
  static void tidy(Path file) throws IOException {
    Files.deleteIfExists(aside(file));
  }

  private static Path aside(Path file) {
    return file.resolveSibling("." + file.getFileName() + ".v6cert-tmp");
  }
}

package dev.v6cert.acme.challenge;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A directory that other users may write to, held open: what is done in it is done there, whatever
 * they put in its place meanwhile. No link in it is followed. Where the system has no such handles
 * (Windows) the path is used, and links are only looked for.
 *
 * @param path where it was when it was opened
 * @param stream the handle
 */
record DirectoryHandle(Path path, DirectoryStream<Path> stream) implements AutoCloseable {

  /** Opens the directory that was named, wherever it leads. */
  @SuppressWarnings("StreamResourceLeak") // Closed with the object that holds it.
  static DirectoryHandle open(Path path) throws IOException {
    return new DirectoryHandle(path, Files.newDirectoryStream(path));
  }

  /**
   * Opens a directory in this one.
   *
   * @throws IOException when there is none of the name, or a link in its place
   */
  DirectoryHandle child(Path name) throws IOException {
    Path child = path.resolve(name);
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return new DirectoryHandle(child, secure.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS));
    }
    if (!Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
      throw new NotDirectoryException(child.toString());
    }
    return open(child);
  }

  /**
   * Makes a directory in this one that everybody may look into; false where there is something.
   *
   * <p>The JDK makes directories by their path alone, and a part of ours may be a link by now. So
   * it is made in the directory that was named, and moved.
   *
   * @param named the directory that was named: this one, or one above it
   */
  boolean make(Path name, DirectoryHandle named) throws IOException {
    if (Files.exists(path.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    if (!named.equals(this)
        && stream instanceof SecureDirectoryStream<Path> here
        && named.stream instanceof SecureDirectoryStream<Path> there) {
      Path made = named.path.relativize(Files.createTempDirectory(named.path, ".v6cert-"));
      try {
        there.move(made, here, name);
      } catch (IOException e) {
        there.deleteDirectory(made);
        throw e;
      }
    } else {
      Files.createDirectory(path.resolve(name));
    }
    permit(name, "rwxr-xr-x");
    return true;
  }

  /** Makes a file that everybody may read, anew, whatever has its name. */
  void write(Path name, String text) throws IOException {
    delete(name);
    Set<StandardOpenOption> anew = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (SeekableByteChannel file =
        stream instanceof SecureDirectoryStream<Path> secure
            ? secure.newByteChannel(name, anew)
            : Files.newByteChannel(path.resolve(name), anew)) {
      ByteBuffer octets = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (octets.hasRemaining()) {
        file.write(octets);
      }
    }
    permit(name, "rw-r--r--");
  }

  /** Deletes a file or a link of this directory, if there is one. */
  void delete(Path name) throws IOException {
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      try {
        secure.deleteFile(name);
      } catch (NoSuchFileException e) {
        return;
      }
    } else {
      Files.deleteIfExists(path.resolve(name));
    }
  }

  /** Deletes an empty directory of this one. */
  void deleteDirectory(Path name) throws IOException {
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      secure.deleteDirectory(name);
    } else {
      Files.deleteIfExists(path.resolve(name));
    }
  }

  /** Lets the web server read it, which is another user, whatever our umask says. */
  private void permit(Path name, String permissions) throws IOException {
    if (Files.getFileStore(path).supportsFileAttributeView(PosixFileAttributeView.class)) {
      PosixFileAttributeView view =
          stream instanceof SecureDirectoryStream<Path> secure
              ? secure.getFileAttributeView(
                  name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
              : Files.getFileAttributeView(
                  path.resolve(name), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
      view.setPermissions(PosixFilePermissions.fromString(permissions));
    }
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}

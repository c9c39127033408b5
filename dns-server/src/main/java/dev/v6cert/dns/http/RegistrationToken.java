package dev.v6cert.dns.http;

import dev.v6cert.base.DurableWrites;
import dev.v6cert.dns.credential.KeyDigest;
import dev.v6cert.dns.file.FileFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The token that lets clients register, in a file that is made at the first start. */
public final class RegistrationToken {
  private static final int SHORTEST = 16;

  private final Path file;
  private volatile Optional<KeyDigest> digest = Optional.empty();

  /** The token of a store in this directory. */
  public RegistrationToken(Path directory) {
    this.file = directory.resolve("registration-token");
  }

  /** Its file. */
  public Path file() {
    return file;
  }

  /** The digest of the token; empty until it is opened. */
  public Optional<KeyDigest> digest() {
    return digest;
  }

  /**
   * Reads the file, or makes it.
   *
   * @throws FileFailure when it cannot be used, or the token in it is too short
   */
  public void open() throws FileFailure {
    try {
      String token = token();
      if (token.length() < SHORTEST || !token.matches("[A-Za-z0-9_.~-]*")) {
        throw FileFailure.ofService(
            file, 1, "a token has at least " + SHORTEST + " characters of A-Z a-z 0-9 - _ . ~");
      }
      digest = Optional.of(KeyDigest.of(token));
    } catch (FileFailure e) {
      throw e;
    } catch (IOException e) {
      throw FileFailure.unusable(file, e);
    }
  }

  private String token() throws IOException {
    try {
      return Files.readString(file).strip();
    } catch (NoSuchFileException e) {
      String made = KeyDigest.newKey();
      makeDirectory(file.toAbsolutePath().getParent());
      Path next = file.resolveSibling(file.getFileName() + ".new");
      DurableWrites.write(
          next, (made + "\n").getBytes(StandardCharsets.US_ASCII), RegistrationToken::forOwner);
      DurableWrites.move(next, file);
      return made;
    }
  }

  /** Before it has content, so that nobody else can ever read that. */
  private static void forOwner(Path made) throws IOException {
    if (Files.getFileStore(made).supportsFileAttributeView("posix")) {
      Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
    }
  }

  /** Makes the directory, for its owner alone; a store in a database leaves that to the token. */
  private static void makeDirectory(@Nullable Path directory) throws IOException {
    if (directory != null && !Files.isDirectory(directory)) {
      Path made = Files.createDirectories(directory);
      if (Files.getFileStore(made).supportsFileAttributeView("posix")) {
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwx------"));
      }
    }
  }
}

package dev.v6cert.dns.file;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** A file that the operator names cannot be used. */
public final class FileFailure extends IOException {
  private static final long serialVersionUID = 1L;
  private static final Set<PosixFilePermission> OF_OTHERS =
      EnumSet.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

  /** The kind of the fault. */
  public enum Kind {
    /** There is an error in it. */
    CONTENT,
    /** There is an error in it, and it is one of the DNS-01 service. */
    SERVICE_CONTENT,
    /** It has a secret, and other users of the machine can read or write it. */
    EXPOSED,
    /** It cannot be opened, read or written. */
    ACCESS,
    /** Another process uses it. */
    IN_USE,
    /** It does not fit into the memory of the process. */
    SIZE,
    /** It was written by this program, and something else has changed it since. */
    DAMAGE
  }

  private final Kind kind;
  private final String file;
  private final int line;
  private final String reason;

  /**
   * A file with an error in it.
   *
   * @param line the number of the line, from 1; 0 where the file as a whole is wrong
   */
  public FileFailure(Path file, int line, String reason) {
    this(Kind.CONTENT, file, line, reason);
  }

  private FileFailure(Kind kind, Path file, int line, String reason) {
    super(file + (line > 0 ? ":" + line : "") + ": " + reason);
    this.kind = kind;
    this.file = file.toString();
    this.line = line;
    this.reason = reason;
  }

  /**
   * A file of the DNS-01 service with an error in it.
   *
   * @param line the number of the line, from 1; 0 where the file as a whole is wrong
   */
  public static FileFailure ofService(Path file, int line, String reason) {
    return new FileFailure(Kind.SERVICE_CONTENT, file, line, reason);
  }

  /** A file with a secret that other users of the machine can read or write. */
  public static FileFailure exposed(Path file) {
    return new FileFailure(
        Kind.EXPOSED, file, 0, "every user of this machine can read or write its secrets");
  }

  /**
   * Refuses a file of secrets that other users of the machine can read or write.
   *
   * @throws FileFailure as {@link Kind#EXPOSED}
   */
  public static void refuseExposed(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view != null
        && view.readAttributes().permissions().stream().anyMatch(OF_OTHERS::contains)) {
      throw exposed(file);
    }
  }

  /** A file that cannot be opened, read or written. */
  public static FileFailure unusable(Path file, IOException cause) {
    String reason =
        switch (cause) {
          case NoSuchFileException _ -> absence(file);
          case AccessDeniedException _ -> "permission denied";
          default -> Optional.ofNullable(cause.getMessage()).orElse("it cannot be used");
        };
    FileFailure failure = new FileFailure(Kind.ACCESS, file, 0, reason);
    failure.initCause(cause);
    return failure;
  }

  private static String absence(Path file) {
    Path directory = file.toAbsolutePath().getParent();
    return directory == null || Files.isDirectory(directory)
        ? "there is no such file"
        : "there is no directory " + directory;
  }

  /** A file or directory that another process uses. */
  public static FileFailure inUse(Path file, String reason) {
    return new FileFailure(Kind.IN_USE, file, 0, reason);
  }

  /** A file that does not fit into the memory of the process. */
  public static FileFailure tooLarge(Path file) {
    return new FileFailure(Kind.SIZE, file, 0, "too large for the memory of this process");
  }

  /** A file of this program that something else has changed. */
  public static FileFailure damaged(Path file, String reason) {
    return new FileFailure(Kind.DAMAGE, file, 0, reason);
  }

  /** The kind of the fault. */
  public Kind kind() {
    return kind;
  }

  /** The file. */
  public Path file() {
    return Path.of(file);
  }

  /** The line with the error, from 1; empty where it is not in one line. */
  public OptionalInt line() {
    return line > 0 ? OptionalInt.of(line) : OptionalInt.empty();
  }

  /** The fault, in words. */
  public String reason() {
    return reason;
  }
}

package dev.v6cert.acme.state;

import dev.v6cert.acme.AcmeFailure.Interrupted;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.StoreFailure.StateProblem;
import dev.v6cert.acme.StoreFailure.StateUnusable;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** Turns what the file system says into failures that name the file. */
public final class StateFailures {

  private StateFailures() {}

  public static AcmeFailureException unwritable(Path path, IOException cause) {
    return of(
        path, isRefusal(path, cause) ? StateProblem.NOT_WRITABLE : StateProblem.DISK_FAILED, cause);
  }

  public static AcmeFailureException unreadable(Path path, IOException cause) {
    return of(path, StateProblem.NOT_READABLE, cause);
  }

  public static AcmeFailureException corrupt(Path path, String detail) {
    return new AcmeFailureException(new StateUnusable(path, StateProblem.CORRUPT, detail));
  }

  /** Whether the failure is of a file with the wrong content. */
  public static boolean isCorrupt(AcmeFailureException e) {
    return e.failure() instanceof StateUnusable fault && fault.problem() == StateProblem.CORRUPT;
  }

  private static boolean isRefusal(Path path, IOException cause) {
    return isBelowAFile(path)
        || cause instanceof AccessDeniedException
        || cause instanceof NoSuchFileException
        || cause instanceof NotDirectoryException
        || cause instanceof FileAlreadyExistsException;
  }

  private static boolean isBelowAFile(Path path) {
    for (Path above = path.getParent(); above != null; above = above.getParent()) {
      if (Files.isRegularFile(above)) {
        return true;
      }
    }
    return false;
  }

  private static AcmeFailureException of(Path path, StateProblem problem, IOException cause) {
    if (cause instanceof ClosedByInterruptException
        || cause instanceof FileLockInterruptionException) {
      return new AcmeFailureException(new Interrupted(), cause);
    }
    Path where = path;
    String detail = reason(cause);
    if (cause instanceof FileSystemException named && named.getFile() != null) {
      where = Path.of(named.getFile());
    }
    return new AcmeFailureException(new StateUnusable(where, problem, detail), cause);
  }

  public static String reason(IOException cause) {
    if (cause instanceof FileSystemException named && named.getReason() != null) {
      return named.getReason();
    }
    return switch (cause) {
      case AccessDeniedException e -> "permission denied";
      case NoSuchFileException e -> "no such file or directory";
      case NotDirectoryException e -> "not a directory";
      case FileAlreadyExistsException e -> "something else is in its place";
      default -> cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    };
  }
}

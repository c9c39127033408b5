package dev.v6cert.acme;

import java.nio.file.Path;
import java.util.Optional;

/** The reasons that files, of the state directory or beside it, cannot be used as they must be. */
public sealed interface StoreFailure extends AcmeFailure {

  /** The state directory, or a file in it, cannot be used. Nothing was ordered. */
  record StateUnusable(Path path, StateProblem problem, String detail) implements StoreFailure {}

  /** The fault of a file or directory. */
  enum StateProblem {
    /** Users other than the owner could read a secret or change the state. */
    TOO_OPEN,
    /** It belongs to another user, whose own runs our files would keep out. */
    ANOTHER_USERS,
    /** It cannot be written: this user may not, or something else is in its place. */
    NOT_WRITABLE,
    /** It cannot be written: the disk is full, mounted read-only, or broken. */
    DISK_FAILED,
    /** It cannot be read. */
    NOT_READABLE,
    /** Its content is no state of ours, or damaged. */
    CORRUPT,
    /** A newer version of this program wrote it. */
    NEWER_FORMAT
  }

  /** Another process works in the state directory. */
  record Busy(Path stateDirectory, Optional<Long> pid) implements StoreFailure {}

  /**
   * The files of a lineage cannot be given to a group. Nothing was ordered.
   *
   * @param known whether there is a group of the name
   */
  record GroupUnusable(String group, boolean known, String cause) implements StoreFailure {}

  /** A file is there already, and was not to be replaced. */
  record FileExists(Path file) implements StoreFailure {}

  /** A file outside the state directory cannot be written. */
  record FileUnwritable(Path file, String why) implements StoreFailure {}

  /** A certificate or key that is kept outside the state directory cannot be used. */
  record FileUnusable(Path file, String why) implements StoreFailure {}
}

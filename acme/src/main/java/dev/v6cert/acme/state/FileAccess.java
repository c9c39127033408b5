package dev.v6cert.acme.state;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.KeyAccess;
import dev.v6cert.acme.StoreFailure.GroupUnusable;
import dev.v6cert.base.DurableWrites;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * A {@link KeyAccess} in the terms of this machine.
 *
 * @param group who owns the files beside the owner; empty for the process's own group
 * @param file the permissions of a file
 * @param directory those of the directory it is in
 */
public record FileAccess(
    Optional<GroupPrincipal> group,
    Set<PosixFilePermission> file,
    Set<PosixFilePermission> directory)
    implements DurableWrites.Access {

  /** The owner's access alone. */
  static final FileAccess OWNER =
      new FileAccess(
          Optional.empty(),
          PosixFilePermissions.fromString("rw-------"),
          PosixFilePermissions.fromString("rwx------"));

  /**
   * Looks the group up.
   *
   * @throws AcmeFailureException as {@code GroupUnusable} when there is none of the name
   */
  public static FileAccess of(KeyAccess access) throws AcmeFailureException {
    Optional<String> name = access.group();
    if (!DurableFiles.POSIX) {
      if (name.isPresent()) {
        throw unusable(name.get(), false, "files have no group here");
      }
      return OWNER;
    }
    Set<PosixFilePermission> file = EnumSet.of(PosixFilePermission.OWNER_READ);
    if ((access.mode() & 0200) != 0) {
      file.add(PosixFilePermission.OWNER_WRITE);
    }
    Set<PosixFilePermission> directory = EnumSet.copyOf(OWNER.directory());
    if (access.isForGroup()) {
      file.add(PosixFilePermission.GROUP_READ);
      directory.add(PosixFilePermission.GROUP_READ);
      directory.add(PosixFilePermission.GROUP_EXECUTE);
    }
    return new FileAccess(
        name.isPresent() ? Optional.of(group(name.get())) : Optional.empty(), file, directory);
  }

  private static GroupPrincipal group(String name) throws AcmeFailureException {
    try {
      return FileSystems.getDefault()
          .getUserPrincipalLookupService()
          .lookupPrincipalByGroupName(name);
    } catch (UserPrincipalNotFoundException e) {
      throw unusable(name, false, "");
    } catch (IOException e) {
      throw unusable(name, false, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Tries the group on a file that is made for that and deleted.
   *
   * @throws AcmeFailureException as {@code GroupUnusable} when this user may not give it files
   */
  public void tryIn(Path directory) throws AcmeFailureException {
    if (group.isEmpty()) {
      return;
    }
    Path probe = directory.resolve(".access.tmp");
    try {
      Files.deleteIfExists(probe);
      Files.createFile(probe, DurableFiles.ownerOnlyFile());
      try {
        giveTo(probe, file);
      } catch (FileSystemException e) {
        throw unusable(group.get().getName(), true, String.valueOf(e.getReason()));
      } finally {
        Files.deleteIfExists(probe);
      }
    } catch (IOException e) {
      throw StateFailures.unwritable(probe, e);
    }
  }

  @Override
  public void give(Path path) throws IOException {
    giveTo(path, file);
  }

  public void giveDirectory(Path path) throws IOException {
    giveTo(path, directory);
  }

  /** The group first: the permissions are for it. */
  private void giveTo(Path path, Set<PosixFilePermission> permissions) throws IOException {
    if (DurableFiles.POSIX) {
      PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
      if (group.isPresent()) {
        view.setGroup(group.get());
      }
      view.setPermissions(permissions);
    }
  }

  private static AcmeFailureException unusable(String group, boolean known, String cause) {
    return new AcmeFailureException(new GroupUnusable(group, known, cause));
  }
}

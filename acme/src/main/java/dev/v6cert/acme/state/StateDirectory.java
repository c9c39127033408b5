package dev.v6cert.acme.state;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.StoreFailure.StateProblem;
import dev.v6cert.acme.StoreFailure.StateUnusable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * The root of our state, and where in it everything lies. To read, it need not exist.
 *
 * @param root an absolute path
 */
public record StateDirectory(Path root) {

  private static final Set<PosixFilePermission> DANGEROUS =
      Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  private static final int OTHERS_WRITE = 0002;

  /** With the sticky bit. */
  private static final int OPEN_TO_ALL = 01002;

  /** The directories in it. */
  private static final List<String> PARTS =
      List.of("accounts", "archive", "hooks", "live", "renewal");

  private static final String PROBE = ".owner-";
  private static final Duration PROBE_IS_LEFT = Duration.ofHours(1);

  /** Makes the path absolute. */
  public StateDirectory {
    root = root.toAbsolutePath().normalize();
  }

  /** The link that leads to a lineage's present generation. */
  public Path live(LineageName lineage) {
    return root.resolve("live").resolve(lineage.text());
  }

  /** The directory of a lineage's generations. */
  public Path archive(LineageName lineage) {
    return root.resolve("archive").resolve(lineage.text());
  }

  /** The directories on the way to the files of a lineage, down to that of its generations. */
  public List<Path> wayTo(LineageName lineage) {
    return List.of(root, root.resolve("live"), root.resolve("archive"), archive(lineage));
  }

  public Path renewal() {
    return root.resolve("renewal");
  }

  public Path accounts() {
    return root.resolve("accounts");
  }

  public Path ledger() {
    return root.resolve("ledger.properties");
  }

  /** The accounts with acme-dns servers; absent until one is used. */
  public Path acmeDns() {
    return root.resolve("acme-dns.json");
  }

  public Path hooks() {
    return root.resolve("hooks");
  }

  /** The file that catches the output of the running hook; of one at a time, under the lock. */
  public Path hookOutput() {
    return hooks().resolve(".output.tmp");
  }

  public Path lock() {
    return root.resolve("lock");
  }

  /** The directory of this machine's certificate authority; absent until it is used. */
  public Path localAuthority() {
    return root.resolve("local-ca");
  }

  /**
   * Makes what is missing, for the owner only, and refuses directories that others can write to.
   */
  public void prepare() throws AcmeFailureException {
    try {
      if (!Files.exists(root)) {
        checkParents();
      }
      Files.createDirectories(root, DurableFiles.ownerOnlyDirectory());
      checkMode(root);
      checkOwner();
      for (String part : PARTS) {
        DurableFiles.createDirectory(root.resolve(part));
        checkMode(root.resolve(part));
      }
      checkLocalAuthority();
    } catch (IOException e) {
      throw StateFailures.unwritable(root, e);
    }
  }

  /**
   * Refuses directories that others can write to: what is read there names commands to run.
   *
   * @throws AcmeFailureException as {@code StateUnusable}
   */
  public void check() throws AcmeFailureException {
    try {
      if (Files.exists(root)) {
        checkMode(root);
        for (String part : PARTS) {
          if (Files.exists(root.resolve(part))) {
            checkMode(root.resolve(part));
          }
        }
        checkLocalAuthority();
      }
    } catch (IOException e) {
      throw StateFailures.unreadable(root, e);
    }
  }

  private void checkLocalAuthority() throws IOException, AcmeFailureException {
    if (Files.exists(localAuthority())) {
      checkMode(localAuthority());
    }
  }

  /** Compared with a file of ours, as the names of users tell little inside containers. */
  private void checkOwner() throws IOException, AcmeFailureException {
    if (!DurableFiles.POSIX) {
      return;
    }
    Path probe = Files.createTempFile(root, PROBE, ".tmp", DurableFiles.ownerOnlyFile());
    try {
      UserPrincipal owner = Files.getOwner(root);
      if (!owner.equals(Files.getOwner(probe))) {
        throw new AcmeFailureException(
            new StateUnusable(root, StateProblem.ANOTHER_USERS, "it is of " + owner.getName()));
      }
    } finally {
      Files.delete(probe);
    }
  }

  /** Removes what killed runs left of {@link #checkOwner}, but not what one is at this moment. */
  public void tidy() throws IOException {
    Instant old = Instant.now().minus(PROBE_IS_LEFT);
    try (DirectoryStream<Path> probes = Files.newDirectoryStream(root, PROBE + "*")) {
      for (Path probe : probes) {
        if (Files.getLastModifiedTime(probe, LinkOption.NOFOLLOW_LINKS).toInstant().isBefore(old)) {
          Files.deleteIfExists(probe);
        }
      }
    }
  }

  /**
   * Refuses to begin where everybody may put another directory in the place of the root, or of one
   * on the way to it. One that is in use already goes on: a container's volume is often like that.
   * Where the sticky bit is set, as on /tmp, only its owner may.
   */
  private void checkParents() throws IOException, AcmeFailureException {
    if (!DurableFiles.POSIX) {
      return;
    }
    Path there = root.toAbsolutePath().getParent();
    while (there != null && !Files.exists(there)) {
      there = there.getParent();
    }
    Path last = there == null ? null : there.toRealPath();
    for (Path parent = last; parent != null; parent = parent.getParent()) {
      if (((Integer) Files.getAttribute(parent, "unix:mode") & OPEN_TO_ALL) == OTHERS_WRITE) {
        throw new AcmeFailureException(
            new StateUnusable(
                parent,
                StateProblem.TOO_OPEN,
                "every user can put another directory in the place of " + root));
      }
    }
  }

  private static void checkMode(Path directory) throws IOException, AcmeFailureException {
    if (!DurableFiles.POSIX) {
      return;
    }
    for (PosixFilePermission permission : Files.getPosixFilePermissions(directory)) {
      if (DANGEROUS.contains(permission)) {
        throw new AcmeFailureException(
            new StateUnusable(directory, StateProblem.TOO_OPEN, "other users can write to it"));
      }
    }
  }
}

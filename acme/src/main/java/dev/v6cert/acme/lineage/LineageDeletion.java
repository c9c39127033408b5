package dev.v6cert.acme.lineage;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.state.DurableFiles;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.acme.state.StateFailures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The end of a lineage. One rename decides: from then on the lineage is gone for every reader, and
 * whoever takes the lock of the directory next finishes what a killed run left of its files.
 */
public final class LineageDeletion {

  private static final String DECIDED = ".deleted";

  private LineageDeletion() {}

  /**
   * Deletes the lineage with its certificates and keys, sound or damaged; does nothing where there
   * is none. Nothing is revoked.
   *
   * @throws AcmeFailureException as {@code StateUnusable} when that cannot be decided or finished
   */
  public static void delete(StateLock lock, LineageName name) throws AcmeFailureException {
    StateDirectory directory = lock.directory();
    Path file = new CertificateStore(directory).file(name);
    try {
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        DurableFiles.move(file, directory.renewal().resolve(name.text() + DECIDED));
      }
      finish(directory);
    } catch (IOException e) {
      throw StateFailures.unwritable(file, e);
    }
  }

  /** Removes what is left of the lineages whose deletion was decided; the decision last. */
  static void finish(StateDirectory directory) throws IOException {
    for (Path decided : DurableFiles.children(directory.renewal())) {
      Optional<LineageName> name = CertificateStore.name(decided, DECIDED);
      if (name.isPresent()) {
        DurableFiles.deleteTree(directory.live(name.get()));
        DurableFiles.deleteTree(directory.archive(name.get()));
        DurableFiles.deleteTree(new HookRecords(directory).file(name.get()));
        DurableFiles.deleteTree(decided);
      }
    }
  }
}

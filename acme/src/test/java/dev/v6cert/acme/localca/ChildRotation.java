package dev.v6cert.acme.localca;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.ipv6.name.Zone;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** Makes, replaces or removes an authority in a process of its own, to be killed at a call. */
final class ChildRotation {

  /** The exit status after a failure that the store itself tells. */
  private static final int TYPED_FAILURE = 3;

  private ChildRotation() {}

  /** Arguments: the state directory, and {@code remove} or anything else. */
  public static void main(String[] arguments) {
    try {
      run(Path.of(arguments[0]), arguments[1]);
    } catch (AcmeFailureException e) {
      System.exit(TYPED_FAILURE);
    }
  }

  static void run(Path state, String action) throws AcmeFailureException {
    StateDirectory directory = new StateDirectory(state);
    LocalAuthorityStore store = new LocalAuthorityStore(directory);
    try (StateLock lock = StateLock.acquire(directory)) {
      if (action.equals("remove")) {
        store.remove(lock);
      } else {
        store.create(
            lock, "me@here", NameConstraints.in(List.of(Zone.of("sslip.io"))), Instant.now());
      }
    }
  }
}

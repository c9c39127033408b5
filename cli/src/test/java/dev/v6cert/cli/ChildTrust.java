package dev.v6cert.cli;

import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.localca.LocalAuthority;
import dev.v6cert.acme.localca.LocalAuthorityStore;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.setting.Environment;
import dev.v6cert.cli.truststore.Machine;
import dev.v6cert.cli.truststore.StoreResult;
import dev.v6cert.cli.truststore.StoreSearch;
import dev.v6cert.cli.truststore.TrustChange;
import dev.v6cert.cli.truststore.TrustJournal;
import dev.v6cert.cli.truststore.TrustedRoot;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Changes trust stores in a process of its own, to be killed at a call. */
final class ChildTrust {

  private ChildTrust() {}

  /** Arguments: the root, the home, the state directory, and the action. */
  public static void main(String[] arguments) throws Exception {
    change(
        new TrustRoot(Path.of(arguments[0]), Path.of(arguments[1])),
        Path.of(arguments[2]),
        TrustChange.Action.valueOf(arguments[3]));
  }

  static List<StoreResult> change(TrustRoot stores, Path state, TrustChange.Action action)
      throws Exception {
    StateDirectory directory = new StateDirectory(state);
    LocalAuthorityStore authorities = new LocalAuthorityStore(directory);
    LocalAuthority authority = authorities.present();
    TrustChange change =
        new TrustChange(
            action,
            new TrustedRoot(authority.id(), authority.root(), authorities.rootFile()),
            new StoreSearch(
                    new Machine(
                        stores.root(),
                        stores.home(),
                        Environment.Platform.UNIX,
                        true,
                        Map.of(),
                        List.of()))
                .stores());
    try (StateLock lock = StateLock.acquire(directory)) {
      TrustJournal journal = TrustJournal.open(lock);
      return change.carryOut(change.plan(journal), journal, _ -> {});
    }
  }
}

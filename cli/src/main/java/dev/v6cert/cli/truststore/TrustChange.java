package dev.v6cert.cli.truststore;

import dev.v6cert.cli.truststore.StoreResult.Verdict;
import dev.v6cert.cli.truststore.TrustStore.Presence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A root that is put into all stores, or taken out of them. A store that fails keeps none of the
 * others.
 *
 * @param action what is done
 * @param root the root
 * @param stores where
 */
public record TrustChange(Action action, TrustedRoot root, List<TrustStore> stores) {

  /** The two changes. */
  public enum Action {
    INSTALL,
    REMOVE
  }

  /** Copies the list. */
  public TrustChange {
    stores = List.copyOf(stores);
  }

  /** The changes to be made, one for each store; nothing is changed. */
  public List<StoreResult> plan(TrustJournal journal) throws InterruptedException {
    List<StoreResult> plan = new ArrayList<>();
    for (TrustStore store : stores) {
      plan.add(new StoreResult(store, verdict(store, journal)));
    }
    return plan;
  }

  private Verdict verdict(TrustStore store, TrustJournal journal) throws InterruptedException {
    Optional<TrustStore.Obstacle> obstacle = store.obstacle();
    try {
      // Without its program a store cannot even be read.
      if (!(obstacle.orElse(null) instanceof TrustStore.Obstacle.MissingProgram)
          && isDone(store, journal)) {
        return new Verdict.Nothing();
      }
    } catch (IOException e) {
      return new Verdict.Failed(String.valueOf(e.getMessage()));
    }
    boolean install = action == Action.INSTALL;
    if (obstacle.isEmpty()) {
      return new Verdict.Due(install ? store.installation(root) : store.removal(root));
    }
    return switch (obstacle.get()) {
      case TrustStore.Obstacle.OtherUsers _ ->
          new Verdict.ByHand(
              "needs root", install ? store.installCommand(root) : store.removeCommand(root));
      case TrustStore.Obstacle.MissingProgram missing ->
          new Verdict.ByHand(missing.program() + " is not installed", missing.command());
      case TrustStore.Obstacle.Closed closed -> new Verdict.Failed(closed.why());
    };
  }

  private boolean isDone(TrustStore store, TrustJournal journal)
      throws IOException, InterruptedException {
    Presence presence = store.presence(root);
    return action == Action.INSTALL
        ? presence == Presence.PRESENT
        : presence == Presence.ABSENT && !journal.hasBegun(root, store);
  }

  /**
   * Does what is due, in the order of the plan.
   *
   * @param listener hears of each store when it is finished
   * @return every store of the plan, with what became of it
   * @throws IOException when the journal cannot be written; then no store is changed any more
   */
  public List<StoreResult> carryOut(
      List<StoreResult> plan, TrustJournal journal, Consumer<StoreResult> listener)
      throws IOException, InterruptedException {
    if (action == Action.INSTALL) {
      journal.keep(root);
    }
    List<StoreResult> results = new ArrayList<>();
    for (StoreResult planned : plan) {
      StoreResult result = planned;
      if (planned.verdict() instanceof Verdict.Due) {
        result = new StoreResult(planned.store(), changed(planned.store(), journal));
        listener.accept(result);
      }
      results.add(result);
    }
    if (action == Action.REMOVE && results.stream().allMatch(TrustChange::isOut)) {
      journal.drop(root);
    }
    return results;
  }

  private static boolean isOut(StoreResult result) {
    return result.verdict() instanceof Verdict.Done || result.verdict() instanceof Verdict.Nothing;
  }

  private Verdict changed(TrustStore store, TrustJournal journal)
      throws IOException, InterruptedException {
    if (action == Action.INSTALL) {
      journal.begin(root, store);
    }
    try {
      if (action == Action.INSTALL) {
        store.install(root, journal);
        return new Verdict.Done();
      }
      store.remove(root, journal);
    } catch (IOException e) {
      return new Verdict.Failed(String.valueOf(e.getMessage()));
    }
    journal.end(root, store);
    return new Verdict.Done();
  }
}

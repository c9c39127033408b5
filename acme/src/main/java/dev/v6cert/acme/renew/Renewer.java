package dev.v6cert.acme.renew;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.deploy.LineageHooks;
import dev.v6cert.acme.hook.HookRunner;
import dev.v6cert.acme.lineage.CertificateStore;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.lineage.StoredLineage;
import dev.v6cert.acme.state.StateDirectory;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Renews what is due in a state directory. Where nothing is due {@link #renew} reads a few small
 * files, takes no lock and touches no network.
 */
public final class Renewer {

  private final StateDirectory directory;
  private final Clock clock;
  private final HookRunner hooks;
  private final Function<AcmeFailure, String> words;

  /**
   * A renewer.
   *
   * @param words a failure in a line for people, to be kept as the lineage's last error and told
   *     the failure hook
   */
  public Renewer(
      StateDirectory directory,
      Clock clock,
      HookRunner hooks,
      Function<AcmeFailure, String> words) {
    this.directory = directory;
    this.clock = clock;
    this.hooks = hooks;
    this.words = words;
  }

  /** Decides by the stored instants alone. */
  public RenewalDecision decide(Lineage lineage) {
    return decide(lineage, false);
  }

  /**
   * Decides by the stored instants.
   *
   * @param namesChanged whether the machine's names are others than the certificate's
   */
  public RenewalDecision decide(Lineage lineage, boolean namesChanged) {
    return RenewalDecision.of(lineage, clock.instant(), namesChanged);
  }

  /**
   * Goes through the lineages, then through names without a lineage that have hooks to run.
   *
   * @param wanted which lineages
   * @param decision what is to be done with one; asked again under the lock before it is done
   * @param jitter taken once, without the lock, where an authority is to be asked
   * @return one outcome for each lineage that was wanted; one failure does not keep others back,
   *     but a thread that is interrupted stops at the next, which has failed by that
   * @throws AcmeFailureException when the directory is unusable, or another process is at work in
   *     it
   */
  public List<RenewalOutcome> renew(
      Predicate<LineageName> wanted,
      Function<Lineage, RenewalDecision> decision,
      StartJitter jitter,
      LineageIssuer issuer)
      throws AcmeFailureException {
    List<RenewalOutcome> outcomes = new ArrayList<>();
    List<StoredLineage> lineages = wanted(wanted);
    PendingWork work = new PendingWork(directory, decision);
    try (LateLock lock = new LateLock(directory)) {
      for (StoredLineage stored : lineages) {
        if (Thread.currentThread().isInterrupted()) {
          return cutOff(outcomes, stored.name());
        }
        Optional<RenewalOutcome> idle = work.idle(stored);
        if (idle.isEmpty() && !lock.isTaken() && work.isAnyDue(lineages)) {
          take(jitter);
        }
        outcomes.add(
            idle.isPresent()
                ? idle.get()
                : attempt(lock.take(), stored.name()).renewIfDue(decision, issuer));
      }
      for (LineageName name : work.withoutLineage(wanted)) {
        if (Thread.currentThread().isInterrupted()) {
          return cutOff(outcomes, name);
        }
        outcomes.add(attempt(lock.take(), name).settle());
      }
      return outcomes;
    }
  }

  /**
   * Rehearses the wanted lineages, due or not, between their pre and post hooks, as port 80 may
   * hang on them; how those ended is all that is recorded.
   */
  public List<RenewalOutcome> rehearse(Predicate<LineageName> wanted, LineageIssuer rehearsal)
      throws AcmeFailureException {
    List<RenewalOutcome> outcomes = new ArrayList<>();
    try (LateLock lock = new LateLock(directory)) {
      for (StoredLineage stored : wanted(wanted)) {
        StateLock taken = lock.take();
        if (Thread.currentThread().isInterrupted()) {
          return cutOff(outcomes, stored.name());
        }
        outcomes.add(
            switch (stored) {
              case StoredLineage.Damaged damaged ->
                  RenewalOutcome.failed(damaged.name(), damaged.failure());
              case StoredLineage.Loaded(Lineage lineage) ->
                  attempt(taken, lineage.name()).rehearse(lineage, rehearsal);
            });
      }
    }
    return outcomes;
  }

  private List<StoredLineage> wanted(Predicate<LineageName> wanted) throws AcmeFailureException {
    directory.check();
    return new CertificateStore(directory)
        .lineages().stream().filter(stored -> wanted.test(stored.name())).toList();
  }

  private RenewalAttempt attempt(StateLock lock, LineageName name) {
    return new RenewalAttempt(lock, new LineageHooks(lock, name, hooks, words), name, clock, words);
  }

  private static void take(StartJitter jitter) throws AcmeFailureException {
    try {
      jitter.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AcmeFailureException(new AcmeFailure.Interrupted(), e);
    }
  }

  /** The outcomes of a run that is told to stop before the next lineage; that is said once. */
  private static List<RenewalOutcome> cutOff(List<RenewalOutcome> outcomes, LineageName next) {
    boolean said =
        !outcomes.isEmpty()
            && outcomes.getLast() instanceof RenewalOutcome.Failed last
            && last.failure() instanceof AcmeFailure.Interrupted;
    if (!said) {
      outcomes.add(RenewalOutcome.failed(next, new AcmeFailure.Interrupted()));
    }
    return outcomes;
  }

  /** The lock of the directory, taken by the first lineage that needs it and kept to the end. */
  private static final class LateLock implements AutoCloseable {

    private final StateDirectory directory;
    private @Nullable StateLock lock;

    LateLock(StateDirectory directory) {
      this.directory = directory;
    }

    boolean isTaken() {
      return lock != null;
    }

    StateLock take() throws AcmeFailureException {
      if (lock == null) {
        lock = StateLock.acquire(directory);
      }
      return lock;
    }

    @Override
    public void close() {
      if (lock != null) {
        lock.close();
      }
    }
  }

  /** A wait before work, so that not every machine asks its authority in the same second. */
  @FunctionalInterface
  public interface StartJitter {

    /** None. */
    StartJitter NONE = () -> {};

    /** Waits. */
    void take() throws InterruptedException;
  }
}

package dev.v6cert.acme.renew;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.store.CertificateStore;
import dev.v6cert.acme.store.Lineage;
import dev.v6cert.acme.store.LineageWriter;
import dev.v6cert.acme.store.RenewalAdvice;
import dev.v6cert.acme.store.RenewalAnswer;
import dev.v6cert.acme.store.RenewalDecision;
import dev.v6cert.acme.store.StateDirectory;
import dev.v6cert.acme.store.StateLock;
import dev.v6cert.acme.store.StoredLineage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Renews what is due in a state directory. Where nothing is due {@link #renew} reads a few small
 * files, takes no lock and touches no network; {@link #refresh} does so only where an authority's
 * advice is to be asked for anew.
 */
public final class Renewer {

  private final StateDirectory directory;
  private final Clock clock;
  private final DeployHook hooks;
  private final Function<AcmeFailure, String> words;

  /**
   * A renewer.
   *
   * @param words a failure in a line for people, to be kept as the lineage's last error
   */
  public Renewer(
      StateDirectory directory,
      Clock clock,
      DeployHook hooks,
      Function<AcmeFailure, String> words) {
    this.directory = directory;
    this.clock = clock;
    this.hooks = hooks;
    this.words = words;
  }

  /** Decides by the stored instants alone. */
  public RenewalDecision decide(Lineage lineage) {
    return RenewalDecision.of(lineage, clock.instant());
  }

  /**
   * Asks authorities for advice on certificates that are not due, where the last advice is to be
   * asked for anew; only there is the lock taken and the network touched. What cannot be had is
   * asked for at a later run, and what is due needs none.
   *
   * @param source asks the authority of a lineage
   * @throws AcmeFailureException when the directory is unusable
   */
  public void refresh(Predicate<LineageName> wanted, Function<Lineage, RenewalAnswer> source)
      throws AcmeFailureException {
    for (StoredLineage stored : wanted(wanted)) {
      if (stored instanceof StoredLineage.Sound(Lineage lineage) && needsAdvice(lineage)) {
        try (StateLock lock = StateLock.acquire(directory)) {
          advise(lock, lineage.name(), source);
        } catch (AcmeFailureException e) {
          if (!(e.failure() instanceof AcmeFailure.Busy)) {
            throw e;
          }
          return; // Whoever is at work there asks as well, or the next run does.
        }
      }
    }
  }

  private void advise(StateLock lock, LineageName name, Function<Lineage, RenewalAnswer> source)
      throws AcmeFailureException {
    LineageWriter writer = new LineageWriter(lock);
    Optional<Lineage> lineage = writer.recover(name).filter(this::needsAdvice);
    if (lineage.isPresent()) {
      RenewalAnswer answer = source.apply(lineage.get());
      writer.advised(
          lineage.get(),
          RenewalAdvice.after(
              lineage.get().generation().orElseThrow(),
              Optional.empty(),
              lineage.get().advice(),
              answer,
              clock.instant(),
              RandomGenerator.getDefault()));
    }
  }

  private boolean needsAdvice(Lineage lineage) {
    Instant now = clock.instant();
    return lineage.generation().isPresent()
        && decide(lineage) instanceof RenewalDecision.NotDue
        && lineage.advice().map(it -> it.isStale(now)).orElse(true);
  }

  /**
   * Goes through the lineages.
   *
   * @param wanted which lineages
   * @param decision what is to be done with one; asked again under the lock before it is done
   * @return one outcome for each lineage that was wanted; one failure does not keep others back
   * @throws AcmeFailureException when the directory is unusable, or another process is at work in
   *     it
   */
  public List<RenewalOutcome> renew(
      Predicate<LineageName> wanted,
      Function<Lineage, RenewalDecision> decision,
      LineageRenewal renewal)
      throws AcmeFailureException {
    List<RenewalOutcome> outcomes = new ArrayList<>();
    @Nullable StateLock lock = null;
    try {
      for (StoredLineage stored : wanted(wanted)) {
        Optional<RenewalOutcome> idle = idle(stored, decision);
        if (idle.isEmpty() && lock == null) {
          lock = StateLock.acquire(directory);
        }
        outcomes.add(
            idle.isEmpty() && lock != null
                ? act(lock, stored.name(), decision, renewal)
                : idle.orElseThrow());
      }
      return outcomes;
    } finally {
      if (lock != null) {
        lock.close();
      }
    }
  }

  /** Rehearses the wanted lineages, due or not; records nothing and runs no hooks. */
  public List<RenewalOutcome> rehearse(Predicate<LineageName> wanted, LineageRenewal rehearsal)
      throws AcmeFailureException {
    List<RenewalOutcome> outcomes = new ArrayList<>();
    try (StateLock lock = StateLock.acquire(directory)) {
      for (StoredLineage stored : wanted(wanted)) {
        outcomes.add(
            switch (stored) {
              case StoredLineage.Damaged damaged ->
                  new RenewalOutcome.Failed(damaged.name(), damaged.failure());
              case StoredLineage.Sound sound -> rehearse(lock, sound.lineage(), rehearsal);
            });
      }
    }
    return outcomes;
  }

  private static RenewalOutcome rehearse(
      StateLock lock, Lineage lineage, LineageRenewal rehearsal) {
    try {
      rehearsal.renew(lock, lineage);
      return new RenewalOutcome.Rehearsed(lineage.name());
    } catch (AcmeFailureException e) {
      return new RenewalOutcome.Failed(lineage.name(), e.failure());
    }
  }

  private List<StoredLineage> wanted(Predicate<LineageName> wanted) throws AcmeFailureException {
    return new CertificateStore(directory)
        .lineages().stream().filter(stored -> wanted.test(stored.name())).toList();
  }

  /** The outcome of a lineage for which there is nothing to do; empty where there is. */
  private static Optional<RenewalOutcome> idle(
      StoredLineage stored, Function<Lineage, RenewalDecision> decision) {
    return switch (stored) {
      case StoredLineage.Damaged damaged ->
          Optional.of(new RenewalOutcome.Failed(damaged.name(), damaged.failure()));
      case StoredLineage.Sound sound -> {
        Lineage lineage = sound.lineage();
        yield switch (decision.apply(lineage)) {
          case RenewalDecision.Due due -> Optional.empty();
          case RenewalDecision.Deferred deferred ->
              Optional.of(
                  new RenewalOutcome.Deferred(lineage, deferred.until(), deferred.lastError()));
          case RenewalDecision.NotDue notDue ->
              lineage.upkeep().hookPending()
                  ? Optional.empty()
                  : Optional.of(new RenewalOutcome.Kept(lineage, notDue.next(), Optional.empty()));
        };
      }
    };
  }

  private RenewalOutcome act(
      StateLock lock,
      LineageName name,
      Function<Lineage, RenewalDecision> decision,
      LineageRenewal renewal)
      throws AcmeFailureException {
    Optional<Lineage> recovered = new LineageWriter(lock).recover(name);
    if (recovered.isEmpty()) {
      return new RenewalOutcome.Failed(name, damage(name));
    }
    Lineage lineage = recovered.get();
    return switch (decision.apply(lineage)) {
      case RenewalDecision.NotDue notDue ->
          new RenewalOutcome.Kept(lineage, notDue.next(), hooks.deploy(lock, lineage));
      case RenewalDecision.Deferred deferred ->
          new RenewalOutcome.Deferred(lineage, deferred.until(), deferred.lastError());
      case RenewalDecision.Due due -> renew(lock, lineage, renewal);
    };
  }

  private AcmeFailure damage(LineageName name) {
    return new AcmeFailure.StateUnusable(
        directory.archive(name), AcmeFailure.StateProblem.CORRUPT, "it was put aside");
  }

  private RenewalOutcome renew(StateLock lock, Lineage lineage, LineageRenewal renewal) {
    Lineage renewed;
    try {
      renewed = renewal.renew(lock, lineage);
    } catch (AcmeFailureException e) {
      remember(lock, lineage, e.failure());
      return new RenewalOutcome.Failed(lineage.name(), e.failure());
    }
    try {
      return new RenewalOutcome.Renewed(renewed, hooks.deploy(lock, renewed));
    } catch (AcmeFailureException e) {
      return new RenewalOutcome.Failed(lineage.name(), e.failure());
    }
  }

  private void remember(StateLock lock, Lineage lineage, AcmeFailure failure) {
    Instant now = clock.instant();
    Optional<Duration> retryAfter =
        failure instanceof AcmeFailure.TooEarly early
            ? Optional.of(Duration.between(now, early.until()))
            : failure.retryAfter();
    try {
      new LineageWriter(lock).failed(lineage, words.apply(failure), now, retryAfter);
    } catch (AcmeFailureException e) {
      // The disk is the smaller worry now; the first failure is the one to report.
    }
  }
}

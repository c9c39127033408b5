package dev.v6cert.acme.renew;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.deploy.HookOutcomes;
import dev.v6cert.acme.deploy.LineageHooks;
import dev.v6cert.acme.hook.HookRunner;
import dev.v6cert.acme.lineage.CertificateStore;
import dev.v6cert.acme.lineage.HookRecords;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.LineageWriter;
import dev.v6cert.acme.lineage.RenewalAdvice;
import dev.v6cert.acme.lineage.RenewalAnswer;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.lineage.StoredLineage;
import dev.v6cert.acme.state.StateDirectory;
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
      if (stored instanceof StoredLineage.Loaded(Lineage lineage) && needsAdvice(lineage)) {
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
   * @param pause taken once, without the lock, where an authority is to be asked
   * @return one outcome for each lineage that was wanted; one failure does not keep others back,
   *     but a thread that is interrupted stops at the next, which has failed by that
   * @throws AcmeFailureException when the directory is unusable, or another process is at work in
   *     it
   */
  public List<RenewalOutcome> renew(
      Predicate<LineageName> wanted,
      Function<Lineage, RenewalDecision> decision,
      Pause pause,
      LineageRenewal renewal)
      throws AcmeFailureException {
    List<RenewalOutcome> outcomes = new ArrayList<>();
    List<StoredLineage> lineages = wanted(wanted);
    @Nullable StateLock lock = null;
    try {
      for (StoredLineage stored : lineages) {
        if (Thread.currentThread().isInterrupted()) {
          return cutOff(outcomes, stored.name());
        }
        Optional<RenewalOutcome> idle = idle(stored, decision);
        if (idle.isEmpty() && lock == null) {
          if (isAnyDue(lineages, decision)) {
            pause(pause);
          }
          lock = StateLock.acquire(directory);
        }
        outcomes.add(
            idle.isEmpty() && lock != null
                ? act(lock, stored.name(), decision, renewal)
                : idle.orElseThrow());
      }
      for (LineageName name : withoutLineage(wanted)) {
        if (Thread.currentThread().isInterrupted()) {
          return cutOff(outcomes, name);
        }
        lock = lock == null ? StateLock.acquire(directory) : lock;
        outcomes.add(settle(lock, name));
      }
      return outcomes;
    } finally {
      if (lock != null) {
        lock.close();
      }
    }
  }

  /** Whether an authority is to be asked, and not only a hook to be run. */
  private static boolean isAnyDue(
      List<StoredLineage> lineages, Function<Lineage, RenewalDecision> decision) {
    for (StoredLineage stored : lineages) {
      if (stored instanceof StoredLineage.Loaded(Lineage lineage)
          && decision.apply(lineage) instanceof RenewalDecision.Due) {
        return true;
      }
    }
    return false;
  }

  private RenewalOutcome settle(StateLock lock, LineageName name) {
    LineageHooks left = hooks(lock, name);
    try {
      left.settle();
      return new RenewalOutcome.Settled(name, left.hookOutcomes());
    } catch (AcmeFailureException e) {
      return new RenewalOutcome.Failed(name, e.failure(), left.hookOutcomes());
    }
  }

  /** The outcomes of a run that is told to stop before the next lineage; that is said once. */
  private static List<RenewalOutcome> cutOff(List<RenewalOutcome> outcomes, LineageName next) {
    boolean said =
        !outcomes.isEmpty()
            && outcomes.getLast() instanceof RenewalOutcome.Failed last
            && last.failure() instanceof AcmeFailure.Interrupted;
    if (!said) {
      outcomes.add(failed(next, new AcmeFailure.Interrupted()));
    }
    return outcomes;
  }

  private static void pause(Pause pause) throws AcmeFailureException {
    try {
      pause.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AcmeFailureException(new AcmeFailure.Interrupted(), e);
    }
  }

  /**
   * Rehearses the wanted lineages, due or not, between their pre and post hooks, as port 80 may
   * hang on them; how those ended is all that is recorded.
   */
  public List<RenewalOutcome> rehearse(Predicate<LineageName> wanted, LineageRenewal rehearsal)
      throws AcmeFailureException {
    List<RenewalOutcome> outcomes = new ArrayList<>();
    List<StoredLineage> lineages = wanted(wanted);
    if (lineages.isEmpty()) {
      return outcomes;
    }
    try (StateLock lock = StateLock.acquire(directory)) {
      for (StoredLineage stored : lineages) {
        if (Thread.currentThread().isInterrupted()) {
          return cutOff(outcomes, stored.name());
        }
        outcomes.add(
            switch (stored) {
              case StoredLineage.Damaged damaged -> failed(damaged.name(), damaged.failure());
              case StoredLineage.Loaded sound -> rehearse(lock, sound.lineage(), rehearsal);
            });
      }
    }
    return outcomes;
  }

  private RenewalOutcome rehearse(StateLock lock, Lineage lineage, LineageRenewal rehearsal) {
    LineageHooks own = hooks(lock, lineage.name());
    try {
      own.around(rehearsal.plan(lineage), () -> rehearsal.renew(lock, lineage));
      return new RenewalOutcome.Rehearsed(lineage.name(), own.hookOutcomes());
    } catch (AcmeFailureException e) {
      return new RenewalOutcome.Failed(lineage.name(), e.failure(), own.hookOutcomes());
    }
  }

  private LineageHooks hooks(StateLock lock, LineageName name) {
    return new LineageHooks(lock, name, hooks, words);
  }

  /**
   * Names without a lineage that an obtain which was cut off left hooks to run for, or a record
   * that cannot be read: to settle that one fails, and keeps no other back.
   */
  private List<LineageName> withoutLineage(Predicate<LineageName> wanted)
      throws AcmeFailureException {
    CertificateStore store = new CertificateStore(directory);
    List<LineageName> names = new ArrayList<>();
    for (LineageName name : new HookRecords(directory).names()) {
      if (wanted.test(name) && store.find(name).isEmpty() && mayOweHooks(name)) {
        names.add(name);
      }
    }
    return names;
  }

  private boolean mayOweHooks(LineageName name) {
    try {
      return owesHooks(name);
    } catch (AcmeFailureException e) {
      return true;
    }
  }

  private boolean owesHooks(LineageName name) throws AcmeFailureException {
    return !new HookRecords(directory).find(name).pending().isEmpty();
  }

  private List<StoredLineage> wanted(Predicate<LineageName> wanted) throws AcmeFailureException {
    directory.check();
    return new CertificateStore(directory)
        .lineages().stream().filter(stored -> wanted.test(stored.name())).toList();
  }

  /** The outcome of a lineage for which there is nothing to do; empty where there is. */
  private Optional<RenewalOutcome> idle(
      StoredLineage stored, Function<Lineage, RenewalDecision> decision) {
    if (stored instanceof StoredLineage.Damaged damaged) {
      return Optional.of(failed(damaged.name(), damaged.failure()));
    }
    Lineage lineage = ((StoredLineage.Loaded) stored).lineage();
    try {
      return lineage.renewalState().hookPending() || owesHooks(lineage.name())
          ? Optional.empty()
          : idle(lineage, decision.apply(lineage), HookOutcomes.NONE);
    } catch (AcmeFailureException e) {
      return Optional.of(failed(lineage.name(), e.failure()));
    }
  }

  private static Optional<RenewalOutcome> idle(
      Lineage lineage, RenewalDecision decision, HookOutcomes hookOutcomes) {
    if (decision instanceof RenewalDecision.NotDue notDue) {
      // What nearly every run comes to, before the first switch over types, which is costly.
      return Optional.of(new RenewalOutcome.Kept(lineage, notDue.next(), hookOutcomes));
    }
    return switch (decision) {
      case RenewalDecision.Due due -> Optional.empty();
      case RenewalDecision.Deferred deferred ->
          Optional.of(
              new RenewalOutcome.Deferred(
                  lineage, deferred.until(), deferred.lastError(), hookOutcomes));
      case RenewalDecision.NotDue notDue ->
          Optional.of(new RenewalOutcome.Kept(lineage, notDue.next(), hookOutcomes));
    };
  }

  private static RenewalOutcome failed(LineageName name, AcmeFailure failure) {
    return new RenewalOutcome.Failed(name, failure, HookOutcomes.NONE);
  }

  private RenewalOutcome act(
      StateLock lock,
      LineageName name,
      Function<Lineage, RenewalDecision> decision,
      LineageRenewal renewal) {
    LineageHooks own = hooks(lock, name);
    try {
      Optional<Lineage> recovered = new LineageWriter(lock).recover(name);
      if (recovered.isEmpty()) {
        return failed(name, damage(name));
      }
      Lineage lineage = recovered.get();
      RenewalDecision decided = decision.apply(lineage);
      if (decided instanceof RenewalDecision.Due) {
        return renew(lock, lineage, renewal, own);
      }
      Lineage settled = own.settle(lineage);
      return idle(settled, decided, own.hookOutcomes()).orElseThrow();
    } catch (AcmeFailureException e) {
      return new RenewalOutcome.Failed(name, e.failure(), own.hookOutcomes());
    }
  }

  private AcmeFailure damage(LineageName name) {
    return new AcmeFailure.StateUnusable(
        directory.archive(name), AcmeFailure.StateProblem.CORRUPT, "it was put aside");
  }

  private RenewalOutcome renew(
      StateLock lock, Lineage lineage, LineageRenewal renewal, LineageHooks own) {
    Lineage renewed;
    try {
      renewed = own.around(renewal.plan(lineage), () -> renewal.renew(lock, lineage));
    } catch (AcmeFailureException e) {
      own.failed(lineage.with(renewal.plan(lineage)), e.failure());
      afterFailure(lock, lineage, e.failure(), own);
      return new RenewalOutcome.Failed(lineage.name(), e.failure(), own.hookOutcomes());
    }
    try {
      own.succeeded();
      return new RenewalOutcome.Renewed(own.settle(renewed), lineage, own.hookOutcomes());
    } catch (AcmeFailureException e) {
      return new RenewalOutcome.Failed(lineage.name(), e.failure(), own.hookOutcomes());
    }
  }

  /**
   * Remembers the failure, and still runs what an earlier certificate is owed. That somebody ended
   * this process is no failure of the renewal.
   */
  private void afterFailure(
      StateLock lock, Lineage lineage, AcmeFailure failure, LineageHooks own) {
    if (failure instanceof AcmeFailure.Interrupted) {
      return;
    }
    Instant now = clock.instant();
    Optional<Duration> retryAfter =
        failure instanceof AcmeFailure.TooEarly early
            ? Optional.of(Duration.between(now, early.until()))
            : failure.retryAfter();
    try {
      own.settle(new LineageWriter(lock).failed(lineage, words.apply(failure), now, retryAfter));
    } catch (AcmeFailureException e) {
      // The disk is the smaller worry now; the first failure is the one to report.
    }
  }
}

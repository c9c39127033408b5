package dev.v6cert.acme.renew;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.StoreFailure;
import dev.v6cert.acme.lineage.CertificateStore;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.LineageWriter;
import dev.v6cert.acme.lineage.RenewalAdvice;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.state.StateDirectory;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Asks authorities for advice on certificates that are not due, where the last advice is to be
 * asked for anew; only there is the lock taken and the network touched.
 */
public final class AdviceRefresh {

  private final StateDirectory directory;
  private final Clock clock;

  /** A refresh in the directory. */
  public AdviceRefresh(StateDirectory directory, Clock clock) {
    this.directory = directory;
    this.clock = clock;
  }

  /**
   * Asks about each wanted lineage that needs it. An authority that does not answer is asked at a
   * later run.
   *
   * @param source asks the authority of a lineage
   * @throws AcmeFailureException when the directory is unusable
   */
  public void refresh(Predicate<LineageName> wanted, Function<Lineage, RenewalAdvice.Answer> source)
      throws AcmeFailureException {
    directory.check();
    for (Lineage lineage : new CertificateStore(directory).loaded()) {
      if (wanted.test(lineage.name()) && needsAdvice(lineage)) {
        try (StateLock lock = StateLock.acquire(directory)) {
          advise(lock, lineage.name(), source);
        } catch (AcmeFailureException e) {
          if (!(e.failure() instanceof StoreFailure.Busy)) {
            throw e;
          }
          return; // Whoever is at work there asks as well, or the next run does.
        }
      }
    }
  }

  private void advise(
      StateLock lock, LineageName name, Function<Lineage, RenewalAdvice.Answer> source)
      throws AcmeFailureException {
    LineageWriter writer = new LineageWriter(lock);
    Optional<Lineage> lineage = writer.recover(name).filter(this::needsAdvice);
    if (lineage.isPresent()) {
      RenewalAdvice.Answer answer = source.apply(lineage.get());
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
        && RenewalDecision.of(lineage, now).nextIfNotDue().isPresent()
        && lineage.advice().map(it -> it.isStale(now)).orElse(true);
  }
}

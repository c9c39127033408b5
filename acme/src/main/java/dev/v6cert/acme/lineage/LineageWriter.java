package dev.v6cert.acme.lineage;

import dev.v6cert.acme.AcmeFailure.BadCertificate;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.KeyAccess;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.StoreFailure.StateProblem;
import dev.v6cert.acme.StoreFailure.StateUnusable;
import dev.v6cert.acme.state.DurableFiles;
import dev.v6cert.acme.state.FileAccess;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.acme.state.StateFailures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * Changes to the lineages of a locked state directory. Each is whole after a kill at any moment:
 * the old generation stays live and usable until the one rename that makes the new one live.
 */
public final class LineageWriter {

  private final StateDirectory directory;
  private final CertificateStore store;

  /** Writes in the locked directory. */
  public LineageWriter(StateLock lock) {
    directory = lock.directory();
    store = new CertificateStore(directory);
  }

  /**
   * Finishes what a killed run left half done, and puts aside what is damaged.
   *
   * @return the lineage as it now stands; empty where there is none, or it was put aside
   * @throws AcmeFailureException when a newer version wrote it, or it cannot be read or moved
   */
  public Optional<Lineage> recover(LineageName name) throws AcmeFailureException {
    try {
      finishSwap(name);
      Optional<StoredLineage> stored = store.find(name);
      if (stored.isEmpty()) {
        putAsideUnlessLink(directory.live(name));
        return Optional.empty();
      }
      return switch (stored.get()) {
        case StoredLineage.Loaded sound -> Optional.of(sound.lineage());
        case StoredLineage.Damaged damaged -> {
          if (damaged.failure() instanceof StateUnusable fault
              && fault.problem() != StateProblem.CORRUPT) {
            throw new AcmeFailureException(fault);
          }
          putAside(store.file(name));
          putAsideUnlessLink(directory.live(name));
          yield Optional.empty();
        }
      };
    } catch (IOException e) {
      throw StateFailures.unwritable(directory.root(), e);
    }
  }

  /** Makes the generation live that the lineage's file announces, if it is all there. */
  private void finishSwap(LineageName name) throws IOException {
    if (!Files.exists(store.file(name), LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      Optional<Generation> announced = LineageFile.read(store.file(name), name).generation();
      if (announced.isPresent()) {
        int number = announced.get().number();
        OptionalInt live = store.liveNumber(name);
        boolean complete = Files.isDirectory(generation(name, number));
        if (complete && (live.isEmpty() || live.getAsInt() < number)) {
          DurableFiles.link(directory.live(name), CertificateStore.target(name, number));
        }
      }
    } catch (AcmeFailureException e) {
      // Damaged: there is no swap to finish.
    }
  }

  private static void putAsideUnlessLink(Path path) throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !Files.isSymbolicLink(path)) {
      putAside(path);
    }
  }

  private static void putAside(Path path) throws IOException {
    DurableFiles.move(
        path, path.resolveSibling(path.getFileName() + ".corrupt-" + System.currentTimeMillis()));
  }

  /**
   * Proves that the files of a lineage can be given to whom they are for.
   *
   * @throws AcmeFailureException as {@code GroupUnusable}
   */
  public void check(KeyAccess access) throws AcmeFailureException {
    FileAccess.of(access).tryIn(directory.root());
  }

  /**
   * Opens the journal of the lineage's next generation.
   *
   * @param newKeys makes a key, where none is kept
   */
  public IssuanceJournal journal(IssuanceRequest request, Supplier<KeyPair> newKeys)
      throws AcmeFailureException {
    Path archive = directory.archive(request.lineage());
    Optional<KeyPair> reused = request.key().reuse() ? presentKeys(request) : Optional.empty();
    return IssuanceJournalFile.open(archive, next(request.lineage()), request, reused, newKeys);
  }

  private Optional<KeyPair> presentKeys(IssuanceRequest request) {
    try {
      Path live = directory.live(request.lineage());
      if (!Files.exists(live) || isRevoked(request.lineage())) {
        return Optional.empty();
      }
      return Optional.of(KeyedCertificate.inDirectory(live).keys())
          .filter(keys -> IssuanceJournalFile.isOf(keys, request.key().type()));
    } catch (AcmeFailureException e) {
      return Optional.empty(); // A damaged pair is replaced.
    }
  }

  private boolean isRevoked(LineageName name) {
    return store
        .loaded(name)
        .flatMap(Lineage::generation)
        .flatMap(Generation::revokedAt)
        .isPresent();
  }

  private int next(LineageName name) throws AcmeFailureException {
    try {
      return 1
          + DurableFiles.children(directory.archive(name)).stream()
              .flatMap(OldGenerations::number)
              .max(Comparator.naturalOrder())
              .orElse(0);
    } catch (IOException e) {
      throw StateFailures.unreadable(directory.archive(name), e);
    }
  }

  /**
   * Makes the certificate the lineage's present one.
   *
   * @param chain the certificate, then its issuers up to but without the root
   * @param now the local clock
   */
  public Lineage commit(
      Lineage.Plan plan, IssuanceJournal journal, List<X509Certificate> chain, Instant now)
      throws AcmeFailureException {
    LineageName name = plan.request().lineage();
    int number = next(name);
    FileAccess access = FileAccess.of(plan.request().key().access());
    try {
      Path made = directory.archive(name).resolve("next.tmp");
      DurableFiles.deleteTree(made);
      DurableFiles.createDirectory(made);
      access.giveDirectory(made);
      KeyedCertificate.write(made, journal.keys().getPrivate(), chain, access);
      letReadersPass(plan.request());
      Generation generation =
          CertificateFile.generation(number, chain.getFirst(), now, Optional.empty());
      RenewalState renewalState = RenewalState.renewed(plan.deploys(), deployed(name));
      new LineageFile(plan, Optional.of(generation), Optional.empty(), renewalState)
          .write(store.file(name));
      DurableFiles.move(made, generation(name, number));
      DurableFiles.link(directory.live(name), CertificateStore.target(name, number));
      IssuanceJournalFile.deleteOthers(directory.archive(name), made);
      prune(name, number, now);
      return new Lineage(
          plan, Optional.of(generation), Optional.empty(), renewalState, directory.live(name));
    } catch (IOException e) {
      throw StateFailures.unwritable(directory.archive(name), e);
    } catch (CertificateException e) {
      throw new AcmeFailureException(new BadCertificate(String.valueOf(e.getMessage())), e);
    }
  }

  /** Makes room; the certificate is live, and counts for more than what stays behind. */
  private void prune(LineageName name, int live, Instant now) {
    try {
      OldGenerations.prune(directory.archive(name), live, now);
    } catch (IOException e) {
      // The next commit tries again.
    }
  }

  /** The key is for a group: the way to it is open; what lies beside it stays closed. */
  private void letReadersPass(IssuanceRequest request) throws IOException {
    if (request.key().access().isForGroup()) {
      for (Path parent : directory.wayTo(request.lineage())) {
        DurableFiles.letPass(parent);
      }
    }
  }

  /**
   * The name by which services know the lineage's certificate before it is replaced, as far as
   * known.
   */
  private Optional<String> deployed(LineageName name) {
    return store.loaded(name).flatMap(LineageWriter::knownBy);
  }

  private static Optional<String> knownBy(Lineage present) {
    RenewalState renewalState = present.renewalState();
    return renewalState.deployed().isPresent()
            || renewalState.hookPending()
            || present.generation().isEmpty()
        ? renewalState.deployed()
        : Optional.of(present.firstSubject());
  }

  /** Remembers that a renewal failed, and when to try again. */
  public Lineage failed(Lineage lineage, String error, Instant now, Optional<Duration> retryAfter)
      throws AcmeFailureException {
    RenewalState renewalState =
        lineage.renewalState().failed(error, now, retryAfter, RenewalBackoff.limit(lineage, now));
    return written(lineage.with(renewalState));
  }

  /** Remembers what the authority advises for the present certificate. */
  public Lineage advised(Lineage lineage, RenewalAdvice advice) throws AcmeFailureException {
    return written(lineage.with(advice));
  }

  /** Remembers that the present certificate was revoked. */
  public void revoked(Lineage lineage, Instant now) throws AcmeFailureException {
    Optional<Generation> revoked = lineage.generation().map(it -> it.revoked(now));
    Lineage _ =
        written(
            new Lineage(
                lineage.plan(), revoked, lineage.advice(), lineage.renewalState(), lineage.live()));
  }

  /** Remembers that the present certificate is deployed. */
  public Lineage deployed(Lineage lineage) throws AcmeFailureException {
    return written(lineage.with(lineage.renewalState().deployed(lineage.firstSubject())));
  }

  /** Gives the lineage another plan, for the renewals to come. */
  public Lineage with(Lineage lineage, Lineage.Plan plan) throws AcmeFailureException {
    return written(lineage.with(plan));
  }

  private Lineage written(Lineage lineage) throws AcmeFailureException {
    Path file = store.file(lineage.name());
    try {
      new LineageFile(
              lineage.plan(), lineage.generation(), lineage.advice(), lineage.renewalState())
          .write(file);
      return lineage;
    } catch (IOException e) {
      throw StateFailures.unwritable(file, e);
    }
  }

  private Path generation(LineageName name, int number) {
    return directory.archive(name).resolve(Integer.toString(number));
  }
}

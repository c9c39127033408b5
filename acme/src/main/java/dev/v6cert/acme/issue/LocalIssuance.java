package dev.v6cert.acme.issue;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.IssuanceEvent;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.KeyType;
import dev.v6cert.acme.lineage.IssuanceJournal;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.LineageWriter;
import dev.v6cert.acme.lineage.RenewalAdvice;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.localca.LocalAuthority;
import dev.v6cert.acme.localca.LocalAuthorityStore;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** One certificate by the authority of this machine, into the same lineages as any other. */
final class LocalIssuance {

  private final StateLock lock;
  private final Clock clock;
  private final Function<KeyType, KeyPair> keys;

  LocalIssuance(StateLock lock, Clock clock, Function<KeyType, KeyPair> keys) {
    this.lock = lock;
    this.clock = clock;
    this.keys = keys;
  }

  /** Signs, checks and installs. */
  Lineage issue(Lineage.Plan plan, IssuanceEvent.Listener listener) throws AcmeFailureException {
    IssuanceRequest request = plan.request();
    LocalAuthority authority = new LocalAuthorityStore(lock.directory()).present();
    Instant now = clock.instant();
    authority.check(request.subjects(), now);
    LineageWriter writer = new LineageWriter(lock);
    Optional<Lineage> _ = writer.recover(request.lineage());
    writer.check(request.key().access());
    IssuanceJournal journal = writer.journal(request, () -> keys.apply(request.key().type()));
    List<X509Certificate> chain =
        authority.sign(journal.keys().getPublic(), request.subjects(), now);
    ChainCheck.check(
        chain, request.subjects(), journal.keys().getPublic(), List.of(authority.root()), now);
    X509Certificate leaf = chain.getFirst();
    listener.on(
        new IssuanceEvent.Downloaded(
            leaf.getSerialNumber().toString(16), leaf.getNotAfter().toInstant()));
    Lineage lineage = writer.commit(plan, journal, chain, now);
    listener.on(new IssuanceEvent.Committed(lineage.name(), lineage.live()));
    return advised(writer, lineage, now);
  }

  /** Notes that nobody is to be asked when the certificate is to be renewed. */
  private static Lineage advised(LineageWriter writer, Lineage lineage, Instant now) {
    RenewalAdvice none =
        RenewalAdvice.after(
            lineage.generation().orElseThrow(),
            Optional.empty(),
            Optional.empty(),
            new RenewalAdvice.Answer.NotOffered(),
            now,
            RandomGenerator.getDefault());
    try {
      return writer.advised(lineage, none);
    } catch (AcmeFailureException e) {
      return lineage; // The certificate is live whether or not that is noted.
    }
  }

  /** Refuses what {@link #issue} would refuse; where there is no authority yet, nothing. */
  void rehearse(IssuanceRequest request) throws AcmeFailureException {
    Optional<LocalAuthority> authority = new LocalAuthorityStore(lock.directory()).find();
    if (authority.isPresent()) {
      authority.get().check(request.subjects(), clock.instant());
    }
  }
}

package dev.v6cert.acme.issue;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceEvent;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.KeyType;
import dev.v6cert.acme.Registration;
import dev.v6cert.acme.account.AccountStore;
import dev.v6cert.acme.account.Accounts;
import dev.v6cert.acme.account.Keys;
import dev.v6cert.acme.challenge.ChallengeSolver;
import dev.v6cert.acme.client.AuthoritySession;
import dev.v6cert.acme.client.Deadline;
import dev.v6cert.acme.lineage.IssuanceJournal;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.LineageWriter;
import dev.v6cert.acme.lineage.RenewalAdvice;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.base.Ticker;
import java.net.URI;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** Gets certificates from authorities into the store. */
public final class CertificateIssuer {

  /** The time limit of one issuance, by default. */
  public static final Duration DEFAULT_LIMIT = Duration.ofMinutes(5);

  private final Clock clock;
  private final Ticker ticker;
  private final Duration limit;
  private final Function<KeyType, KeyPair> keys;

  /** An issuer by the machine's clocks, with the default time limit. */
  public CertificateIssuer() {
    this(Clock.systemUTC(), Ticker.SYSTEM, DEFAULT_LIMIT);
  }

  /** The same, with what was begun before. */
  public CertificateIssuer(IssuancePreparation start) {
    this(Clock.systemUTC(), Ticker.SYSTEM, DEFAULT_LIMIT, start::key);
  }

  /**
   * An issuer.
   *
   * @param clock what time it is, for the records
   * @param ticker what is waited by
   * @param limit how long one issuance may take in all
   */
  public CertificateIssuer(Clock clock, Ticker ticker, Duration limit) {
    this(clock, ticker, limit, Keys::generate);
  }

  private CertificateIssuer(
      Clock clock, Ticker ticker, Duration limit, Function<KeyType, KeyPair> keys) {
    this.clock = clock;
    this.ticker = ticker;
    this.limit = limit;
    this.keys = keys;
  }

  /**
   * Issues a certificate and makes it the lineage's present one. The authority of this machine
   * signs at once, without account and challenge; it must be there. What a killed run left of the
   * same is taken up: same key, same order. Where the authority is known to refuse, it is not
   * asked.
   *
   * @param lock of the state directory
   * @param plan what to ask for; stored with the lineage for its renewals
   * @param registration how to open an account, if there is none
   * @throws AcmeFailureException when there is no certificate; the old one is untouched
   */
  public Lineage issue(
      StateLock lock,
      Lineage.Plan plan,
      Registration registration,
      ChallengeSolver solver,
      IssuanceEvent.Listener listener)
      throws AcmeFailureException {
    IssuanceRequest request = plan.request();
    if (request.authority().isLocal()) {
      return new LocalIssuance(lock, clock, keys).issue(plan, listener);
    }
    LineageWriter writer = new LineageWriter(lock);
    Optional<Lineage> present = writer.recover(request.lineage());
    writer.check(request.key().access());
    IssuanceJournal journal = writer.journal(request, () -> keys.apply(request.key().type()));
    OrderLedger ledger = new OrderLedger(lock);
    boolean free = journal.order().isPresent() || isExempt(request, present);
    ledger.check(request, free, clock.instant());
    try (AuthoritySession authority = talk(request.authority(), listener)) {
      IssuanceRequest settled = settled(authority, request, listener);
      Accounts accounts = accounts(authority, lock, settled, registration, listener);
      Optional<ReplacedCertificate> replacement =
          ReplacedCertificate.of(authority, settled, present);
      Issuance.Issued issued =
          new Issuance(authority, accounts, settled, replacement, journal, solver, listener).run();
      Lineage lineage = writer.commit(plan, journal, issued.chain(), clock.instant());
      listener.on(new IssuanceEvent.Committed(lineage.name(), lineage.live()));
      return noted(writer, ledger, lineage, issued.account());
    } catch (AcmeFailureException e) {
      try {
        ledger.notBefore(request, e.failure(), clock.instant());
      } catch (AcmeFailureException alsoFailed) {
        e.addSuppressed(alsoFailed); // The first failure is the one to report.
      }
      throw e;
    }
  }

  /** Whether the order is to replace a certificate in the window that the authority suggested. */
  private boolean isExempt(IssuanceRequest request, Optional<Lineage> present) {
    return present
        .filter(lineage ->
            lineage
                .plan()
                .request()
                .authority()
                .directory()
                .equals(request.authority().directory()))
        .flatMap(Lineage::advice)
        .filter(advice -> advice.account().isPresent())
        .flatMap(RenewalAdvice::window)
        .filter(window -> !clock.instant().isBefore(window.start()))
        .isPresent();
  }

  /**
   * Does all that {@link #issue} does with the authority, and installs nothing. Where the authority
   * has a test environment, that one is asked and signs; else it is only asked to validate.
   *
   * @throws AcmeFailureException when the same issuance would fail
   */
  public void rehearse(
      StateLock lock,
      IssuanceRequest wanted,
      Registration registration,
      ChallengeSolver solver,
      IssuanceEvent.Listener listener)
      throws AcmeFailureException {
    new LineageWriter(lock).check(wanted.key().access());
    if (wanted.authority().isLocal()) {
      new LocalIssuance(lock, clock, keys).rehearse(wanted);
      return;
    }
    CertificateAuthority stage = wanted.authority().rehearsal();
    IssuanceRequest request = wanted.with(stage);
    IssuanceJournal journal = IssuanceJournal.inMemory(() -> keys.apply(request.key().type()));
    try (AuthoritySession authority = talk(stage, listener)) {
      IssuanceRequest settled = settled(authority, request, listener);
      Accounts accounts = accounts(authority, lock, settled, registration, listener);
      Issuance issuance =
          new Issuance(authority, accounts, settled, Optional.empty(), journal, solver, listener);
      if (stage.directory().equals(CertificateAuthority.LETS_ENCRYPT_STAGING.directory())) {
        issuance.run();
      } else {
        issuance.validateOnly();
      }
    }
  }

  /** Notes what is good to know of a new certificate, which is live whether or not that works. */
  private Lineage noted(LineageWriter writer, OrderLedger ledger, Lineage lineage, URI account) {
    try {
      ledger.issued(lineage.plan().request(), clock.instant());
      return advised(writer, lineage, account);
    } catch (AcmeFailureException e) {
      return lineage;
    }
  }

  /** The lineage with the authority's advice for its new certificate, which is good without it. */
  private Lineage advised(LineageWriter writer, Lineage lineage, URI account)
      throws AcmeFailureException {
    RenewalAdvice.Answer answer = new RenewalInfoClient(clock, ticker).ask(lineage);
    RenewalAdvice advice =
        RenewalAdvice.after(
            lineage.generation().orElseThrow(),
            Optional.of(account),
            Optional.empty(),
            answer,
            clock.instant(),
            RandomGenerator.getDefault());
    return writer.advised(lineage, advice);
  }

  /** The request with the profile to be ordered. */
  private static IssuanceRequest settled(
      AuthoritySession authority, IssuanceRequest request, IssuanceEvent.Listener listener)
      throws AcmeFailureException {
    Optional<String> profile = AcmeProfiles.choose(authority, request);
    if (request.profile().isEmpty()) {
      profile.ifPresent(chosen -> listener.on(new IssuanceEvent.ProfileChosen(chosen)));
    }
    return request.with(profile);
  }

  private static Accounts accounts(
      AuthoritySession authority,
      StateLock lock,
      IssuanceRequest request,
      Registration registration,
      IssuanceEvent.Listener listener)
      throws AcmeFailureException {
    AccountStore store = new AccountStore(lock, authority.authority(), request.account());
    return new Accounts(authority, store, registration, listener);
  }

  private AuthoritySession talk(CertificateAuthority authority, IssuanceEvent.Listener listener)
      throws AcmeFailureException {
    return AuthoritySession.open(authority, new Deadline(ticker, limit), clock, listener);
  }
}

package dev.v6cert.acme.issue;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailure.Step;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.AcmeProblem;
import dev.v6cert.acme.IssuanceEvent;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.account.Accounts;
import dev.v6cert.acme.challenge.ChallengeSolver;
import dev.v6cert.acme.challenge.Responder;
import dev.v6cert.acme.client.AuthoritySession;
import dev.v6cert.acme.client.Problems;
import dev.v6cert.acme.lineage.IssuanceJournal;
import java.net.URI;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Identifier;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.OrderBuilder;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeRateLimitedException;
import org.shredzone.acme4j.exception.AcmeServerException;

/** One order, from its placing, or from where a killed run left it, to its certificate. */
final class Issuance {

  private final AuthoritySession authority;
  private final Accounts accounts;
  private final IssuanceRequest request;
  private final Optional<ReplacedCertificate> replacement;
  private final IssuanceJournal journal;
  private final ChallengeSolver solver;
  private final IssuanceEvent.Listener listener;
  private Optional<Login> login = Optional.empty();

  /** The account that the answers were made for, where they depend on one. */
  private Optional<URI> answering = Optional.empty();

  Issuance(
      AuthoritySession authority,
      Accounts accounts,
      IssuanceRequest request,
      Optional<ReplacedCertificate> replacement,
      IssuanceJournal journal,
      ChallengeSolver solver,
      IssuanceEvent.Listener listener) {
    this.authority = authority;
    this.accounts = accounts;
    this.request = request;
    this.replacement = replacement;
    this.journal = journal;
    this.solver = solver;
    this.listener = listener;
  }

  /**
   * A certificate and who it was issued to.
   *
   * @param chain the certificate, then its issuers
   * @param account the account that ordered it
   */
  record Issued(List<X509Certificate> chain, URI account) {
    Issued {
      chain = List.copyOf(chain);
    }
  }

  /**
   * Drives the order to its end, and returns the chain, which was checked. Where there is no order
   * yet, a place to answer is sought first: one that is not free costs neither an account nor an
   * order.
   */
  Issued run() throws AcmeFailureException {
    if (journal.order().isPresent()) {
      return new Issued(resumed(), account());
    }
    try (Responder responder = respond()) {
      return new Issued(ordered(place(), responder), account());
    }
  }

  private Responder respond() throws AcmeFailureException {
    // It may wait for a person who sets a record.
    return authority.aside(
        () -> solver.start(context(), request -> listener.on(new IssuanceEvent.Asked(request))));
  }

  private ChallengeSolver.OrderContext context() {
    return new ChallengeSolver.OrderContext() {
      @Override
      public URI account() throws AcmeFailureException {
        URI url = Issuance.this.account();
        answering = Optional.of(url);
        return url;
      }

      @Override
      public List<String> issuers() throws AcmeFailureException {
        return authority.call(
            Step.DIRECTORY,
            () -> List.copyOf(authority.session().getMetadata().getCaaIdentities()));
      }
    };
  }

  private Login login() throws AcmeFailureException {
    Login used = login.isPresent() ? login.get() : accounts.login();
    login = Optional.of(used);
    return used;
  }

  private URI account() throws AcmeFailureException {
    return Accounts.url(login());
  }

  private List<X509Certificate> ordered(Order order, Responder responder)
      throws AcmeFailureException {
    validate(order, responder);
    return complete(order);
  }

  /**
   * The chain of the order that an earlier run left. One with which this run does not come to an
   * end either is not taken up again: it may be stuck at the authority for a week.
   */
  private List<X509Certificate> resumed() throws AcmeFailureException {
    Optional<URI> left = journal.order();
    try {
      return resumedOrAnew();
    } catch (AcmeFailureException e) {
      if (e.failure() instanceof AcmeFailure.TimedOut && journal.order().equals(left)) {
        journal.abandon();
      }
      throw e;
    }
  }

  /** The same, which may need nobody to answer any more. */
  private List<X509Certificate> resumedOrAnew() throws AcmeFailureException {
    Optional<Order> left = resume();
    if (left.isPresent() && status(left.get()) != Status.PENDING) {
      try {
        return complete(left.get());
      } catch (AcmeFailureException e) {
        if (!isOfTheOrder(e.failure())) {
          throw e;
        }
        left = Optional.empty(); // It was signed for another key, say: no use to anybody.
      }
    }
    try (Responder responder = respond()) {
      return ordered(left.isPresent() ? left.get() : place(), responder);
    }
  }

  /** Whether another order may fare better. */
  private static boolean isOfTheOrder(AcmeFailure failure) {
    return switch (failure) {
      case AcmeFailure.BadCertificate _,
          AcmeFailure.UnreadableCertificate _,
          AcmeFailure.Refused _ ->
          true;
      default -> false;
    };
  }

  /** Only the validation, for authorities whose certificates count. */
  void validateOnly() throws AcmeFailureException {
    try (Responder responder = respond()) {
      validate(place(), responder);
    }
  }

  private Optional<Order> resume() throws AcmeFailureException {
    Login ours = login();
    URI url = journal.order().orElseThrow();
    Optional<Order> left =
        authority.call(
            Step.ORDER,
            () -> {
              try {
                Order order = ours.bindOrder(url.toURL());
                order.fetch();
                return Optional.of(order).filter(it -> it.getStatus() != Status.INVALID);
              } catch (AcmeRateLimitedException e) {
                throw e; // It is there; only this is no time to ask.
              } catch (AcmeServerException e) {
                return Optional.empty(); // Expired and gone, or of an account of the past.
              }
            });
    if (left.isPresent()) {
      listener.on(new IssuanceEvent.OrderResumed(url, request.subjects()));
    }
    return left;
  }

  /** Places the order, once its key is kept: a full disk is to cost no order. */
  private Order place() throws AcmeFailureException {
    Login ours = login();
    KeyPair _ = journal.keys();
    Optional<Order> order =
        authority.call(
            Step.ORDER,
            () -> {
              try {
                return Optional.of(order(ours));
              } catch (AcmeServerException e) {
                if (Accounts.isUnknown(e)) {
                  return Optional.empty();
                }
                throw e;
              }
            });
    Order placed = order.isPresent() ? order.get() : placeAnew();
    URI url = URI.create(placed.getLocation().toString());
    journal.ordered(url);
    listener.on(new IssuanceEvent.OrderCreated(url, request.subjects()));
    return placed;
  }

  private Order placeAnew() throws AcmeFailureException {
    Login other = accounts.loginAnew();
    login = Optional.of(other);
    return authority.call(Step.ORDER, () -> order(other));
  }

  /** Places the order; where it is refused as a replacement, once more without that. */
  private Order order(Login by) throws AcmeException {
    Optional<ReplacedCertificate> ours =
        replacement.filter(it -> it.account().equals(Accounts.url(by)));
    try {
      return place(by, ours);
    } catch (AcmeException e) {
      Optional<String> refusal = ours.flatMap(it -> ReplacedCertificate.refusal(e));
      if (refusal.isEmpty()) {
        throw e;
      }
      listener.on(new IssuanceEvent.ReplacementRefused(refusal.get()));
      return place(by, Optional.empty());
    }
  }

  private Order place(Login login, Optional<ReplacedCertificate> replaced) throws AcmeException {
    OrderBuilder builder = login.newOrder();
    for (Subject subject : request.subjects()) {
      // Identifier.ip() would write the JDK's text of an address, which authorities refuse.
      builder.identifier(new Identifier(subject.type(), subject.value()));
    }
    request.profile().ifPresent(builder::profile);
    replaced.ifPresent(it -> builder.replaces(it.id()));
    return builder.create();
  }

  private void validate(Order order, Responder responder) throws AcmeFailureException {
    if (status(order) == Status.PENDING) {
      prove(order, responder);
    }
    Polling polling = new Polling(authority, Step.AUTHORIZATION);
    Optional<Instant> retryAfter = authority.call(Step.ORDER, order::fetch);
    while (status(order) == Status.PENDING) {
      polling.pause(retryAfter);
      retryAfter = authority.call(Step.ORDER, order::fetch);
    }
    if (status(order) == Status.INVALID) {
      throw refused(order);
    }
  }

  private void prove(Order order, Responder responder) throws AcmeFailureException {
    List<Authorization> authorizations = authority.call(Step.ORDER, order::getAuthorizations);
    if (answering.isEmpty() || answering.get().equals(account())) {
      new Validation(authority, responder, listener).run(authorizations);
      return;
    }
    responder.close(); // The authority had forgotten the account that its answers were made for.
    try (Responder other = respond()) {
      new Validation(authority, other, listener).run(authorizations);
    }
  }

  private List<X509Certificate> complete(Order order) throws AcmeFailureException {
    if (status(order) == Status.READY) {
      finalizeOrder(order);
    }
    Polling polling = new Polling(authority, Step.FINALIZE);
    Optional<Instant> retryAfter = Optional.empty();
    while (status(order) == Status.PROCESSING || status(order) == Status.READY) {
      polling.pause(retryAfter);
      retryAfter = authority.call(Step.FINALIZE, order::fetch);
    }
    if (status(order) != Status.VALID) {
      throw refused(order);
    }
    List<X509Certificate> chain =
        ChainChoice.choose(
            authority,
            authority.call(Step.DOWNLOAD, order::getCertificate),
            request.preferredChain(),
            listener);
    ChainCheck.check(
        chain,
        request.subjects(),
        journal.keys().getPublic(),
        authority.roots(),
        authority.authorityNow());
    X509Certificate leaf = chain.getFirst();
    listener.on(
        new IssuanceEvent.Downloaded(
            leaf.getSerialNumber().toString(16), leaf.getNotAfter().toInstant()));
    return chain;
  }

  /**
   * Asks for the certificate. A key that was kept from the last one and is refused now (somebody
   * has shown the authority that it leaked, say) is replaced: it would be refused for ever.
   */
  private void finalizeOrder(Order order) throws AcmeFailureException {
    try {
      askForCertificate(order);
    } catch (AcmeFailureException e) {
      if (!isOfTheKey(e.failure()) || !journal.replaceKeys()) {
        throw e;
      }
      listener.on(new IssuanceEvent.KeyReplaced());
      askForCertificate(order);
    }
  }

  private static boolean isOfTheKey(AcmeFailure failure) {
    return failure instanceof AcmeFailure.Refused(_, AcmeProblem problem)
        && (problem.type().equals("badPublicKey") || problem.type().equals("badCSR"));
  }

  private void askForCertificate(Order order) throws AcmeFailureException {
    byte[] csr = SigningRequest.der(request.subjects(), journal.keys(), authority.authority());
    boolean accepted =
        authority.call(
            Step.FINALIZE,
            () -> {
              try {
                order.execute(csr);
                return true;
              } catch (AcmeServerException e) {
                // The answer to an earlier try may have been lost; the order itself knows.
                if (e.getType().toString().endsWith(":orderNotReady")) {
                  return false;
                }
                throw e;
              }
            });
    authority.call(Step.FINALIZE, order::fetch);
    if (accepted || status(order) != Status.INVALID) {
      listener.on(new IssuanceEvent.Finalized(URI.create(order.getLocation().toString())));
    }
  }

  private AcmeFailureException refused(Order order) throws AcmeFailureException {
    AcmeProblem problem =
        authority.call(
            Step.ORDER,
            () ->
                order
                    .getError()
                    .map(Problems::of)
                    .orElseGet(
                        () -> AcmeProblem.of("invalid", "the order is " + order.getStatus())));
    return new AcmeFailureException(new AcmeFailure.Refused(Step.ORDER, problem));
  }

  private Status status(Order order) throws AcmeFailureException {
    return authority.call(Step.ORDER, order::getStatus);
  }
}

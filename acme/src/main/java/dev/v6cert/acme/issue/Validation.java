package dev.v6cert.acme.issue;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailure.FailedValidation;
import dev.v6cert.acme.AcmeFailure.Step;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.AcmeProblem;
import dev.v6cert.acme.Diagnosis;
import dev.v6cert.acme.IssuanceEvent;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.challenge.PendingChallenge;
import dev.v6cert.acme.challenge.Presentation;
import dev.v6cert.acme.challenge.Responder;
import dev.v6cert.acme.client.AuthoritySession;
import dev.v6cert.acme.client.Problems;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.firewall.Firewall;
import dev.v6cert.ipv6.firewall.FirewallVerdict;
import dev.v6cert.ipv6.firewall.InboundConnection;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.challenge.Challenge;
import org.shredzone.acme4j.challenge.TokenChallenge;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeServerException;

/** Shows the authority that each subject of an order is ours. */
final class Validation {

  private final AuthoritySession authority;
  private final Responder responder;
  private final IssuanceEvent.Listener listener;
  private final List<FailedValidation> failed = new ArrayList<>();

  Validation(AuthoritySession authority, Responder responder, IssuanceEvent.Listener listener) {
    this.authority = authority;
    this.responder = responder;
    this.listener = listener;
  }

  /**
   * Answers the challenges, and waits until the authority has looked.
   *
   * @throws AcmeFailureException as {@code ValidationFailed} when it did not like what it saw
   */
  void run(List<Authorization> authorizations) throws AcmeFailureException {
    for (Authorization authorization : authorizations) {
      authority.call(Step.AUTHORIZATION, authorization::fetch);
      Subject subject = subject(authorization);
      switch (status(authorization)) {
        case VALID -> listener.on(new IssuanceEvent.AuthorizationValid(subject, true));
        case PENDING -> validate(subject, authorization);
        default -> fail(subject, authorization);
      }
    }
    if (!failed.isEmpty()) {
      throw new AcmeFailureException(new AcmeFailure.ValidationFailed(failed));
    }
  }

  private void validate(Subject subject, Authorization authorization) throws AcmeFailureException {
    TokenChallenge challenge = challenge(authorization);
    PendingChallenge pending =
        authority.call(Step.AUTHORIZATION, () -> pending(subject, challenge));
    try (Presentation _ = responder.present(pending)) {
      listener.on(new IssuanceEvent.ChallengePresented(subject, responder.addresses()));
      // A resumed run may find its challenge triggered already.
      if (authority.call(Step.AUTHORIZATION, challenge::getStatus) == Status.PENDING) {
        authority.run(Step.AUTHORIZATION, () -> trigger(challenge));
      }
      await(authorization);
    }
    if (status(authorization) == Status.VALID) {
      listener.on(new IssuanceEvent.AuthorizationValid(subject, false));
    } else {
      fail(subject, authorization);
    }
  }

  /** Triggers; that an earlier try did, whose answer was lost, is no fault. */
  private static void trigger(TokenChallenge challenge) throws AcmeException {
    try {
      challenge.trigger();
    } catch (AcmeServerException e) {
      challenge.fetch();
      if (challenge.getStatus() == Status.PENDING) {
        throw e;
      }
    }
  }

  private void await(Authorization authorization) throws AcmeFailureException {
    Polling polling = new Polling(authority, Step.AUTHORIZATION);
    polling.pause(Optional.empty());
    Optional<Instant> retryAfter = authority.call(Step.AUTHORIZATION, authorization::fetch);
    while (status(authorization) == Status.PENDING) {
      polling.pause(retryAfter);
      retryAfter = authority.call(Step.AUTHORIZATION, authorization::fetch);
    }
  }

  private TokenChallenge challenge(Authorization authorization) throws AcmeFailureException {
    Optional<TokenChallenge> challenge =
        authority.call(
            Step.AUTHORIZATION,
            () ->
                authorization.getChallenges().stream()
                    .filter(offered -> offered.getType().equals(responder.type().id()))
                    .filter(TokenChallenge.class::isInstance)
                    .map(TokenChallenge.class::cast)
                    .findFirst());
    return challenge.orElseThrow(() ->
        new AcmeFailureException(
            new AcmeFailure.Unsupported(authority.authority().directory(), responder.type().id())));
  }

  /** The token is what stands before the dot (RFC 8555 section 8.1). */
  private static PendingChallenge pending(Subject subject, TokenChallenge challenge) {
    String keyAuthorization = challenge.getAuthorization();
    String token = keyAuthorization.substring(0, keyAuthorization.indexOf('.'));
    return new PendingChallenge(subject, token, keyAuthorization);
  }

  private void fail(Subject subject, Authorization authorization) throws AcmeFailureException {
    AcmeProblem problem = authority.call(Step.AUTHORIZATION, () -> problem(authorization));
    Diagnosis diagnosis =
        Diagnostics.of(
            problem, responder.type().port(), responder.requests(), responder.addresses());
    boolean nobody =
        diagnosis == Diagnosis.NOBODY_CONNECTED || diagnosis == Diagnosis.CONNECTION_REFUSED;
    failed.add(
        new FailedValidation(
            subject,
            responder.type().port(),
            problem,
            diagnosis,
            nobody ? filter() : Optional.empty(),
            responder.requests()));
  }

  /** The rule of this machine's packet filter that kept the authority out; only root can see it. */
  private Optional<FirewallVerdict.Closed> filter() {
    try {
      for (InetSocketAddress one : responder.addresses()) {
        IpAddress address = IpAddress.from(one.getAddress());
        NetworkInterface on = NetworkInterface.getByInetAddress(one.getAddress());
        if (on != null
            && Firewall.read(
                    new InboundConnection(
                        address, responder.type().port(), Optional.of(on.getName())))
                instanceof FirewallVerdict.Closed closed) {
          return Optional.of(closed);
        }
      }
    } catch (SocketException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Optional.empty();
  }

  private static AcmeProblem problem(Authorization authorization) {
    return authorization.getChallenges().stream()
        .map(Challenge::getError)
        .flatMap(Optional::stream)
        .findFirst()
        .map(Problems::of)
        .orElseGet(() ->
            AcmeProblem.of(
                authorization.getStatus().name().toLowerCase(Locale.ROOT),
                "the authority gave no reason"));
  }

  private Subject subject(Authorization authorization) throws AcmeFailureException {
    return authority.call(
        Step.AUTHORIZATION, () -> Subject.parse(authorization.getIdentifier().getValue()));
  }

  private Status status(Authorization authorization) throws AcmeFailureException {
    return authority.call(Step.AUTHORIZATION, authorization::getStatus);
  }
}

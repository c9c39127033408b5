package dev.v6cert.acme.issue;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailure.ClosedPort;
import dev.v6cert.acme.AcmeFailure.FailedValidation;
import dev.v6cert.acme.AcmeFailure.Step;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.AcmeProblem;
import dev.v6cert.acme.ChallengeRequest;
import dev.v6cert.acme.Diagnosis;
import dev.v6cert.acme.IssuanceEvent;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.ValidationTarget;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.challenge.PendingChallenge;
import dev.v6cert.acme.challenge.Responder;
import dev.v6cert.acme.challenge.Responder.PresentedAnswer;
import dev.v6cert.acme.client.AuthoritySession;
import dev.v6cert.acme.client.DnsPersist01Challenge;
import dev.v6cert.acme.client.Problems;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.IpProtocol;
import dev.v6cert.ipv6.firewall.Firewall;
import dev.v6cert.ipv6.firewall.FirewallVerdict;
import dev.v6cert.ipv6.firewall.InboundConnection;
import dev.v6cert.ipv6.name.HostName;
import java.net.InetAddress;
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
   * Answers the challenges, and waits until the authority has looked. All answers are published
   * before it is told of any: a name and its wildcard have one TXT record name, and a resolver may
   * keep the first set that it sees.
   *
   * @throws AcmeFailureException as {@code ValidationFailed} when it did not like what it saw
   */
  void run(List<Authorization> authorizations) throws AcmeFailureException {
    List<Pending> pending = new ArrayList<>();
    for (Authorization authorization : authorizations) {
      authority.call(Step.AUTHORIZATION, authorization::fetch);
      Subject subject = subject(authorization);
      switch (status(authorization)) {
        case VALID -> listener.on(new IssuanceEvent.AuthorizationValid(subject, true));
        case PENDING ->
            pending.add(new Pending(subject, authorization, challenge(subject, authorization)));
        default -> fail(subject, authorization);
      }
    }
    if (!pending.isEmpty()) {
      validate(pending);
    }
    if (!failed.isEmpty()) {
      throw new AcmeFailureException(new AcmeFailure.ValidationFailed(failed));
    }
  }

  private record Pending(Subject subject, Authorization authorization, Challenge challenge) {}

  private void validate(List<Pending> pending) throws AcmeFailureException {
    List<PresentedAnswer> presented = new ArrayList<>();
    try {
      for (Pending one : pending) {
        PendingChallenge answer =
            authority.call(Step.AUTHORIZATION, () -> pending(one.subject(), one.challenge()));
        presented.add(authority.aside(() -> responder.present(answer)));
        listener.on(
            new IssuanceEvent.ChallengePresented(
                one.subject(),
                responder.target(one.subject()),
                responder.addresses(one.subject())));
      }
      boolean _ =
          authority.aside(() -> {
            responder.settle();
            return true;
          });
      for (Pending one : pending) {
        // A resumed run may find its challenge triggered already.
        if (authority.call(Step.AUTHORIZATION, one.challenge()::getStatus) == Status.PENDING) {
          authority.run(Step.AUTHORIZATION, () -> trigger(one.challenge()));
        }
      }
      for (Pending one : pending) {
        await(one.authorization());
        if (status(one.authorization()) == Status.VALID) {
          listener.on(new IssuanceEvent.AuthorizationValid(one.subject(), false));
        } else {
          fail(one.subject(), one.authorization());
        }
      }
    } finally {
      presented.forEach(PresentedAnswer::close);
    }
  }

  /** Triggers; that an earlier try did, whose answer was lost, is no fault. */
  private static void trigger(Challenge challenge) throws AcmeException {
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

  /** The challenge of our type; the others, known or not, are passed over. */
  private Challenge challenge(Subject subject, Authorization authorization)
      throws AcmeFailureException {
    String type = responder.type(subject).id();
    Optional<Challenge> challenge =
        authority.call(
            Step.AUTHORIZATION,
            () ->
                authorization.getChallenges().stream()
                    .filter(offered -> offered.getType().equals(type))
                    .filter(Validation::isAnswerable)
                    .findFirst());
    if (challenge.isEmpty()) {
      List<String> offered =
          authority.call(
              Step.AUTHORIZATION,
              () -> authorization.getChallenges().stream().map(Challenge::getType).toList());
      throw new AcmeFailureException(
          new AcmeFailure.ChallengeNotOffered(
              authority.authority().directory(), subject, type, offered));
    }
    return challenge.get();
  }

  private static boolean isAnswerable(Challenge challenge) {
    return challenge instanceof TokenChallenge || challenge instanceof DnsPersist01Challenge;
  }

  private static PendingChallenge pending(Subject subject, Challenge challenge) {
    if (challenge instanceof DnsPersist01Challenge persist) {
      return new PendingChallenge(subject, "", "", Optional.of(persist.terms()));
    }
    return pending(subject, (TokenChallenge) challenge);
  }

  /** The token is what stands before the dot (RFC 8555 section 8.1). */
  private static PendingChallenge pending(Subject subject, TokenChallenge challenge) {
    String keyAuthorization = challenge.getAuthorization();
    String token = keyAuthorization.substring(0, keyAuthorization.indexOf('.'));
    return new PendingChallenge(subject, token, keyAuthorization);
  }

  private void fail(Subject subject, Authorization authorization) throws AcmeFailureException {
    AcmeProblem problem = authority.call(Step.AUTHORIZATION, () -> problem(authorization));
    ValidationTarget target = responder.target(subject);
    List<ChallengeRequest> requests = responder.requests(subject);
    Diagnosis diagnosis =
        switch (target) {
          case ValidationTarget.Port(int port) ->
              Diagnostics.of(problem, port, requests, responder.addresses(subject));
          case ValidationTarget.TxtRecord txt -> Diagnostics.of(problem, txt, requests);
        };
    boolean nobody =
        diagnosis == Diagnosis.NOBODY_CONNECTED
            || diagnosis == Diagnosis.CONNECTION_REFUSED
            || diagnosis == Diagnosis.NOBODY_ASKED;
    failed.add(
        new FailedValidation(
            subject,
            target,
            problem,
            diagnosis,
            nobody ? closed(target, responder.addresses(subject)) : List.of(),
            requests));
  }

  /**
   * The ports that this machine's packet filter keeps closed to the authority, or to its resolver;
   * only root can see it.
   */
  private static List<ClosedPort> closed(
      ValidationTarget target, List<InetSocketAddress> addresses) {
    List<ClosedPort> closed = new ArrayList<>();
    try {
      for (InetSocketAddress one : addresses) {
        switch (target) {
          case ValidationTarget.Port(int port) ->
              closed(one.getAddress(), IpProtocol.TCP, port).ifPresent(closed::add);
          case ValidationTarget.TxtRecord
                  _ -> { // Behind NAT it listens on another port than is asked.
            for (IpProtocol transport : ChallengeType.DNS_01.transports()) {
              closed(one.getAddress(), transport, one.getPort()).ifPresent(closed::add);
            }
          }
        }
        if (!closed.isEmpty()) {
          break;
        }
      }
    } catch (SocketException e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return closed;
  }

  private static Optional<ClosedPort> closed(InetAddress address, IpProtocol transport, int port)
      throws SocketException, InterruptedException {
    NetworkInterface on = NetworkInterface.getByInetAddress(address);
    return on != null
            && Firewall.read(
                    new InboundConnection(
                        IpAddress.from(address), transport, port, Optional.of(on.getName())))
                instanceof FirewallVerdict.Closed closed
        ? Optional.of(new ClosedPort(transport, port, closed))
        : Optional.empty();
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
        Step.AUTHORIZATION,
        () -> {
          String value = authorization.getIdentifier().getValue();
          return authorization.isWildcard()
              ? new Subject.Wildcard(HostName.of(value))
              : Subject.parse(value);
        });
  }

  private Status status(Authorization authorization) throws AcmeFailureException {
    return authority.call(Step.AUTHORIZATION, authorization::getStatus);
  }
}

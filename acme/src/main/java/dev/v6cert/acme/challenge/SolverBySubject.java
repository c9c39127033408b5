package dev.v6cert.acme.challenge;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.ChallengeRequest;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.ValidationTarget;
import dev.v6cert.acme.challenge.Responder.PresentedAnswer;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * Answers for names in one way, and for addresses in another: DNS-01 proves no address.
 *
 * @param names the solver for DNS names and wildcards
 * @param addresses the solver for IP addresses
 */
public record SolverBySubject(ChallengeSolver names, ChallengeSolver addresses)
    implements ChallengeSolver {

  @Override
  public ChallengeType type() {
    return names.type();
  }

  @Override
  public Responder start(ChallengeRequest.Listener listener) throws AcmeFailureException {
    return both(names.start(listener), listener);
  }

  @Override
  public Responder start(OrderContext order, ChallengeRequest.Listener listener)
      throws AcmeFailureException {
    return both(names.start(order, listener), listener);
  }

  private Responder both(Responder first, ChallengeRequest.Listener listener)
      throws AcmeFailureException {
    try {
      return new Both(first, addresses.start(listener));
    } catch (AcmeFailureException e) {
      first.close();
      throw e;
    }
  }

  private record Both(Responder names, Responder ips) implements Responder {

    @Override
    public PresentedAnswer present(PendingChallenge challenge) throws AcmeFailureException {
      return of(challenge.subject()).present(challenge);
    }

    private Responder of(Subject subject) {
      return subject instanceof Subject.Ip ? ips : names;
    }

    @Override
    public ChallengeType type() {
      return names.type();
    }

    @Override
    public ChallengeType type(Subject subject) {
      return of(subject).type();
    }

    @Override
    public ValidationTarget target(Subject subject) {
      return of(subject).target(subject);
    }

    @Override
    public List<InetSocketAddress> addresses(Subject subject) {
      return of(subject).addresses();
    }

    @Override
    public List<ChallengeRequest> requests(Subject subject) {
      return of(subject).requests();
    }

    @Override
    public void settle() throws AcmeFailureException {
      names.settle();
      ips.settle();
    }

    @Override
    public List<InetSocketAddress> addresses() {
      return Stream.concat(names.addresses().stream(), ips.addresses().stream()).toList();
    }

    @Override
    public List<ChallengeRequest> requests() {
      return Stream.concat(names.requests().stream(), ips.requests().stream()).toList();
    }

    @Override
    public void close() {
      names.close();
      ips.close();
    }
  }
}

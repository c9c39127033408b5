package dev.v6cert.cli.reachability;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.ChallengeRequest;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.ValidationTarget;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.challenge.PendingChallenge;
import dev.v6cert.acme.challenge.Responder;
import dev.v6cert.acme.challenge.Responder.PresentedAnswer;
import java.net.InetSocketAddress;
import java.util.List;

/** A responder that another one does the work of. */
class ForwardingResponder implements Responder {

  private final Responder responder;

  ForwardingResponder(Responder responder) {
    this.responder = responder;
  }

  /** A responder behind what was opened for it, which is closed with it. */
  static Responder behind(Responder responder, Opening opening) {
    return new ForwardingResponder(responder) {
      @Override
      public void close() {
        opening.close();
        super.close();
      }
    };
  }

  /** A way in that was opened. */
  @FunctionalInterface
  interface Opening {
    void close();
  }

  @Override
  public ChallengeType type() {
    return responder.type();
  }

  @Override
  public PresentedAnswer present(PendingChallenge challenge) throws AcmeFailureException {
    return responder.present(challenge);
  }

  @Override
  public void settle() throws AcmeFailureException {
    responder.settle();
  }

  @Override
  public ChallengeType type(Subject subject) {
    return responder.type(subject);
  }

  @Override
  public ValidationTarget target(Subject subject) {
    return responder.target(subject);
  }

  @Override
  public List<InetSocketAddress> addresses() {
    return responder.addresses();
  }

  @Override
  public List<InetSocketAddress> addresses(Subject subject) {
    return responder.addresses(subject);
  }

  @Override
  public List<ChallengeRequest> requests() {
    return responder.requests();
  }

  @Override
  public List<ChallengeRequest> requests(Subject subject) {
    return responder.requests(subject);
  }

  @Override
  public void close() {
    responder.close();
  }
}

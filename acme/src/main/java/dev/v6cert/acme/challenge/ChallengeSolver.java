package dev.v6cert.acme.challenge;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.ChallengeRequest;
import java.net.URI;

/** Answers one type of challenge (RFC 8555 section 8). */
public interface ChallengeSolver {

  /** The challenge type. */
  ChallengeType type();

  /** The port that the authority connects to, whatever port is listened on here. */
  default int port() {
    return type().port();
  }

  /**
   * Gets ready to answer: done before anything is ordered, so that a busy port costs no order.
   *
   * @param listener hears of every request until the responder is closed
   * @throws AcmeFailureException when it cannot answer, as {@code CannotBind}
   */
  Responder start(ChallengeRequest.Listener listener) throws AcmeFailureException;

  /** The account that is to order. */
  @FunctionalInterface
  interface OrderAccount {

    /** Its address; where there is no account yet, one is opened. */
    URI url() throws AcmeFailureException;
  }

  /**
   * The same for an order. Only a solver whose answers depend on the account asks for it: what
   * cannot be answered is to cost no account.
   */
  default Responder start(OrderAccount account, ChallengeRequest.Listener listener)
      throws AcmeFailureException {
    return start(listener);
  }
}

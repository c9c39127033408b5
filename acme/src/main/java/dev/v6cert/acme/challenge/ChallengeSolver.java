package dev.v6cert.acme.challenge;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.ChallengeRequest;
import java.net.URI;
import java.util.List;

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

  /** The order that is about to be placed. Both ask the authority. */
  interface OrderContext {

    /** The address of the account that orders; where there is none yet, one is opened. */
    URI account() throws AcmeFailureException;

    /** The names of the authority in CAA records (RFC 8555 section 9.7.6); may be none. */
    List<String> issuers() throws AcmeFailureException;
  }

  /**
   * The same for an order. Only a solver whose answers depend on the account asks for it: what
   * cannot be answered is to cost no account.
   */
  default Responder start(OrderContext order, ChallengeRequest.Listener listener)
      throws AcmeFailureException {
    return start(listener);
  }
}

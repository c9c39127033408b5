package dev.v6cert.acme.challenge;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.ChallengeRequest;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.ValidationTarget;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * A solver that is ready: challenges can be presented until it is closed. All of an order are
 * presented first; then {@link #settle} is called once, and the authority is told to look.
 */
public interface Responder extends AutoCloseable {

  /** The type of challenge that it answers. */
  ChallengeType type();

  /**
   * Makes the challenge's answer visible until the presentation is closed.
   *
   * @throws AcmeFailureException when it cannot be made visible
   */
  PresentedAnswer present(PendingChallenge challenge) throws AcmeFailureException;

  /**
   * Waits until the authority can see every answer that was presented.
   *
   * @throws AcmeFailureException when that takes too long
   */
  default void settle() throws AcmeFailureException {}

  /** The address of the answers; empty where it is not a socket of ours. */
  List<InetSocketAddress> addresses();

  /** Every request seen so far, in order; the first thousand. */
  List<ChallengeRequest> requests();

  /** The type of challenge that it answers for the subject. */
  default ChallengeType type(Subject subject) {
    return type();
  }

  /** The place where the authority looks for the answer. */
  default ValidationTarget target(Subject subject) {
    return new ValidationTarget.Port(type(subject).port());
  }

  /** The address of the answers for the subject. */
  default List<InetSocketAddress> addresses(Subject subject) {
    return addresses();
  }

  /** The requests that may have been for the subject. */
  default List<ChallengeRequest> requests(Subject subject) {
    return requests();
  }

  /** Answers no more. */
  @Override
  void close();

  /** A challenge's answer, visible until closed. */
  interface PresentedAnswer extends AutoCloseable {

    /** Takes the answer away. */
    @Override
    void close();
  }
}

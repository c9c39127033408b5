package dev.v6cert.acme.challenge;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.ChallengeRequest;
import java.net.InetSocketAddress;
import java.util.List;

/** A solver that is ready: challenges can be presented until it is closed. */
public interface Responder extends AutoCloseable {

  /** The type of challenge that it answers. */
  ChallengeType type();

  /**
   * Makes the challenge's answer visible until the presentation is closed. When this returns, the
   * authority may come.
   *
   * @throws AcmeFailureException when it cannot be made visible
   */
  Presentation present(PendingChallenge challenge) throws AcmeFailureException;

  /** The address of the answers; empty where it is not a socket of ours. */
  List<InetSocketAddress> addresses();

  /** Every request seen so far, in order; the first thousand. */
  List<ChallengeRequest> requests();

  /** Answers no more. */
  @Override
  void close();
}

package dev.v6cert.acme.challenge;

import dev.v6cert.acme.AcmeFailureException;

/** Answers one type of challenge (RFC 8555 section 8). */
public interface ChallengeSolver {

  /** The challenge type, such as {@code http-01}. */
  String type();

  /**
   * Makes the answer visible to the authority, until the presentation is closed. When this returns,
   * the authority may come.
   *
   * @throws AcmeFailureException when it cannot be made visible, as {@code CannotBind}
   */
  Presentation present(PendingChallenge challenge, HitListener listener)
      throws AcmeFailureException;
}

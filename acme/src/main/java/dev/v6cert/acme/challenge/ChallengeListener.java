package dev.v6cert.acme.challenge;

import dev.v6cert.acme.ChallengeRequest;

/** Receives each request. Called from the responder's threads, and must not block. */
@FunctionalInterface
public interface ChallengeListener {

  /** Takes the hit. */
  void on(ChallengeRequest request);
}

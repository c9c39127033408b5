package dev.v6cert.acme.challenge;

import dev.v6cert.acme.Hit;

/** Who wants to know of each request. Called from the responder's threads, and must not block. */
@FunctionalInterface
public interface HitListener {

  /** Takes the hit. */
  void on(Hit hit);
}

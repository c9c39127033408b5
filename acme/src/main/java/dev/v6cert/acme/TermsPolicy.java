package dev.v6cert.acme;

import java.net.URI;

/** Agrees to an authority's terms of service: a flag, a setting, or a person at a prompt. */
@FunctionalInterface
public interface TermsPolicy {

  /**
   * Whether the terms at the address are agreed to; asked only before an account is created. A
   * question that is interrupted leaves the thread marked so, and is a no.
   */
  boolean agrees(URI terms);
}

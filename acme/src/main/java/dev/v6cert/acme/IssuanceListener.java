package dev.v6cert.acme;

/** Receives the events of an issuance. Called from several threads, and must not block. */
@FunctionalInterface
public interface IssuanceListener {

  /** Takes the event. */
  void on(IssuanceEvent event);
}

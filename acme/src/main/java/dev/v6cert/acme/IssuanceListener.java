package dev.v6cert.acme;

/** Who wants to know how an issuance goes. Called from several threads, and must not block. */
@FunctionalInterface
public interface IssuanceListener {

  /** Takes the event. */
  void on(IssuanceEvent event);
}

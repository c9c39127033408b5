package dev.v6cert.acme;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Something that happened on the way to a certificate. */
public sealed interface IssuanceEvent {

  /** The authority's directory was read. */
  record DirectoryRead(URI directory) implements IssuanceEvent {}

  /** The local clock differs from the authority's; positive when the local one is ahead. */
  record ClockSkewed(Duration ahead) implements IssuanceEvent {}

  /** The account exists. */
  record AccountFound(URI account) implements IssuanceEvent {}

  /** The account was created. */
  record AccountCreated(URI account) implements IssuanceEvent {}

  /** The authority did not take an order as a replacement; it is placed as an ordinary one. */
  record ReplacementRefused(String reason) implements IssuanceEvent {}

  /** A new order was placed. */
  record OrderCreated(URI order, List<Subject> subjects) implements IssuanceEvent {}

  /** An order that an earlier run left behind is taken up again. */
  record OrderResumed(URI order, List<Subject> subjects) implements IssuanceEvent {}

  /** A certificate profile was chosen that nobody asked for. */
  record ProfileChosen(String profile) implements IssuanceEvent {}

  /** The responder answers for the subject, on these addresses. */
  record ChallengePresented(
      Subject subject, ValidationTarget target, List<InetSocketAddress> addresses)
      implements IssuanceEvent {}

  /** Somebody asked the responder. */
  record Asked(ChallengeRequest request) implements IssuanceEvent {}

  /** The authority is convinced that we control the subject. */
  record AuthorizationValid(Subject subject, boolean reused) implements IssuanceEvent {}

  /** The authority refused the key of the last certificate, which was to be kept; a new one is. */
  record KeyReplaced() implements IssuanceEvent {}

  /** The certificate signing request was accepted. */
  record Finalized(URI order) implements IssuanceEvent {}

  /** None of the chains that the authority offers has the preferred issuer; it chose itself. */
  record ChainNotOffered(String preferred, List<String> offered) implements IssuanceEvent {}

  /** The certificate was downloaded and found to be the one asked for. */
  record Downloaded(String serial, Instant notAfter) implements IssuanceEvent {}

  /** The certificate is live. */
  record Committed(LineageName lineage, Path live) implements IssuanceEvent {}

  /** A request is repeated after a pause: a fault of the network or the authority. */
  record Retrying(String reason, Duration pause) implements IssuanceEvent {}

  /** Takes the events of an issuance. Called from several threads, and must not block. */
  @FunctionalInterface
  interface Listener {

    /** Takes the event. */
    void on(IssuanceEvent event);
  }
}

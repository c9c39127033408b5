package dev.v6cert.acme;

/** Why a validation failed, from what the authority said and what our responder saw. */
public enum Diagnosis {
  /** No request reached the responder, and the authority saw no server: a firewall or no route. */
  NOBODY_CONNECTED,
  /** The responder was asked, but for other tokens only: another client's validation. */
  ASKED_ANOTHER_TOKEN,
  /** The authority got an answer that did not come from us: the name leads to another server. */
  ANOTHER_SERVER_ANSWERED,
  /** The authority could not resolve the name, or found no address. */
  NAME_NOT_RESOLVED,
  /** We gave the right answer at least once: not every vantage point of the authority got it. */
  ANSWERED_YET_REFUSED,
  /** A CAA record forbids this authority (RFC 8659). */
  FORBIDDEN_BY_CAA,
  /** None of the above can be told. */
  UNKNOWN
}

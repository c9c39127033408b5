package dev.v6cert.acme;

/**
 * The reason why a validation failed, from the words of the authority and the requests at our
 * responder.
 */
public enum Diagnosis {
  /** No request reached the responder, and the authority got no answer: a firewall or no route. */
  NOBODY_CONNECTED,
  /** No request reached the responder, and the authority was told that nobody listens there. */
  CONNECTION_REFUSED,
  /**
   * The same, where the responder waits on another port for what something should hand on to it.
   */
  NOTHING_HANDS_ON,
  /** The authority connected to an address that the responder does not listen on. */
  CONNECTED_ELSEWHERE,
  /** The authority asks at the address that the order came from, and we answer at another one. */
  ANOTHER_ADDRESS_OF_OURS,
  /** The name does not lead to the address that the order came from. */
  LED_ELSEWHERE,
  /** The responder was asked, but for other tokens only: another client's validation. */
  ASKED_ANOTHER_TOKEN,
  /** The authority got an answer that did not come from us: the name leads to another server. */
  ANOTHER_SERVER_ANSWERED,
  /** The web server that we put the answer into a directory for did not serve it. */
  FILE_NOT_SERVED,
  /** The authority could not connect to that web server. */
  WEB_SERVER_SILENT,
  /** The authority could not resolve the name, or found no address. */
  NAME_NOT_RESOLVED,
  /** We gave the right answer, but not every vantage point of the authority got it. */
  ANSWERED_IN_PART,
  /** We gave the right answer at least once, and the authority did not take it. */
  ANSWERED_YET_REFUSED,
  /** No query for the TXT record reached this machine, which answers for it. */
  NOBODY_ASKED,
  /** The authority's resolver did not see the TXT record that was published elsewhere. */
  RECORD_NOT_SEEN,
  /** A CAA record forbids this authority (RFC 8659). */
  FORBIDDEN_BY_CAA,
  /** None of the above can be told. */
  UNKNOWN
}

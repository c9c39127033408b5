package dev.v6cert.acme.localca.order;

/** The kinds of refusals (RFC 8555 section 6.7, RFC 9773 section 7.4), with their HTTP status. */
public enum ProblemType {
  ACCOUNT_DOES_NOT_EXIST("accountDoesNotExist", 400),
  ALREADY_REPLACED("alreadyReplaced", 409),
  BAD_CSR("badCSR", 400),
  BAD_NONCE("badNonce", 400),
  BAD_PUBLIC_KEY("badPublicKey", 400),
  BAD_SIGNATURE_ALGORITHM("badSignatureAlgorithm", 400),
  CONNECTION("connection", 400),
  DNS("dns", 400),
  EXTERNAL_ACCOUNT_REQUIRED("externalAccountRequired", 403),
  INCORRECT_RESPONSE("incorrectResponse", 403),
  INVALID_CONTACT("invalidContact", 400),
  INVALID_PROFILE("invalidProfile", 400),
  MALFORMED("malformed", 400),
  MEDIA_TYPE("malformed", 415),
  METHOD("malformed", 405),
  MISDIRECTED("malformed", 421),
  NOT_FOUND("malformed", 404),
  ORDER_NOT_READY("orderNotReady", 403),
  RATE_LIMITED("rateLimited", 429),
  REJECTED_IDENTIFIER("rejectedIdentifier", 400),
  SERVER_INTERNAL("serverInternal", 500),
  TLS("tls", 400),
  TOO_LARGE("malformed", 413),
  UNAUTHORIZED("unauthorized", 403),
  UNAVAILABLE("serverInternal", 503),
  UNSUPPORTED_CONTACT("unsupportedContact", 400),
  UNSUPPORTED_IDENTIFIER("unsupportedIdentifier", 400);

  private final String text;
  private final int status;

  ProblemType(String text, int status) {
    this.text = text;
    this.status = status;
  }

  public String urn() {
    return "urn:ietf:params:acme:error:" + text;
  }

  public int status() {
    return status;
  }
}

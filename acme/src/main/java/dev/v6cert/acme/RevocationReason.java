package dev.v6cert.acme;

/** The reason of a revocation (RFC 5280 section 5.3.1); the ones that a subscriber may give. */
public enum RevocationReason {
  /** No reason. */
  UNSPECIFIED("unspecified"),
  /** Somebody else has, or may have, the key. */
  KEY_COMPROMISE("key-compromise"),
  /** The statements of the certificate about its subject are no longer true. */
  AFFILIATION_CHANGED("affiliation-changed"),
  /** Another certificate has taken its place. */
  SUPERSEDED("superseded"),
  /** The name or the server is no longer there. */
  CESSATION_OF_OPERATION("cessation-of-operation");

  private final String id;

  RevocationReason(String id) {
    this.id = id;
  }

  /** The stable name, as people type it. */
  public String id() {
    return id;
  }
}

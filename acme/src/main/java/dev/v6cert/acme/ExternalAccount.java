package dev.v6cert.acme;

/**
 * The credentials of an account outside ACME, to bind a new ACME account to (RFC 8555 section
 * 7.3.4).
 *
 * @param keyId the key identifier
 * @param hmacKey the MAC key, in base64url
 */
public record ExternalAccount(String keyId, String hmacKey) {

  /** The key identifier alone: the MAC key is a secret. */
  @Override
  public String toString() {
    return "ExternalAccount[" + keyId + "]";
  }
}

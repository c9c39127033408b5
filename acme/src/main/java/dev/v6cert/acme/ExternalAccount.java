package dev.v6cert.acme;

import java.util.Base64;

/**
 * The credentials of an account outside ACME, to bind a new ACME account to (RFC 8555 section
 * 7.3.4).
 *
 * @param keyId the key identifier
 * @param hmacKey the MAC key, in base64url
 */
public record ExternalAccount(String keyId, String hmacKey) {

  private static final int MIN_KEY_OCTETS = 32;

  /**
   * Checks the key.
   *
   * @throws IllegalArgumentException when it is not base64url, or shorter than HS256 takes (RFC
   *     7518 section 3.2)
   */
  public ExternalAccount {
    if (keyId.isEmpty()) {
      throw new IllegalArgumentException("the key identifier is empty");
    }
    if (Base64.getUrlDecoder().decode(hmacKey).length < MIN_KEY_OCTETS) {
      throw new IllegalArgumentException("the MAC key has fewer than 256 bits");
    }
  }

  /** The MAC key itself. */
  public byte[] hmacOctets() {
    return Base64.getUrlDecoder().decode(hmacKey);
  }

  /** The key identifier alone: the MAC key is a secret. */
  @Override
  public String toString() {
    return "ExternalAccount[" + keyId + "]";
  }
}

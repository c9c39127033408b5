package dev.v6cert.acme.challenge;

import dev.v6cert.acme.Subject;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * A challenge to be answered.
 *
 * @param subject what is to be proven ours
 * @param token the authority's random value, base64url (RFC 8555 section 8.1); empty where it has
 *     none
 * @param keyAuthorization the token, a dot, and the thumbprint of the account key; empty without a
 *     token
 * @param terms what a record that stays has to say, where the challenge looks for one
 */
public record PendingChallenge(
    Subject subject, String token, String keyAuthorization, Optional<Terms> terms) {

  /** A challenge with a token. */
  public PendingChallenge(Subject subject, String token, String keyAuthorization) {
    this(subject, token, keyAuthorization, Optional.empty());
  }

  /**
   * The terms of DNS-PERSIST-01.
   *
   * @param account the account that the authority looks for, where it tells
   * @param issuers the names of the authority that it takes
   */
  public record Terms(Optional<URI> account, List<String> issuers) {
    public Terms {
      issuers = List.copyOf(issuers);
    }
  }
}

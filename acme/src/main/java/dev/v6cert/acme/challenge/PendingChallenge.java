package dev.v6cert.acme.challenge;

import dev.v6cert.acme.Subject;

/**
 * A challenge to be answered.
 *
 * @param subject what is to be proven ours
 * @param token the authority's random value, base64url (RFC 8555 section 8.1)
 * @param keyAuthorization the token, a dot, and the thumbprint of the account key
 */
public record PendingChallenge(Subject subject, String token, String keyAuthorization) {}

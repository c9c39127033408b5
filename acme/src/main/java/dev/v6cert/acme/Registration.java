package dev.v6cert.acme;

import java.util.Optional;

/**
 * How to open an account with an authority; needed only where there is none yet.
 *
 * @param email where the authority may write to
 * @param terms who agrees to the terms of service
 * @param externalAccount the account to bind to, where the authority demands one
 */
public record Registration(
    Optional<String> email, TermsPolicy terms, Optional<ExternalAccount> externalAccount) {

  /** An account without contact, its terms agreed to by the policy. */
  public static Registration agreeing(TermsPolicy terms) {
    return new Registration(Optional.empty(), terms, Optional.empty());
  }
}

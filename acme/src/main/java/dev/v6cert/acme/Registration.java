package dev.v6cert.acme;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The terms for opening an account with an authority; needed only where there is none yet.
 *
 * @param email where the authority may write to
 * @param terms who agrees to the terms of service
 * @param externalAccount the account to bind to, where the authority demands one
 */
public record Registration(
    Optional<String> email, TermsPolicy terms, Optional<ExternalAccount> externalAccount) {

  private static final Pattern EMAIL = Pattern.compile("[^\\s@,?&<>\"]+@[^\\s@,?&<>\"]+");

  /**
   * Checks the address.
   *
   * @throws IllegalArgumentException when it is not one e-mail address
   */
  public Registration {
    if (email.isPresent() && !EMAIL.matcher(email.get()).matches()) {
      throw new IllegalArgumentException("\"" + email.get() + "\" is not an e-mail address");
    }
  }

  /** An account without contact, its terms agreed to by the policy. */
  public static Registration agreeing(TermsPolicy terms) {
    return new Registration(Optional.empty(), terms, Optional.empty());
  }

  /** The same, its terms agreed to, as they were before. */
  public Registration agreed() {
    return new Registration(email, _ -> true, externalAccount);
  }

  /** Agrees to an authority's terms of service: a flag, a setting, or a person at a prompt. */
  @FunctionalInterface
  public interface TermsPolicy {

    /**
     * Whether the terms at the address are agreed to; asked only before an account is created. A
     * question that is interrupted leaves the thread marked so, and is a no.
     */
    boolean agrees(URI terms);
  }
}

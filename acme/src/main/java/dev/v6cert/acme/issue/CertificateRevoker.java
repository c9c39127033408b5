package dev.v6cert.acme.issue;

import dev.v6cert.acme.AcmeFailure.Step;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceEvent;
import dev.v6cert.acme.Registration;
import dev.v6cert.acme.account.AccountStore;
import dev.v6cert.acme.account.Accounts;
import dev.v6cert.acme.client.AuthoritySession;
import dev.v6cert.acme.client.Deadline;
import dev.v6cert.acme.lineage.KeyedCertificate;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.LineageWriter;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.base.Ticker;
import java.time.Clock;
import java.time.Duration;
import org.shredzone.acme4j.Certificate;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.exception.AcmeServerException;

/** Takes certificates back (RFC 8555 section 7.6): clients that ask no longer trust them. */
public final class CertificateRevoker {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Clock clock;
  private final Ticker ticker;

  /** A revoker by the machine's clocks. */
  public CertificateRevoker() {
    this(Clock.systemUTC(), Ticker.SYSTEM);
  }

  /** A revoker by the given clocks. */
  public CertificateRevoker(Clock clock, Ticker ticker) {
    this.clock = clock;
    this.ticker = ticker;
  }

  /** The key that signs the request for a revocation. */
  public enum Signer {
    /** The account that the certificate was issued to. */
    ACCOUNT,
    /** The certificate's own key, which needs no account. */
    CERTIFICATE_KEY
  }

  /**
   * Revokes the lineage's present certificate, and remembers that: it is due for renewal then, with
   * a new key. One that was revoked before is only remembered as such.
   *
   * @throws AcmeFailureException as {@code NoAccount} when the account is to sign and there is none
   */
  public void revoke(
      StateLock lock,
      Lineage lineage,
      Reason reason,
      Signer signer,
      IssuanceEvent.Listener listener)
      throws AcmeFailureException {
    KeyedCertificate certificate = KeyedCertificate.of(lineage);
    CertificateAuthority ca = lineage.plan().request().authority();
    if (signer == Signer.CERTIFICATE_KEY) {
      revoke(ca, certificate, reason, listener);
    } else {
      try (AuthoritySession authority = talk(ca, listener)) {
        Registration none = Registration.agreeing(terms -> false);
        AccountStore store = new AccountStore(lock, ca, lineage.plan().request().account());
        Login login = new Accounts(authority, store, none, listener).existing();
        revoke(
            authority,
            Step.REVOCATION,
            () -> Certificate.revoke(login, certificate.certificate(), code(reason)));
      }
    }
    new LineageWriter(lock).revoked(lineage, clock.instant());
  }

  /** Revokes a certificate, wherever it is from, by the signature of its own key. */
  public void revoke(
      CertificateAuthority ca,
      KeyedCertificate certificate,
      Reason reason,
      IssuanceEvent.Listener listener)
      throws AcmeFailureException {
    try (AuthoritySession authority = talk(ca, listener)) {
      Session session = authority.session();
      revoke(
          authority,
          Step.REVOCATION_BY_KEY,
          () ->
              Certificate.revoke(
                  session, certificate.keys(), certificate.certificate(), code(reason)));
    }
  }

  private static void revoke(
      AuthoritySession authority, Step step, AuthoritySession.Action revocation)
      throws AcmeFailureException {
    authority.run(
        step,
        () -> {
          try {
            revocation.run();
          } catch (AcmeServerException e) {
            if (!e.getType().toString().endsWith(":alreadyRevoked")) {
              throw e;
            }
          }
        });
  }

  private static org.shredzone.acme4j.RevocationReason code(Reason reason) {
    return org.shredzone.acme4j.RevocationReason.valueOf(reason.name());
  }

  private AuthoritySession talk(CertificateAuthority ca, IssuanceEvent.Listener listener)
      throws AcmeFailureException {
    return AuthoritySession.open(ca, new Deadline(ticker, LIMIT), clock, listener);
  }

  /** The reason of a revocation (RFC 5280 section 5.3.1); the ones that a subscriber may give. */
  public enum Reason {
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

    Reason(String id) {
      this.id = id;
    }

    /** The stable name, as people type it. */
    public String id() {
      return id;
    }
  }
}

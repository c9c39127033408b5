package dev.v6cert.acme.localca.order;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.localca.LocalAuthority;
import dev.v6cert.acme.localca.LocalAuthorityStore;
import java.security.PublicKey;
import java.time.Clock;
import java.util.List;

/** The local authority as it is at this moment: it may be rotated while the server runs. */
public final class Signer {

  private final LocalAuthorityStore store;
  private final Clock clock;

  public Signer(LocalAuthorityStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  public LocalAuthority authority() throws ProblemException {
    try {
      return store.present();
    } catch (AcmeFailureException e) {
      throw new ProblemException(
          ProblemType.UNAVAILABLE, "the local CA cannot sign; v6cert local-ca show says why", e);
    }
  }

  /** Refuses what it would not sign. */
  public void check(List<Subject> subjects) throws ProblemException {
    try {
      authority().check(subjects, clock.instant());
    } catch (AcmeFailureException e) {
      throw translated(e);
    }
  }

  /** The key identifier of the issuer, in hexadecimal. */
  public String keyId() throws ProblemException {
    return IssuedCertificate.keyId(authority().intermediate());
  }

  public IssuedCertificate sign(PublicKey key, List<Subject> subjects) throws ProblemException {
    try {
      return IssuedCertificate.of(authority().sign(key, subjects, clock.instant()));
    } catch (AcmeFailureException e) {
      throw translated(e);
    }
  }

  private static ProblemException translated(AcmeFailureException e) {
    return e.failure() instanceof AcmeFailure.NotPrivate refused
        ? new ProblemException(
            ProblemType.REJECTED_IDENTIFIER,
            "only private names and addresses are signed: " + refused.reason(),
            e)
        : new ProblemException(
            ProblemType.UNAVAILABLE, "the local CA cannot sign at this time: check its clock", e);
  }
}

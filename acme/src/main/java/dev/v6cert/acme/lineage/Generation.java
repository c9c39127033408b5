package dev.v6cert.acme.lineage;

import dev.v6cert.acme.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One certificate of a lineage, as far as it matters for its renewal.
 *
 * @param number 1 for the lineage's first
 * @param subjects what it is for, in the certificate's order
 * @param serial in hexadecimal, lower case
 * @param issuer the issuer's distinguished name (RFC 4514)
 * @param issuedAt the local clock when it arrived
 * @param renewAt when it is due, if that was chosen on arrival
 * @param revokedAt when it was revoked from here; empty if it was not
 */
public record Generation(
    int number,
    List<Subject> subjects,
    String serial,
    String issuer,
    Instant notBefore,
    Instant notAfter,
    Instant issuedAt,
    Optional<Instant> renewAt,
    Optional<Instant> revokedAt) {

  /** Copies the subjects. */
  public Generation {
    subjects = List.copyOf(subjects);
  }

  /** A certificate that was not revoked. */
  public Generation(
      int number,
      List<Subject> subjects,
      String serial,
      String issuer,
      Instant notBefore,
      Instant notAfter,
      Instant issuedAt,
      Optional<Instant> renewAt) {
    this(
        number, subjects, serial, issuer, notBefore, notAfter, issuedAt, renewAt, Optional.empty());
  }

  /** This certificate, revoked. */
  Generation revoked(Instant now) {
    return new Generation(
        number, subjects, serial, issuer, notBefore, notAfter, issuedAt, renewAt, Optional.of(now));
  }

  /** The lifetime. */
  public Duration lifetime() {
    return Duration.between(notBefore, notAfter);
  }
}

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
 * @param facts the facts that the certificate states
 * @param issuedAt the local clock when it arrived
 * @param renewAt when it is due, if that was chosen on arrival
 * @param revokedAt when it was revoked from here; empty if it was not
 */
public record Generation(
    int number,
    Facts facts,
    Instant issuedAt,
    Optional<Instant> renewAt,
    Optional<Instant> revokedAt) {

  /**
   * The facts that a certificate states.
   *
   * @param subjects what it is for, in the certificate's order
   * @param serial in hexadecimal, lower case
   * @param issuer the issuer's distinguished name (RFC 4514)
   */
  public record Facts(
      List<Subject> subjects, String serial, String issuer, Instant notBefore, Instant notAfter) {

    /** Copies the subjects. */
    public Facts {
      subjects = List.copyOf(subjects);
    }
  }

  /** A certificate that was not revoked. */
  public Generation(int number, Facts facts, Instant issuedAt, Optional<Instant> renewAt) {
    this(number, facts, issuedAt, renewAt, Optional.empty());
  }

  /** This certificate, revoked. */
  Generation revoked(Instant now) {
    return new Generation(number, facts, issuedAt, renewAt, Optional.of(now));
  }

  /** The names and addresses that it is for, in the certificate's order. */
  public List<Subject> subjects() {
    return facts.subjects();
  }

  /** The serial number in hexadecimal, lower case. */
  public String serial() {
    return facts.serial();
  }

  /** The issuer's distinguished name (RFC 4514). */
  public String issuer() {
    return facts.issuer();
  }

  /** The first instant of its lifetime. */
  public Instant notBefore() {
    return facts.notBefore();
  }

  /** The last instant of its lifetime. */
  public Instant notAfter() {
    return facts.notAfter();
  }

  /** The lifetime. */
  public Duration lifetime() {
    return Duration.between(notBefore(), notAfter());
  }
}

package dev.v6cert.cli.check;

import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.issue.OrderLedger;
import dev.v6cert.acme.issue.OrderLedger.Budget;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.failure.ErrorTexts;
import dev.v6cert.ipv6.name.Zone;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Whether a limit of the CA would refuse an order: by our own books, and what all share. */
public final class BudgetCheck {

  private BudgetCheck() {}

  /**
   * The zone's limit at Let's Encrypt, which all who use the zone share; the CA does not tell how
   * much of it is left. Empty for other CAs, and for the test environment.
   *
   * @param next what {@code obtain} goes on to where the limit is reached, in order
   */
  public static Optional<Finding> shared(
      CertificateAuthority authority, Zone zone, List<String> next) {
    if (!authority.directory().equals(CertificateAuthority.LETS_ENCRYPT.directory())) {
      return Optional.empty();
    }
    String limit =
        switch (zone.toString()) {
          case "sslip.io" ->
              "250,000 certificates a week, which were used up in May 2026 (more was refused)";
          case "nip.io" -> "a limit of its own, of a number that is not known here";
          default -> "50 certificates a week, unless Let's Encrypt gave its domain more";
        };
    String then =
        next.isEmpty()
            ? "obtain ends with exit code 75; one more --zone gives it another name to go on to"
            : "obtain goes on to " + String.join(", then to ", next);
    return Optional.of(
        Finding.ok(
            "quota",
            "all who use " + zone + " share " + limit + "; when that is used up, " + then));
  }

  /** Reads the books. */
  public static Finding of(StateDirectory directory, IssuanceRequest request, Instant now) {
    return switch (OrderLedger.budget(directory, request, now)) {
      case Budget.Left left ->
          Finding.ok(
              "budget",
              left.issued()
                  + " of "
                  + left.limit()
                  + " certificates for exactly these names used in the last 7 days");
      case Budget.Unlimited none ->
          Finding.ok(
              "budget",
              none.issued()
                  + (none.issued() == 1 ? " certificate" : " certificates")
                  + " for exactly these names in the last 7 days");
      case Budget.Refused refused -> Finding.fail("budget", ErrorTexts.of(refused.failure()));
    };
  }
}

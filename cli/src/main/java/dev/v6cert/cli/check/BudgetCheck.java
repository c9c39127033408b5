package dev.v6cert.cli.check;

import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.store.OrderLedger;
import dev.v6cert.acme.store.OrderLedger.Budget;
import dev.v6cert.acme.store.StateDirectory;
import dev.v6cert.cli.failure.FailureReporter;
import java.time.Instant;

/** Whether our own books say that the CA would refuse an order. */
public final class BudgetCheck {

  private BudgetCheck() {}

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
              "budget", none.issued() + " certificates for exactly these names in the last 7 days");
      case Budget.Refused refused ->
          Finding.fail("budget", FailureReporter.report(refused.failure()));
    };
  }
}

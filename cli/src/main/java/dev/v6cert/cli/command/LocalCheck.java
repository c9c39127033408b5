package dev.v6cert.cli.command;

import dev.v6cert.acme.challenge.ChallengeSolver;
import dev.v6cert.acme.store.Lineage;
import dev.v6cert.cli.check.Finding;
import dev.v6cert.cli.check.Finding.Level;
import dev.v6cert.cli.check.LocalChecks;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.ipv6.firewall.Knock;
import java.io.IOException;
import java.util.List;

/** The cheap part of {@code check}, which {@code obtain} runs by itself. */
final class LocalCheck {

  private LocalCheck() {}

  /** What this machine alone tells of a plan. */
  static List<Finding> of(Lineage.Plan plan, ChosenAddress address)
      throws IOException, InterruptedException {
    ChallengeSolver solver = ResponderPlan.of(plan.settings()).solver();
    return List.of(
        LocalChecks.route(),
        LocalChecks.port(solver, plan.request().subjects()),
        LocalChecks.firewall(new Knock(address.address(), solver.port(), address.on())));
  }

  /**
   * Warns of what may keep the CA out. That the port cannot be had is left to the issuance, which
   * fails by it before anything is ordered.
   */
  static void warn(Lineage.Plan plan, ChosenAddress address, Console console)
      throws IOException, InterruptedException {
    int port = ResponderPlan.of(plan.settings()).solver().port();
    Knock knock = new Knock(address.address(), port, address.on());
    for (Finding finding : List.of(LocalChecks.route(), LocalChecks.firewall(knock))) {
      boolean unread =
          finding.check().equals(LocalChecks.FIREWALL) && finding.level() == Level.WARN;
      if (finding.level() != Level.OK && !unread) {
        console.warn(finding.text());
        finding.fix().ifPresent(fix -> console.steps().note(fix));
      }
    }
  }
}

package dev.v6cert.cli.provision;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.Registration;
import dev.v6cert.acme.challenge.ChallengeSolver;
import dev.v6cert.acme.issue.CertificateIssuer;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.LineageWriter;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.cli.plan.ResponderOptions;
import dev.v6cert.cli.plan.TxtRecordOptions;
import dev.v6cert.cli.progress.IssuanceProgress;
import dev.v6cert.cli.reachability.DualAddressSolver;
import dev.v6cert.cli.reachability.FallbackSolver;
import dev.v6cert.cli.terminal.Console;

/**
 * The issuance of a plan, as {@code obtain} and a renewal have in common: challenges are answered
 * where the plan says, and the console is told of each step.
 *
 * @param registration opens an account where there is none
 */
record PlannedIssuance(CertificateIssuer issuer, Registration registration, Console console) {

  /**
   * Gets the certificate and installs it. Where the other challenge had to be answered, renewals
   * begin with that one.
   */
  Lineage issue(StateLock lock, Lineage.Plan plan) throws AcmeFailureException {
    FallbackSolver solver = ResponderOptions.solver(plan.responder(), console, lock.directory());
    Lineage lineage =
        issuer.issue(
            lock,
            plan,
            registration,
            TxtRecordOptions.solver(plan, proven(plan, solver), console, lock.directory()),
            IssuanceProgress.of(console, plan.request().authority()));
    Lineage.Plan answered = lineage.plan().answering(solver.used());
    return answered.equals(lineage.plan())
        ? lineage
        : new LineageWriter(lock).with(lineage, answered);
  }

  /** Tries with the authority's test environment; installs nothing. */
  void rehearse(StateLock lock, Lineage.Plan plan) throws AcmeFailureException {
    issuer.rehearse(
        lock,
        plan.request(),
        registration,
        TxtRecordOptions.solver(
            plan,
            proven(plan, ResponderOptions.solver(plan.responder(), console, lock.directory())),
            console,
            lock.directory()),
        IssuanceProgress.of(console, plan.request().authority().rehearsal()));
  }

  /** The solver, preceded by a look at both addresses where one name carries two. */
  private ChallengeSolver proven(Lineage.Plan plan, ChallengeSolver solver) {
    return plan.follows()
        .filter(addresses -> addresses.beside().isPresent())
        .<ChallengeSolver>map(addresses ->
            new DualAddressSolver(
                solver, plan.request().subjects().getFirst(), addresses.addresses(), console))
        .orElse(solver);
  }
}

package dev.v6cert.cli.provision;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.Registration;
import dev.v6cert.acme.challenge.ChallengeSolver;
import dev.v6cert.acme.issue.CertificateIssuer;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.cli.progress.IssuanceProgress;
import dev.v6cert.cli.reach.MappingJournal;
import dev.v6cert.cli.terminal.Console;

/**
 * The issuance of a plan, as {@code obtain} and a renewal have in common: challenges are answered
 * where the plan says, and the console is told of each step.
 *
 * @param registration opens an account where there is none
 */
record PlannedIssuance(CertificateIssuer issuer, Registration registration, Console console) {

  /** Gets the certificate and installs it. */
  Lineage issue(StateLock lock, Lineage.Plan plan) throws AcmeFailureException {
    return issuer.issue(
        lock,
        plan,
        registration,
        solver(lock, plan),
        IssuanceProgress.of(console, plan.request().authority()));
  }

  /** Tries with the authority's test environment; installs nothing. */
  void rehearse(StateLock lock, Lineage.Plan plan) throws AcmeFailureException {
    issuer.rehearse(
        lock,
        plan.request(),
        registration,
        solver(lock, plan),
        IssuanceProgress.of(console, plan.request().authority().rehearsal()));
  }

  private ChallengeSolver solver(StateLock lock, Lineage.Plan plan) {
    return ResponderOptions.solver(plan.responder(), console, new MappingJournal(lock.directory()));
  }
}

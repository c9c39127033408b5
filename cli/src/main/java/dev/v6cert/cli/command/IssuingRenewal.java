package dev.v6cert.cli.command;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.Registration;
import dev.v6cert.acme.challenge.ChallengeSolver;
import dev.v6cert.acme.issue.CertificateIssuer;
import dev.v6cert.acme.renew.LineageRenewal;
import dev.v6cert.acme.store.CertificateStore;
import dev.v6cert.acme.store.Lineage;
import dev.v6cert.acme.store.StateDirectory;
import dev.v6cert.acme.store.StateLock;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.setting.Settings;

/**
 * Renews a lineage as it was obtained: the same names, CA and place to answer; where it follows the
 * machine's address, with the names of the present one.
 *
 * @param invocation of the command
 * @param addresses of the machine
 * @param registration how an account is opened where it got lost
 * @param rehearsal whether nothing is to be installed
 */
record IssuingRenewal(
    Invocation invocation, TodaysAddresses addresses, Registration registration, boolean rehearsal)
    implements LineageRenewal {

  static IssuingRenewal of(Invocation invocation, TodaysAddresses addresses, boolean rehearsal)
      throws CliFailureException {
    return new IssuingRenewal(
        invocation,
        addresses,
        AccountSettings.registration(invocation.settings(), invocation.console()),
        rehearsal);
  }

  @Override
  public Lineage.Plan plan(Lineage lineage) {
    return addresses.plan(lineage);
  }

  @Override
  public Lineage renew(StateLock lock, Lineage lineage) throws AcmeFailureException {
    Settings settings = invocation.settings();
    LibraryLogs.set(settings.value(GlobalSettings.DEBUG));
    invocation.console().steps().begin((rehearsal ? "rehearsing " : "renewing ") + lineage.name());
    Lineage.Plan plan = plan(lineage);
    if (addresses.change(lineage)) {
      invocation
          .console()
          .steps()
          .note(
              "the machine's address has changed: the certificate will be for "
                  + plan.request().subjects().getFirst());
    }
    ChallengeSolver solver = responder(plan).solver(invocation.console());
    IssuanceProgress progress =
        IssuanceProgress.of(invocation.console(), plan.request().authority());
    Registration account = registration(lineage);
    if (rehearsal) {
      new CertificateIssuer().rehearse(lock, plan.request(), account, solver, progress);
      return lineage;
    }
    return new CertificateIssuer().issue(lock, plan, account, solver, progress);
  }

  /** A certificate of the CA's shows that its terms were agreed to; a timer is not asked again. */
  private Registration registration(Lineage lineage) {
    return lineage.generation().isPresent() ? registration.agreed() : registration;
  }

  private ResponderPlan responder(Lineage.Plan plan) throws AcmeFailureException {
    try {
      return ResponderPlan.of(plan.settings());
    } catch (IllegalArgumentException e) {
      StateDirectory directory = new StateDirectory(invocation.stateDirectory());
      throw new AcmeFailureException(
          new AcmeFailure.StateUnusable(
              new CertificateStore(directory).file(plan.request().lineage()),
              AcmeFailure.StateProblem.CORRUPT,
              String.valueOf(e.getMessage())),
          e);
    }
  }
}

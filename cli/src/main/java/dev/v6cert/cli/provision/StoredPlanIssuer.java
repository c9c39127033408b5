package dev.v6cert.cli.provision;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.Registration;
import dev.v6cert.acme.issue.CertificateIssuer;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.renew.LineageIssuer;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.process.LibraryProviders;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.Console;

/**
 * Renews a lineage as it was obtained: the same names, CA and place to answer; where it follows the
 * machine's address, with the names of the present one.
 *
 * @param settings of the run
 * @param console where its steps are told
 * @param addresses of the machine
 * @param registration how an account is opened where it got lost
 * @param rehearsal whether nothing is to be installed
 */
public record StoredPlanIssuer(
    Settings settings,
    Console console,
    AddressFollower addresses,
    Registration registration,
    boolean rehearsal)
    implements LineageIssuer {

  public static StoredPlanIssuer of(
      Settings settings, Console console, AddressFollower addresses, boolean rehearsal)
      throws CliFailureException {
    return new StoredPlanIssuer(
        settings, console, addresses, TermsQuestion.registration(settings, console), rehearsal);
  }

  @Override
  public Lineage.Plan plan(Lineage lineage) {
    return addresses.plan(lineage);
  }

  @Override
  public Lineage renew(StateLock lock, Lineage lineage) throws AcmeFailureException {
    LibraryProviders.set(settings.value(GlobalSettings.DEBUG));
    console.steps().begin((rehearsal ? "rehearsing " : "renewing ") + lineage.name());
    Lineage.Plan plan = plan(lineage);
    if (addresses.change(lineage)) {
      console
          .steps()
          .note(
              "the machine's address has changed: the certificate will be for "
                  + plan.request().subjects().getFirst());
    }
    PlannedIssuance issuance =
        new PlannedIssuance(new CertificateIssuer(), registration(lineage), console);
    try {
      if (rehearsal) {
        issuance.rehearse(lock, plan);
        return lineage;
      }
      return issuance.issue(lock, plan);
    } catch (AcmeFailureException e) {
      console.steps().fail(); // Before the step of the next lineage, which would end it as done.
      throw e;
    }
  }

  /** A certificate of the CA's shows that its terms were agreed to; a timer is not asked again. */
  private Registration registration(Lineage lineage) {
    return lineage.generation().isPresent() ? registration.agreed() : registration;
  }
}

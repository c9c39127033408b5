package dev.v6cert.cli.provision;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.issue.CertificateIssuer;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.check.Finding;
import dev.v6cert.cli.check.LocalChecks;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.ErrorTexts;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.plan.ResponderOptions;
import dev.v6cert.cli.plan.TxtRecordOptions;
import dev.v6cert.cli.progress.IssuanceProgress;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.Console;
import java.util.List;

/** The proof that a CA's connections get in: an order at its test environment. */
final class StagingProof {

  private StagingProof() {}

  /**
   * Lets the CA validate, unless it is known already that it could not. What the packet filter
   * seems to do is no such knowledge: the proof is better.
   */
  static Finding find(Lineage.Plan plan, Settings settings, Console console, List<Finding> findings)
      throws CliFailureException, InterruptedException {
    if (findings.stream()
        .filter(it -> !it.check().equals(LocalChecks.FIREWALL))
        .anyMatch(it -> it.level() == Finding.Level.FAIL)) {
      return Finding.warn(
          "inbound", "no order was placed: it could not succeed", "correct what fails above");
    }
    IssuanceRequest request = plan.request();
    StateDirectory directory = new StateDirectory(settings.value(GlobalSettings.STATE_DIR));
    try (StateLock lock = StateLockWait.lock(directory, console)) {
      new CertificateIssuer()
          .rehearse(
              lock,
              request,
              TermsQuestion.registration(settings, console),
              TxtRecordOptions.solver(
                  plan,
                  ResponderOptions.solver(plan.responder(), console, lock.directory()),
                  console,
                  lock.directory()),
              IssuanceProgress.of(console, request.authority().rehearsal()));
      return Finding.ok("inbound", "the CA connected and validated; nothing was installed");
    } catch (AcmeFailureException e) {
      return Finding.fail("inbound", ErrorTexts.of(e.failure()));
    }
  }
}

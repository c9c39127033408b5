package dev.v6cert.cli.provision;

import dev.v6cert.acme.Registration;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.option.AccountSettings;
import dev.v6cert.cli.option.CertificateSettings;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.Console;
import java.net.URI;

/**
 * Agrees to a CA's terms of service by setting, or asks the person at the terminal. Where neither
 * is there, the answer is no.
 *
 * @param settings whether it is agreed already
 * @param console where to ask
 */
public record TermsQuestion(Settings settings, Console console)
    implements Registration.TermsPolicy {

  /**
   * The account to open where there is none.
   *
   * @throws CliFailureException when the credentials of another one are not whole
   */
  public static Registration registration(Settings settings, Console console)
      throws CliFailureException {
    return new Registration(
        settings.find(CertificateSettings.EMAIL),
        new TermsQuestion(settings, console),
        AccountSettings.externalAccount(settings));
  }

  @Override
  public boolean agrees(URI terms) {
    if (settings.value(CertificateSettings.AGREE_TOS)) {
      return true;
    }
    if (!console.canAsk()) {
      return false;
    }
    try {
      console.steps().pause();
      return console.agrees("Do you agree to the CA's terms of service, " + terms + " ?");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}

package dev.v6cert.cli.command;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.cli.check.Finding;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.option.AccountSettings;
import dev.v6cert.cli.option.CertificateSettings;
import dev.v6cert.cli.option.CheckSettings;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.option.NameSettings;
import dev.v6cert.cli.option.ValidationSettings;
import dev.v6cert.cli.provision.CertificateCheck;
import dev.v6cert.cli.report.CheckReport;
import dev.v6cert.cli.setting.CommandName;
import dev.v6cert.cli.setting.CommandSpec;
import dev.v6cert.cli.setting.Setting;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** {@code v6cert check}: all that can keep a certificate away, looked at without ordering one. */
public final class CheckCommand implements Command {

  @Override
  public CommandSpec description() {
    return new CommandSpec(
        CommandName.CHECK,
        List.of(
            "Nothing is ordered and nothing is changed. Each line says ok, warn or fail, and below"
                + " it what to do. The exit code is that of the first line that fails. Whether a"
                + " router on the way lets the CA in can only be proven by the CA: --staging-order"
                + " asks it to."),
        Optional.empty(),
        Setting.join(
            NameSettings.CHOICE,
            Setting.without(CertificateSettings.CHOICE, CertificateSettings.ONLY_IPS),
            ValidationSettings.ALL,
            List.of(CheckSettings.RESOLVER, CheckSettings.STAGING_ORDER),
            AccountSettings.REGISTRATION,
            List.of(GlobalSettings.JSON)),
        List.of(
            new CommandSpec.Example("check", "the name and address that obtain would use"),
            new CommandSpec.Example("check --domain www.example.org", "a name of your own"),
            new CommandSpec.Example(
                "check --wildcard --resolver 1.1.1.1", "whether DNS queries get in from outside"),
            new CommandSpec.Example(
                "check --staging-order --agree-tos", "with a proof that the CA can connect"),
            new CommandSpec.Example("check --ca local", "a certificate for the local network"),
            new CommandSpec.Example("check --json", "the same for a program")));
  }

  @Override
  public ExitStatus run(Invocation invocation)
      throws AcmeFailureException, CliFailureException, IOException, InterruptedException {
    CertificateCheck check = new CertificateCheck(invocation.settings(), invocation.console());
    List<Finding> findings = check.look();
    String obtain = check.isLocal() ? " obtain --ca local" : " obtain";
    String command = invocation.environment().program() + obtain;
    return new CheckReport(invocation.console(), command).of(findings);
  }
}

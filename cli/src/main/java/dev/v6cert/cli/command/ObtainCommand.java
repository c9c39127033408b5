package dev.v6cert.cli.command;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.issue.IssuancePreparation;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.cli.check.Finding;
import dev.v6cert.cli.check.RebindingFilter;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.ErrorTexts;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.option.AccountSettings;
import dev.v6cert.cli.option.CertificateSettings;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.option.HookSettings;
import dev.v6cert.cli.option.NameSettings;
import dev.v6cert.cli.option.ValidationSettings;
import dev.v6cert.cli.plan.LocalCertificatePlan;
import dev.v6cert.cli.provision.Provisioner;
import dev.v6cert.cli.report.LineageReport;
import dev.v6cert.cli.schedule.RenewalSchedule;
import dev.v6cert.cli.setting.CommandName;
import dev.v6cert.cli.setting.CommandSpec;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.cli.terminal.JsonObject;
import dev.v6cert.cli.terminal.Table;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** {@code v6cert obtain}: one certificate, from the machine's address to the files on disk. */
public final class ObtainCommand implements Command {

  private static final List<Setting<?>> SETTINGS =
      Setting.join(
          NameSettings.CHOICE,
          CertificateSettings.CHOICE,
          List.of(
              CertificateSettings.DRY_RUN,
              CertificateSettings.FORCE,
              CertificateSettings.PROFILE,
              CertificateSettings.PREFERRED_CHAIN,
              CertificateSettings.KEY_TYPE,
              CertificateSettings.REUSE_KEY,
              CertificateSettings.KEY_GROUP,
              CertificateSettings.KEY_MODE),
          AccountSettings.REGISTRATION,
          ValidationSettings.ALL,
          List.of(
              HookSettings.DEPLOY_HOOK,
              HookSettings.PRE_HOOK,
              HookSettings.POST_HOOK,
              HookSettings.FAILURE_HOOK,
              HookSettings.HOOK_LIMIT,
              HookSettings.VERIFY,
              CertificateSettings.NO_DNS_CHECK,
              ScheduleCommand.SCHEDULE,
              CertificateSettings.NO_FIREWALL_CHECK,
              GlobalSettings.JSON));

  @Override
  public CommandSpec description() {
    return new CommandSpec(
        CommandName.OBTAIN,
        List.of(
            "The certificate is for the name of the machine's public address, IPv6 first, in a zone"
                + " whose names lead to the address they carry. The CA validates the name on port 80"
                + " (HTTP-01), which must be reachable from the Internet; v6cert check tests it."
                + " A certificate for the same names that is still good is kept. It and its"
                + " renewals are a lineage."),
        Optional.empty(),
        SETTINGS,
        List.of(
            new CommandSpec.Example("obtain --dry-run", "see whether it would work, at no cost"),
            new CommandSpec.Example("obtain --agree-tos", "get a certificate by Let's Encrypt"),
            new CommandSpec.Example(
                "obtain --deploy-hook \"systemctl reload nginx\"", "reload the web server, too"),
            new CommandSpec.Example(
                "obtain --ip --zone sslip.io", "the name and the address in one certificate"),
            new CommandSpec.Example(
                "obtain --wildcard", "every name below it, too; needs port 53 (UDP and TCP)"),
            new CommandSpec.Example(
                "obtain --domain example.org --challenge dns-01 --dns-hook set-txt",
                "your own name, proven by a TXT record that the program sets"),
            new CommandSpec.Example(
                "obtain --ca https://ca.internal/acme/directory --ca-root ca.pem",
                "use a CA of your own"),
            new CommandSpec.Example(
                "obtain --ca local", "for the local network: this machine signs it itself")));
  }

  @Override
  public void prepare() {
    IssuancePreparation.prepare();
  }

  @Override
  public ExitStatus run(Invocation invocation)
      throws AcmeFailureException, CliFailureException, IOException, InterruptedException {
    Console console = invocation.console();
    LocalCertificatePlan.refuseOpenFilter(invocation.settings());
    Provisioner.Result result = new Provisioner(invocation.settings(), console).obtain();
    switch (result) {
      case Provisioner.Rehearsed rehearsed -> report(rehearsed, console);
      case Provisioner.Obtained obtained -> {
        try {
          if (invocation.settings().value(ScheduleCommand.SCHEDULE)) {
            ScheduleCommand.install(invocation);
          }
        } finally { // The certificate is there all the same.
          report(obtained, invocation);
        }
      }
    }
    return ErrorTexts.tell(result.hooks().failures(), console);
  }

  private static void report(Provisioner.Rehearsed rehearsed, Console console) {
    if (!console.json()) {
      console.steps().done("dry run: it would work; nothing was installed");
      return;
    }
    IssuanceRequest request = rehearsed.plan().request();
    console.result(
        JsonObject.report()
            .put("dry_run", true)
            .put("lineage", request.lineage().text())
            .putStrings("names", request.subjects().stream().map(Subject::value).toList()));
  }

  private static void report(Provisioner.Obtained obtained, Invocation invocation)
      throws InterruptedException {
    Console console = invocation.console();
    Lineage lineage = obtained.lineage();
    Instant now = Instant.now();
    RenewalSchedule schedule = RenewalSchedule.of(invocation.environment(), invocation.settings());
    if (console.json()) {
      console.result(
          JsonObject.report()
              .put("kept", obtained.kept())
              .put("scheduled", schedule.runs())
              .put("url", LineageReport.url(lineage))
              .put("lineage", LineageReport.json(lineage, now)));
      return;
    }
    Table table = new Table();
    table.add(List.of("certificate", lineage.fullChain().toString()));
    table.add(List.of("key", lineage.privateKey().toString()));
    table.add(List.of("expires", LineageReport.expiry(lineage, now)));
    table.add(List.of("renewal", LineageReport.renewal(lineage, now)));
    table.lines().forEach(console::result);
    schedule.how().ifPresent(how -> console.note("renewed " + how));
    schedule.fault("this certificate").ifPresent(console::warn);
    if (lineage.plan().request().authority().isLocal()) {
      console.note("clients trust it once they trust its root: v6cert trust install");
    }
    console.result(LineageReport.url(lineage));
    console.flush();
    if (!invocation.settings().value(CertificateSettings.NO_DNS_CHECK)) {
      warnOfFilter(lineage, console);
    }
  }

  /** After all else, as it may take two seconds where no resolver answers. */
  private static void warnOfFilter(Lineage lineage, Console console) throws InterruptedException {
    if (lineage.plan().request().authority().isLocal()) {
      RebindingFilter.look(lineage.subjects()).flatMap(Finding::line).ifPresent(console::warn);
    }
  }
}

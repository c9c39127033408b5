package dev.v6cert.cli.command;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.StoreFailure;
import dev.v6cert.acme.issue.RenewalInfoClient;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.RenewalAdvice;
import dev.v6cert.acme.localca.LocalAuthorityStore;
import dev.v6cert.acme.renew.AdviceRefresh;
import dev.v6cert.acme.renew.RenewalDecision;
import dev.v6cert.acme.renew.RenewalOutcome;
import dev.v6cert.acme.renew.Renewer;
import dev.v6cert.acme.renew.Renewer.StartJitter;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.base.Ticker;
import dev.v6cert.cli.check.OpenFileLimit;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.ErrorText;
import dev.v6cert.cli.failure.ErrorTexts;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.option.AccountSettings;
import dev.v6cert.cli.option.AnnounceSettings;
import dev.v6cert.cli.option.CertificateSettings;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.option.Jitter;
import dev.v6cert.cli.option.RecordSettings;
import dev.v6cert.cli.plan.KnownLineages;
import dev.v6cert.cli.process.LibraryProviders;
import dev.v6cert.cli.progress.HookProgress;
import dev.v6cert.cli.provision.AddressFollower;
import dev.v6cert.cli.provision.Announcement;
import dev.v6cert.cli.provision.StoredPlanIssuer;
import dev.v6cert.cli.reachability.FirewallJournal;
import dev.v6cert.cli.report.RenewalReport;
import dev.v6cert.cli.schedule.RenewalSchedule;
import dev.v6cert.cli.setting.CommandName;
import dev.v6cert.cli.setting.CommandSpec;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.ipv6.name.HostName;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** {@code v6cert renew}: what is due, and nothing else; made for timers. */
public final class RenewCommand implements Command {

  @Override
  public CommandSpec description() {
    return new CommandSpec(
        CommandName.RENEW,
        List.of(
            "Run it hourly from a timer. Where nothing is due it reads a few small files; only"
                + " every few hours it asks the CA when to renew (RFC 9773). Each certificate is"
                + " renewed with the options it was obtained with; its name follows the machine's"
                + " address. The exit code is that of the first one that failed."),
        Optional.empty(),
        List.of(
            CertificateSettings.LINEAGE.help("only this lineage, by its name in v6cert list"),
            CertificateSettings.FORCE,
            CertificateSettings.DRY_RUN,
            CertificateSettings.EMAIL,
            CertificateSettings.AGREE_TOS,
            AccountSettings.EAB_KID,
            AccountSettings.EAB_HMAC,
            AccountSettings.EAB_HMAC_FILE,
            Jitter.JITTER,
            Jitter.NO_JITTER,
            AnnounceSettings.ANNOUNCE,
            RecordSettings.RFC2136,
            RecordSettings.TSIG_KEY,
            GlobalSettings.JSON),
        List.of(
            new CommandSpec.Example("renew", "renew what is due"),
            new CommandSpec.Example("renew --dry-run", "see whether the renewals would work"),
            new CommandSpec.Example(
                "renew --lineage example.org --force", "replace one certificate now")));
  }

  @Override
  public ExitStatus run(Invocation invocation) throws AcmeFailureException, CliFailureException {
    Settings settings = invocation.settings();
    if (settings.isTyped(Jitter.JITTER) && settings.isTyped(Jitter.NO_JITTER)) {
      throw CliFailureException.usage(
          "--jitter and --no-jitter contradict each other", "leave one of them out");
    }
    OpenFileLimit.check();
    new FirewallJournal(new StateDirectory(invocation.stateDirectory()))
        .removeLeftover(invocation.console());
    Optional<LineageName> only = settings.find(CertificateSettings.LINEAGE);
    if (only.isPresent()) {
      KnownLineages.in(invocation.stateDirectory()).find(only.get().text());
    }
    RenewalReport report = new RenewalReport(invocation.console(), invocation.stateDirectory());
    announce(invocation, report);
    try {
      List<RenewalOutcome> outcomes =
          outcomes(
              invocation, only.<Predicate<LineageName>>map(it -> it::equals).orElse(_ -> true));
      if (!settings.value(CertificateSettings.DRY_RUN) && !invocation.console().isAttended()) {
        RenewalSchedule.ran(
            invocation.environment(), invocation.stateDirectory(), only.map(LineageName::text));
      }
      return report.of(outcomes);
    } catch (AcmeFailureException e) {
      if (e.failure() instanceof StoreFailure.Busy) {
        return report.busy(ErrorTexts.line(e.failure()));
      }
      throw e;
    }
  }

  /** Has the stable name lead here; that it cannot keeps no certificate from its renewal. */
  private static void announce(Invocation invocation, RenewalReport report) {
    Settings settings = invocation.settings();
    Optional<HostName> name = settings.find(AnnounceSettings.ANNOUNCE);
    if (name.isEmpty() || settings.value(CertificateSettings.DRY_RUN)) {
      return;
    }
    try {
      Announcement made = Announcement.make(name.get(), settings);
      if (made.changed()) {
        report.announced(made.text());
      }
    } catch (AcmeFailureException | CliFailureException | IOException e) {
      ErrorText error = ErrorTexts.of(e);
      report.failed(
          new ErrorText(
              name.get() + ": " + error.what(), error.why(), error.next(), error.status()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<RenewalOutcome> outcomes(Invocation invocation, Predicate<LineageName> wanted)
      throws AcmeFailureException, CliFailureException {
    Settings settings = invocation.settings();
    StateDirectory directory = new StateDirectory(invocation.stateDirectory());
    Renewer renewer =
        new Renewer(
            directory,
            Clock.systemUTC(),
            HookProgress.runner(invocation.console()),
            ErrorTexts::line);
    AddressFollower addresses = new AddressFollower();
    if (settings.value(CertificateSettings.DRY_RUN)) {
      return renewer.rehearse(
          wanted, StoredPlanIssuer.of(settings, invocation.console(), addresses, true));
    }
    Function<Lineage, RenewalDecision> decision =
        settings.value(CertificateSettings.FORCE)
            ? _ -> new RenewalDecision.Due(RenewalDecision.Reason.FORCED)
            : lineage ->
                renewer.decide(
                    lineage, addresses.change(lineage) || isByFormerAuthority(directory, lineage));
    if (!settings.value(CertificateSettings.FORCE)) {
      new AdviceRefresh(directory, Clock.systemUTC())
          .refresh(wanted, lineage -> advice(lineage, settings));
    }
    StartJitter jitter =
        Jitter.start(settings, invocation.console(), Ticker.SYSTEM, RandomGenerator.getDefault());
    return renewer.renew(
        wanted,
        decision,
        jitter,
        StoredPlanIssuer.of(settings, invocation.console(), addresses, false));
  }

  /** Asks first whose it is: for the others, nothing is loaded. */
  private static boolean isByFormerAuthority(StateDirectory directory, Lineage lineage) {
    return lineage.plan().request().authority().isLocal()
        && new LocalAuthorityStore(directory).hasReplacedIssuerOf(lineage);
  }

  private static RenewalAdvice.Answer advice(Lineage lineage, Settings settings) {
    LibraryProviders.set(settings.value(GlobalSettings.DEBUG));
    return new RenewalInfoClient().ask(lineage);
  }
}

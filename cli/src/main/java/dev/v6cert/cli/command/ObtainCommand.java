package dev.v6cert.cli.command;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.Registration;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.issue.CertificateIssuer;
import dev.v6cert.acme.issue.Prefetch;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.check.OpenFileLimit;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.option.AccountSettings;
import dev.v6cert.cli.option.CertificateSettings;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.option.HookSettings;
import dev.v6cert.cli.option.NameSettings;
import dev.v6cert.cli.process.LibraryLogs;
import dev.v6cert.cli.progress.IssuanceProgress;
import dev.v6cert.cli.provision.AttemptWithHooks;
import dev.v6cert.cli.provision.Candidates;
import dev.v6cert.cli.provision.CertificatePlan;
import dev.v6cert.cli.provision.ChosenAddress;
import dev.v6cert.cli.provision.DnsCheck;
import dev.v6cert.cli.provision.LineageChoice;
import dev.v6cert.cli.provision.LocalCheck;
import dev.v6cert.cli.provision.Publicity;
import dev.v6cert.cli.provision.ResponderPlan;
import dev.v6cert.cli.provision.ReusableCertificate;
import dev.v6cert.cli.provision.StagingGuard;
import dev.v6cert.cli.provision.StateLockWait;
import dev.v6cert.cli.provision.TermsQuestion;
import dev.v6cert.cli.report.LineageReport;
import dev.v6cert.cli.schedule.RenewalSchedule;
import dev.v6cert.cli.setting.CommandSpec;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.cli.terminal.JsonObject;
import dev.v6cert.cli.terminal.Table;
import dev.v6cert.cli.terminal.TimeText;
import dev.v6cert.ipv6.Lifetime;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** {@code v6cert obtain}: one certificate, from the machine's address to the files on disk. */
public final class ObtainCommand implements Command {

  private static final List<Setting<?>> SETTINGS =
      List.of(
          NameSettings.ADDRESS,
          NameSettings.INTERFACE,
          NameSettings.ZONE,
          NameSettings.FORM,
          NameSettings.ALLOW_UNSAFE_NAME,
          CertificateSettings.DOMAIN,
          CertificateSettings.IP,
          CertificateSettings.LINEAGE,
          CertificateSettings.CA,
          CertificateSettings.CA_ROOT,
          CertificateSettings.STAGING,
          CertificateSettings.DRY_RUN,
          CertificateSettings.FORCE,
          CertificateSettings.PROFILE,
          CertificateSettings.PREFERRED_CHAIN,
          CertificateSettings.KEY_TYPE,
          CertificateSettings.REUSE_KEY,
          CertificateSettings.KEY_GROUP,
          CertificateSettings.KEY_MODE,
          CertificateSettings.EMAIL,
          CertificateSettings.AGREE_TOS,
          AccountSettings.ACCOUNT,
          AccountSettings.EAB_KID,
          AccountSettings.EAB_HMAC,
          AccountSettings.EAB_HMAC_FILE,
          CertificateSettings.CHALLENGE,
          CertificateSettings.WEBROOT,
          CertificateSettings.HTTP_PORT,
          CertificateSettings.HTTP_ADDRESS,
          CertificateSettings.TLS_PORT,
          CertificateSettings.OPEN_PORT,
          HookSettings.DEPLOY_HOOK,
          HookSettings.PRE_HOOK,
          HookSettings.POST_HOOK,
          HookSettings.FAILURE_HOOK,
          HookSettings.HOOK_LIMIT,
          HookSettings.VERIFY,
          CertificateSettings.NO_DNS_CHECK,
          ScheduleCommand.SCHEDULE,
          CertificateSettings.NO_FIREWALL_CHECK,
          GlobalSettings.JSON);

  @Override
  public CommandSpec description() {
    return new CommandSpec(
        "obtain",
        "A certificate for this machine",
        List.of(
            "The certificate is for the name of the machine's IPv6 address, in a zone whose names"
                + " lead to the address they carry. The CA is shown that the name is ours on port"
                + " 80 (HTTP-01), which must be open to the world; v6cert check looks whether it"
                + " is. A certificate for the same names that is still good is kept."),
        Optional.empty(),
        SETTINGS,
        List.of(
            new CommandSpec.Example("obtain --dry-run", "see whether it would work, at no cost"),
            new CommandSpec.Example("obtain --agree-tos", "get a certificate by Let's Encrypt"),
            new CommandSpec.Example(
                "obtain --deploy-hook \"systemctl reload nginx\"", "tell the web server, too"),
            new CommandSpec.Example(
                "obtain --ip --zone sslip.io", "the name and the address in one certificate"),
            new CommandSpec.Example(
                "obtain --ca https://ca.internal/acme/directory --ca-root ca.pem",
                "ask a CA of your own")));
  }

  @Override
  public void prepare() {
    Prefetch.prepare();
  }

  @Override
  public ExitStatus run(Invocation invocation)
      throws AcmeFailureException, CliFailureException, IOException, InterruptedException {
    Settings settings = invocation.settings();
    Console console = invocation.console();
    LibraryLogs.set(settings.value(GlobalSettings.DEBUG));
    CertificateAuthority authority = CertificatePlan.authority(settings);
    CertificatePlan.check(settings);
    AccountSettings.check(settings);
    OpenFileLimit.check();
    CertificateIssuer issuer =
        new CertificateIssuer(
            Prefetch.begin(authority, settings.value(CertificateSettings.KEY_TYPE)));
    ChosenAddress address = address(settings, console);
    Candidates wanted = Candidates.of(settings, authority, address);
    LocalCheck local = LocalCheck.begin(wanted.first().plan(), address);
    announce(wanted.first(), address, settings, console);
    StateDirectory directory = new StateDirectory(invocation.stateDirectory());
    try (StateLock lock = StateLockWait.lock(directory, console)) {
      LineageChoice choice = LineageChoice.in(directory, settings);
      Candidates candidates = wanted.settled(choice);
      Candidates.Candidate first = candidates.first();
      choice.leftBehind(first.plan()).ifPresent(lineage -> tellLeftBehind(lineage, console));
      local.warn(console);
      if (settings.value(CertificateSettings.DRY_RUN)) {
        local.refuse(first.plan(), address, settings);
        return rehearse(lock, first.plan(), issuer, invocation);
      }
      Optional<Candidates.Candidate> kept =
          settings.value(CertificateSettings.FORCE)
              ? Optional.empty()
              : candidates.kept(directory, Instant.now());
      if (kept.isEmpty()) {
        local.refuse(first.plan(), address, settings);
      }
      return candidates
          .from(kept.orElse(first))
          .tryInOrder(
              console,
              candidate -> {
                if (!candidate.equals(first)) {
                  announce(candidate, address, settings, console);
                }
                return keepOrIssue(lock, candidate.plan(), issuer, invocation);
              });
    }
  }

  private static void tellLeftBehind(Lineage lineage, Console console) {
    console.warn(
        "this makes a second lineage beside "
            + lineage.name()
            + ", which is for an address that this machine had; to move that one here instead:"
            + " v6cert renew --lineage "
            + lineage.name());
  }

  private static ChosenAddress address(Settings settings, Console console)
      throws CliFailureException, IOException, InterruptedException {
    ChosenAddress address = ChosenAddress.find(settings);
    console
        .steps()
        .done(
            "address "
                + address.address()
                + address.on().map(name -> " on " + name).orElse(", which is not on this machine"));
    if (address.validFor().isPresent()) {
      String left =
          address.validFor().get() instanceof Lifetime.Lasting lasting
              ? " and gone in " + TimeText.of(lasting.left())
              : "";
      console.warn(
          address.address()
              + " is deprecated"
              + left
              + ": the network has taken its prefix back; the certificate is for it all the same");
    }
    return address;
  }

  private static void announce(
      Candidates.Candidate candidate, ChosenAddress address, Settings settings, Console console)
      throws CliFailureException {
    if (candidate.naming().isPresent()) {
      console.steps().done("name " + candidate.naming().get().name());
      candidate.naming().get().note().ifPresent(console.steps()::note);
    }
    checkDns(candidate.plan(), address, settings, console);
  }

  private static void checkDns(
      Lineage.Plan plan, ChosenAddress address, Settings settings, Console console)
      throws CliFailureException {
    if (settings.value(CertificateSettings.NO_DNS_CHECK)) {
      return;
    }
    for (Subject subject : plan.request().subjects()) {
      if (subject instanceof Subject.Dns dns) {
        console.steps().begin("asking the DNS for " + dns.name());
        DnsCheck.check(dns.name(), address.address());
        console.steps().done("the DNS leads " + dns.name() + " here");
      }
    }
  }

  private static ExitStatus rehearse(
      StateLock lock, Lineage.Plan plan, CertificateIssuer issuer, Invocation invocation)
      throws AcmeFailureException, CliFailureException {
    Console console = invocation.console();
    Registration registration = registration(invocation);
    AttemptWithHooks attempt = AttemptWithHooks.of(lock, plan.request().lineage(), console);
    attempt.around(
        plan,
        () -> {
          issuer.rehearse(
              lock,
              plan.request(),
              registration,
              ResponderPlan.of(plan.settings()).solver(console),
              IssuanceProgress.of(console, plan.request().authority().rehearsal()));
          return true;
        });
    if (invocation.json()) {
      console.result(
          JsonObject.report()
              .put("dry_run", true)
              .put("lineage", plan.request().lineage().text())
              .putStrings(
                  "names", plan.request().subjects().stream().map(Subject::value).toList()));
    } else {
      console.steps().done("dry run: it would work; nothing was installed");
    }
    return attempt.report();
  }

  private static ExitStatus keepOrIssue(
      StateLock lock, Lineage.Plan plan, CertificateIssuer issuer, Invocation invocation)
      throws AcmeFailureException, CliFailureException, InterruptedException {
    Console console = invocation.console();
    boolean force = invocation.settings().value(CertificateSettings.FORCE);
    Optional<Lineage> good =
        force ? Optional.empty() : ReusableCertificate.find(lock.directory(), plan, Instant.now());
    AttemptWithHooks attempt = AttemptWithHooks.of(lock, plan.request().lineage(), console);
    Lineage lineage;
    if (good.isPresent()) {
      lineage = ReusableCertificate.keep(lock, good.get(), plan, invocation.settings(), console);
    } else {
      if (!force) {
        StagingGuard.refuse(lock.directory(), plan, Instant.now());
      }
      if (!invocation.json()) {
        Publicity.of(lock.directory(), plan.request()).ifPresent(console::note);
      }
      Registration registration = registration(invocation);
      lineage = attempt.around(plan, () -> issue(lock, plan, registration, issuer, invocation));
      attempt.hooks().succeeded();
    }
    lineage = attempt.hooks().settle(lineage);
    try {
      if (invocation.settings().value(ScheduleCommand.SCHEDULE)) {
        ScheduleCommand.install(invocation);
      }
    } finally { // The certificate is there all the same.
      report(lineage, good.isPresent(), invocation);
    }
    return attempt.report();
  }

  private static Lineage issue(
      StateLock lock,
      Lineage.Plan plan,
      Registration registration,
      CertificateIssuer issuer,
      Invocation invocation)
      throws AcmeFailureException {
    CertificateAuthority authority = plan.request().authority();
    invocation.console().steps().begin("connecting to " + IssuanceProgress.name(authority));
    return issuer.issue(
        lock,
        plan,
        registration,
        ResponderPlan.of(plan.settings()).solver(invocation.console()),
        IssuanceProgress.of(invocation.console(), authority));
  }

  private static Registration registration(Invocation invocation) throws CliFailureException {
    return TermsQuestion.registration(invocation.settings(), invocation.console());
  }

  private static void report(Lineage lineage, boolean kept, Invocation invocation)
      throws InterruptedException {
    Instant now = Instant.now();
    RenewalSchedule schedule =
        RenewalSchedule.of(invocation.environment(), invocation.stateDirectory());
    if (invocation.json()) {
      invocation
          .console()
          .result(
              JsonObject.report()
                  .put("kept", kept)
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
    table.lines().forEach(invocation.console()::result);
    schedule.how().ifPresent(how -> invocation.console().note("renewed " + how));
    schedule.fault("this certificate").ifPresent(invocation.console()::warn);
    invocation.console().result(LineageReport.url(lineage));
  }
}

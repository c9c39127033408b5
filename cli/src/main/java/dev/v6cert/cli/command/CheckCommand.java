package dev.v6cert.cli.command;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.account.AccountStore;
import dev.v6cert.acme.challenge.TxtPlan;
import dev.v6cert.acme.issue.CertificateIssuer;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.ResponderPlan;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.check.AuthorityCheck;
import dev.v6cert.cli.check.BudgetCheck;
import dev.v6cert.cli.check.CaaCheck;
import dev.v6cert.cli.check.Finding;
import dev.v6cert.cli.check.LocalChecks;
import dev.v6cert.cli.check.NameCheck;
import dev.v6cert.cli.dns.InboundQueryCheck;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.ErrorTexts;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.option.AccountSettings;
import dev.v6cert.cli.option.CertificateSettings;
import dev.v6cert.cli.option.CheckSettings;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.option.HookSettings;
import dev.v6cert.cli.option.NameSettings;
import dev.v6cert.cli.plan.Candidates;
import dev.v6cert.cli.plan.CertificatePlan;
import dev.v6cert.cli.plan.ChosenAddress;
import dev.v6cert.cli.plan.LineageChoice;
import dev.v6cert.cli.plan.ResponderOptions;
import dev.v6cert.cli.plan.ReusableCertificate;
import dev.v6cert.cli.plan.TxtRecordOptions;
import dev.v6cert.cli.process.LibraryLogs;
import dev.v6cert.cli.progress.IssuanceProgress;
import dev.v6cert.cli.provision.LocalPreflight;
import dev.v6cert.cli.provision.Preflight;
import dev.v6cert.cli.provision.StateLockWait;
import dev.v6cert.cli.provision.TermsQuestion;
import dev.v6cert.cli.report.CheckReport;
import dev.v6cert.cli.setting.CommandSpec;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.ipv6.name.HostName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** {@code v6cert check}: all that can keep a certificate away, looked at without ordering one. */
public final class CheckCommand implements Command {

  private static final String LINEAGE = "lineage";

  @Override
  public CommandSpec description() {
    return new CommandSpec(
        "check",
        "Whether this machine can get a certificate, and what prevents it",
        List.of(
            "Nothing is ordered and nothing is changed. Each line says ok, warn or fail, and below"
                + " it what to do. The exit code is that of the first line that fails. Whether a"
                + " router on the way lets the CA in can only be proven by the CA: --staging-order"
                + " asks it to."),
        Optional.empty(),
        List.of(
            NameSettings.ADDRESS,
            NameSettings.FAMILY,
            NameSettings.INTERFACE,
            NameSettings.ZONE,
            NameSettings.FORM,
            NameSettings.ALLOW_UNSAFE_NAME,
            NameSettings.ASK_OUTSIDE,
            CertificateSettings.DOMAIN,
            CertificateSettings.IP,
            CertificateSettings.WILDCARD,
            CertificateSettings.LINEAGE,
            CertificateSettings.CA,
            CertificateSettings.CA_ROOT,
            CertificateSettings.STAGING,
            CertificateSettings.CHALLENGE,
            HookSettings.DNS_HOOK,
            HookSettings.DNS_LIMIT,
            CertificateSettings.WEBROOT,
            CertificateSettings.HTTP_PORT,
            CertificateSettings.HTTP_ADDRESS,
            CertificateSettings.TLS_PORT,
            CertificateSettings.OPEN_PORT,
            CertificateSettings.OPEN_FIREWALL,
            CheckSettings.RESOLVER,
            CheckSettings.STAGING_ORDER,
            CertificateSettings.EMAIL,
            CertificateSettings.AGREE_TOS,
            AccountSettings.ACCOUNT,
            AccountSettings.EAB_KID,
            AccountSettings.EAB_HMAC,
            AccountSettings.EAB_HMAC_FILE,
            GlobalSettings.JSON),
        List.of(
            new CommandSpec.Example("check", "the name and address that obtain would use"),
            new CommandSpec.Example("check --domain www.example.org", "a name of your own"),
            new CommandSpec.Example(
                "check --wildcard --resolver 9.9.9.9", "whether DNS queries get in from outside"),
            new CommandSpec.Example(
                "check --staging-order --agree-tos", "with a proof that the CA can connect"),
            new CommandSpec.Example("check --ca local", "a certificate for the local network"),
            new CommandSpec.Example("check --json", "the same for a program")));
  }

  @Override
  public ExitStatus run(Invocation invocation)
      throws AcmeFailureException, CliFailureException, IOException, InterruptedException {
    Settings settings = invocation.settings();
    LibraryLogs.set(settings.value(GlobalSettings.DEBUG));
    if (isLocal(settings)) {
      return checkLocally(invocation);
    }
    CertificateAuthority authority = CertificatePlan.remoteAuthority(settings, "validate a name");
    CertificatePlan.check(settings);
    if (settings.value(CheckSettings.STAGING_ORDER)) {
      AccountSettings.check(settings);
    }
    List<Finding> findings = new ArrayList<>();
    invocation.console().steps().begin("looking at this machine, the DNS and the CA");
    StateDirectory state = new StateDirectory(invocation.stateDirectory());
    Optional<ChosenAddress> address = address(settings, findings);
    ExecutorService outside = Executors.newVirtualThreadPerTaskExecutor();
    try {
      Future<AuthorityCheck> asked =
          outside.submit(() -> AuthorityCheck.of(authority, Clock.systemUTC()));
      if (address.isEmpty()) {
        LocalPreflight.filter(settings).ifPresent(findings::add);
        findings.addAll(result(asked).findings());
      } else {
        Candidates wanted = Candidates.of(settings, authority, address.get());
        Candidates candidates = inLineages(wanted, state, settings, findings);
        look(candidates, address.get(), asked, outside, invocation, findings);
      }
    } finally {
      // Not close(), which waits: a resolver's silence is not to hold up who presses Ctrl-C.
      List<Runnable> _ = outside.shutdownNow();
    }
    invocation.console().steps().pause();
    return report(findings, "obtain", invocation);
  }

  /** Whether the CA is this machine, and no order is to be placed. */
  private static boolean isLocal(Settings settings) throws CliFailureException {
    return CertificatePlan.authority(settings).isLocal()
        && !settings.value(CheckSettings.STAGING_ORDER);
  }

  private static ExitStatus checkLocally(Invocation invocation)
      throws AcmeFailureException, CliFailureException, IOException, InterruptedException {
    CertificatePlan.check(invocation.settings());
    List<Finding> findings =
        LocalPreflight.of(
            invocation.settings(),
            new StateDirectory(invocation.stateDirectory()),
            invocation.console());
    return report(findings, "obtain --ca local", invocation);
  }

  private static ExitStatus report(List<Finding> findings, String next, Invocation invocation) {
    String command = invocation.environment().program() + " " + next;
    return new CheckReport(invocation.console(), command).of(findings);
  }

  private static Optional<ChosenAddress> address(Settings settings, List<Finding> findings)
      throws CliFailureException, IOException, InterruptedException {
    try {
      ChosenAddress address = ChosenAddress.find(settings);
      findings.add(Finding.ok("address", address.text()));
      return Optional.of(address);
    } catch (CliFailureException e) {
      findings.add(Finding.fail("address", ErrorTexts.of(e)));
      return Optional.empty();
    }
  }

  /**
   * The same certificates in the lineages that obtain would have them in, answered where those are
   * unless another place was chosen.
   */
  private static Candidates inLineages(
      Candidates wanted, StateDirectory state, Settings settings, List<Finding> findings) {
    try {
      LineageChoice choice = LineageChoice.in(state, settings);
      Candidates settled = wanted.settled(choice);
      Candidates candidates =
          (ResponderOptions.isChosen(settings)
                  ? Optional.<ResponderPlan>empty()
                  : choice.responder(settled.first().plan()))
              .map(settled::answering)
              .orElse(settled);
      choice
          .leftBehind(candidates.first().plan())
          .ifPresent(lineage ->
              findings.add(
                  Finding.warn(
                      LINEAGE,
                      "obtain would make a second lineage beside "
                          + lineage.name()
                          + ", which is for an address that this machine had",
                      "to move that one here instead: v6cert renew --lineage " + lineage.name())));
      return candidates;
    } catch (AcmeFailureException e) {
      findings.add(Finding.fail(LINEAGE, ErrorTexts.of(e)));
      return wanted;
    }
  }

  private static void look(
      Candidates candidates,
      ChosenAddress address,
      Future<AuthorityCheck> asked,
      ExecutorService outside,
      Invocation invocation,
      List<Finding> findings)
      throws CliFailureException, IOException, InterruptedException {
    Settings settings = invocation.settings();
    Optional<InetSocketAddress> resolver = settings.find(CheckSettings.RESOLVER);
    Set<HostName> wanted = names(candidates.first().plan());
    Set<HostName> all = new LinkedHashSet<>(wanted);
    candidates.candidates().forEach(candidate -> all.addAll(names(candidate.plan())));
    List<Future<Finding>> views = new ArrayList<>();
    boolean led = address.known().isPresent() && !candidates.first().plan().responder().isByHook();
    for (HostName name : led ? all : Set.<HostName>of()) {
      views.add(
          outside.submit(() ->
              asWanted(NameCheck.of(name, address.address(), resolver), wanted.contains(name))));
    }
    Set<Subject> subjects = new LinkedHashSet<>();
    candidates
        .candidates()
        .forEach(candidate -> subjects.addAll(candidate.plan().request().subjects()));
    Preflight.Way way = Preflight.of(candidates.first().plan(), subjects, address);
    findings.addAll(way.findings());
    Lineage.Plan plan = way.plan();
    if (plan.responder().txt().orElse(null) instanceof TxtPlan.Here(Optional<InetAddress> at)) {
      new InboundQueryCheck(at, wanted.iterator().next(), resolver).look().ifPresent(findings::add);
    }
    for (Future<Finding> view : views) {
      findings.add(result(view));
    }
    AuthorityCheck authority = result(asked);
    findings.addAll(authority.findings());
    StateDirectory state = new StateDirectory(invocation.stateDirectory());
    CaaCheck caa =
        new CaaCheck(
            authority.identities(),
            account(state, plan.request()),
            plan.responder().challengeOfNames().id(),
            plan.request().subjects().stream().anyMatch(Subject.Wildcard.class::isInstance),
            resolver);
    for (HostName name : all) {
      findings.add(asWanted(caa.of(name), wanted.contains(name)));
    }
    findings.addAll(books(candidates, state));
    shared(candidates).ifPresent(findings::add);
    if (settings.value(CheckSettings.STAGING_ORDER)) {
      findings.add(proof(plan, invocation, findings));
    }
  }

  private static Set<HostName> names(Lineage.Plan plan) {
    Set<HostName> names = new LinkedHashSet<>();
    for (Subject subject : plan.request().subjects()) {
      if (subject instanceof Subject.Dns dns) {
        names.add(dns.name());
      }
    }
    return names;
  }

  /** A problem with a fallback name is only a warning. */
  private static Finding asWanted(Finding finding, boolean wanted) {
    return wanted ? finding : finding.atMostAWarning();
  }

  /**
   * The findings of our own state: a good certificate that exists already, and the budget; where
   * that refuses the names that are wanted most, of the next that obtain would go on to.
   */
  private static List<Finding> books(Candidates candidates, StateDirectory state) {
    Instant now = Instant.now();
    List<Finding> findings = new ArrayList<>();
    for (Candidates.Candidate candidate : candidates.candidates()) {
      ReusableCertificate.find(state, candidate.plan(), now)
          .ifPresent(lineage ->
              findings.add(
                  Finding.ok(
                      LINEAGE, lineage.name() + " has a good certificate, which obtain keeps")));
    }
    Finding first = BudgetCheck.of(state, candidates.first().plan().request(), now);
    Optional<Finding> next =
        first.level() == Finding.Level.FAIL
            ? candidates.candidates().stream()
                .skip(1)
                .map(candidate ->
                    BudgetCheck.of(state, candidate.plan().request(), now).about(candidate.names()))
                .filter(finding -> finding.level() != Finding.Level.FAIL)
                .findFirst()
            : Optional.empty();
    findings.add(next.isPresent() ? first.atMostAWarning() : first);
    next.ifPresent(findings::add);
    return findings;
  }

  /** The limit that the name wanted most shares with others, as far as it is known. */
  private static Optional<Finding> shared(Candidates candidates) {
    Candidates.Candidate first = candidates.first();
    List<String> next =
        candidates.candidates().stream().skip(1).map(Candidates.Candidate::names).toList();
    return first
        .naming()
        .flatMap(
            naming -> BudgetCheck.shared(first.plan().request().authority(), naming.zone(), next));
  }

  private static Optional<String> account(StateDirectory state, IssuanceRequest request) {
    try {
      return AccountStore.url(state, request.authority(), request.account()).map(URI::toString);
    } catch (AcmeFailureException e) {
      return Optional.empty(); // Damaged; obtain says so.
    }
  }

  /**
   * Lets the CA validate, unless it is known already that it could not. What the packet filter
   * seems to do is no such knowledge: the proof is better.
   */
  private static Finding proof(Lineage.Plan plan, Invocation invocation, List<Finding> findings)
      throws CliFailureException, InterruptedException {
    if (findings.stream()
        .filter(it -> !it.check().equals(LocalChecks.FIREWALL))
        .anyMatch(it -> it.level() == Finding.Level.FAIL)) {
      return Finding.warn(
          "inbound", "no order was placed: it could not succeed", "correct what fails above");
    }
    IssuanceRequest request = plan.request();
    StateDirectory directory = new StateDirectory(invocation.stateDirectory());
    try (StateLock lock = StateLockWait.lock(directory, invocation.console())) {
      new CertificateIssuer()
          .rehearse(
              lock,
              request,
              TermsQuestion.registration(invocation.settings(), invocation.console()),
              TxtRecordOptions.solver(
                  plan,
                  ResponderOptions.solver(plan.responder(), invocation.console(), lock.directory()),
                  invocation.console(),
                  lock.directory()),
              IssuanceProgress.of(invocation.console(), request.authority().rehearsal()));
      return Finding.ok("inbound", "the CA connected and validated; nothing was installed");
    } catch (AcmeFailureException e) {
      return Finding.fail("inbound", ErrorTexts.of(e.failure()));
    }
  }

  private static <T> T result(Future<T> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}

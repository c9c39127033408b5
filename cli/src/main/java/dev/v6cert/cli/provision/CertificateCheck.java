package dev.v6cert.cli.provision;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.account.AccountStore;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.ResponderPlan;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.check.AuthorityCheck;
import dev.v6cert.cli.check.BudgetCheck;
import dev.v6cert.cli.check.CaaCheck;
import dev.v6cert.cli.check.Finding;
import dev.v6cert.cli.check.NameCheck;
import dev.v6cert.cli.dns.InboundQueryCheck;
import dev.v6cert.cli.dns.ServedTxtRecords;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.ErrorTexts;
import dev.v6cert.cli.option.AccountSettings;
import dev.v6cert.cli.option.CheckSettings;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.plan.Candidates;
import dev.v6cert.cli.plan.CertificatePlan;
import dev.v6cert.cli.plan.ChosenAddress;
import dev.v6cert.cli.plan.LineageChoice;
import dev.v6cert.cli.plan.ResponderOptions;
import dev.v6cert.cli.plan.ReusableCertificate;
import dev.v6cert.cli.plan.TxtRecordOptions;
import dev.v6cert.cli.process.LibraryProviders;
import dev.v6cert.cli.reachability.HeldPort;
import dev.v6cert.cli.reachability.MappingJournal;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.ipv6.name.HostName;
import dev.v6cert.ipv6.router.PortRoute;
import java.io.IOException;
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

/** All that can keep the certificate of the settings away, looked at without ordering one. */
public final class CertificateCheck {

  private static final String LINEAGE = "lineage";

  private final Settings settings;
  private final Console console;
  private final StateDirectory directory;
  private final List<Finding> findings = new ArrayList<>();

  /** A check that tells the console what it looks at. */
  public CertificateCheck(Settings settings, Console console) {
    this.settings = settings;
    this.console = console;
    this.directory = new StateDirectory(settings.value(GlobalSettings.STATE_DIR));
  }

  /** Whether the CA is this machine, and no order is to be placed. */
  public boolean isLocal() throws CliFailureException {
    return CertificatePlan.authority(settings).isLocal()
        && !settings.value(CheckSettings.STAGING_ORDER);
  }

  /**
   * Looks, and places the staging order where that is asked for. To be called once.
   *
   * @return the findings, in the order in which they were looked for
   * @throws CliFailureException when the settings contradict each other
   * @throws IOException when the machine's addresses cannot be read
   */
  public List<Finding> look()
      throws AcmeFailureException, CliFailureException, IOException, InterruptedException {
    LibraryProviders.set(settings.value(GlobalSettings.DEBUG));
    if (isLocal()) {
      CertificatePlan.check(settings);
      return LocalPreflight.of(settings, directory, console);
    }
    CertificateAuthority authority = CertificatePlan.remoteAuthority(settings, "validate a name");
    CertificatePlan.check(settings);
    if (settings.value(CheckSettings.STAGING_ORDER)) {
      AccountSettings.check(settings);
    }
    console.steps().begin("looking at this machine, the DNS and the CA");
    Optional<ChosenAddress> address = address();
    ExecutorService outside = Executors.newVirtualThreadPerTaskExecutor();
    try {
      Future<AuthorityCheck> asked =
          outside.submit(() -> AuthorityCheck.of(authority, Clock.systemUTC()));
      if (address.isEmpty()) {
        LocalPreflight.filter(settings).ifPresent(findings::add);
        findings.addAll(result(asked).findings());
      } else {
        Candidates wanted = Candidates.of(settings, authority, address.get());
        look(inLineages(wanted), address.get(), asked, outside);
      }
    } finally {
      // Not close(), which waits: a resolver's silence is not to hold up who presses Ctrl-C.
      List<Runnable> _ = outside.shutdownNow();
    }
    console.steps().pause();
    return findings;
  }

  private Optional<ChosenAddress> address()
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
  private Candidates inLineages(Candidates wanted) {
    try {
      LineageChoice choice = LineageChoice.in(directory, settings);
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

  private void look(
      Candidates candidates,
      ChosenAddress address,
      Future<AuthorityCheck> asked,
      ExecutorService outside)
      throws CliFailureException, IOException, InterruptedException {
    Set<HostName> wanted = names(candidates.first().plan());
    Set<HostName> all = new LinkedHashSet<>(wanted);
    candidates.candidates().forEach(candidate -> all.addAll(names(candidate.plan())));
    List<Future<Finding>> views = views(candidates, address, all, outside);
    Preflight.Way way = way(candidates, address);
    findings.addAll(way.findings());
    Lineage.Plan plan = way.plan();
    queries(plan.responder(), wanted).ifPresent(findings::add);
    for (Future<Finding> view : views) {
      findings.add(result(view));
    }
    AuthorityCheck authority = result(asked);
    findings.addAll(authority.findings());
    CaaCheck caa = caa(plan, authority);
    for (HostName name : all) {
      findings.add(asWanted(caa.of(name), wanted.contains(name)));
    }
    findings.addAll(books(candidates));
    shared(candidates).ifPresent(findings::add);
    if (settings.value(CheckSettings.STAGING_ORDER)) {
      findings.add(StagingProof.find(plan, settings, console, List.copyOf(findings)));
    }
  }

  /** Whether DNS queries get in; empty where none come here, and where the port is taken. */
  private Optional<Finding> queries(ResponderPlan responder, Set<HostName> wanted) {
    Optional<ServedTxtRecords> served = TxtRecordOptions.served(responder);
    if (served.isEmpty()) {
      return Optional.empty();
    }
    InetSocketAddress socket = served.get().socket();
    List<HeldPort> opened = new ArrayList<>();
    try {
      if (responder.openings().router()) {
        responder.inboundToNames().forEach(route -> opened.add(open(route, responder, socket)));
      }
      return new InboundQueryCheck(socket, wanted.iterator().next(), resolver()).look();
    } finally {
      opened.forEach(HeldPort::close);
    }
  }

  private HeldPort open(PortRoute route, ResponderPlan responder, InetSocketAddress socket) {
    return responder.mapped()
        ? HeldPort.map(route, MappingJournal.ofOrder(directory, route.outer()), console)
        : HeldPort.open(socket, route.outer().transport(), console);
  }

  /** Begins to ask the DNS for the names that are to lead here, each on a thread of its own. */
  private List<Future<Finding>> views(
      Candidates candidates, ChosenAddress address, Set<HostName> all, ExecutorService outside) {
    Set<HostName> wanted = names(candidates.first().plan());
    boolean led =
        address.known().isPresent() && !candidates.first().plan().responder().isElsewhere();
    List<Future<Finding>> views = new ArrayList<>();
    for (HostName name : led ? all : Set.<HostName>of()) {
      views.add(
          outside.submit(() ->
              asWanted(
                  NameCheck.of(name, address.addresses(), resolver()), wanted.contains(name))));
    }
    return views;
  }

  private static Preflight.Way way(Candidates candidates, ChosenAddress address)
      throws IOException, InterruptedException {
    Set<Subject> subjects = new LinkedHashSet<>();
    candidates
        .candidates()
        .forEach(candidate -> subjects.addAll(candidate.plan().request().subjects()));
    return Preflight.of(candidates.first().plan(), subjects, address);
  }

  private CaaCheck caa(Lineage.Plan plan, AuthorityCheck authority) {
    return new CaaCheck(
        authority.identities(),
        account(plan.request()),
        plan.responder().challengeOfNames().id(),
        plan.request().subjects().stream().anyMatch(Subject.Wildcard.class::isInstance),
        resolver());
  }

  private Optional<InetSocketAddress> resolver() {
    return settings.find(CheckSettings.RESOLVER);
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
  private List<Finding> books(Candidates candidates) {
    Instant now = Instant.now();
    List<Finding> books = new ArrayList<>();
    for (Candidates.Candidate candidate : candidates.candidates()) {
      ReusableCertificate.find(directory, candidate.plan(), now)
          .ifPresent(lineage ->
              books.add(
                  Finding.ok(
                      LINEAGE, lineage.name() + " has a good certificate, which obtain keeps")));
    }
    Finding first = BudgetCheck.of(directory, candidates.first().plan().request(), now);
    Optional<Finding> next =
        first.level() == Finding.Level.FAIL
            ? candidates.candidates().stream()
                .skip(1)
                .map(candidate ->
                    BudgetCheck.of(directory, candidate.plan().request(), now)
                        .about(candidate.names()))
                .filter(finding -> finding.level() != Finding.Level.FAIL)
                .findFirst()
            : Optional.empty();
    books.add(next.isPresent() ? first.atMostAWarning() : first);
    next.ifPresent(books::add);
    return books;
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

  private Optional<String> account(IssuanceRequest request) {
    try {
      return AccountStore.url(directory, request.authority(), request.account()).map(URI::toString);
    } catch (AcmeFailureException e) {
      return Optional.empty(); // Damaged; obtain says so.
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

package dev.v6cert.cli.provision;

import dev.v6cert.acme.Subject;
import dev.v6cert.acme.hook.HookKind;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.ResponderPlan;
import dev.v6cert.cli.check.Finding;
import dev.v6cert.cli.check.Finding.Level;
import dev.v6cert.cli.check.LocalChecks;
import dev.v6cert.cli.failure.CliFailure;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.option.CertificateSettings;
import dev.v6cert.cli.plan.Candidates;
import dev.v6cert.cli.plan.ChosenAddress;
import dev.v6cert.cli.plan.PrivateAuthority;
import dev.v6cert.cli.plan.TxtRecordOptions;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.firewall.InboundConnection;
import dev.v6cert.ipv6.router.PortRoute;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;

/**
 * The checks before an order: the DNS, and what this machine alone shows of route and packet
 * filter.
 */
public final class Preflight {

  private final Settings settings;
  private final Console console;
  private final ChosenAddress address;
  private final FutureTask<List<Finding>> findings;

  /** Whether the packet filter is passed by another port than the one that was looked at. */
  private boolean passed;

  Preflight(
      Settings settings,
      Console console,
      ChosenAddress address,
      FutureTask<List<Finding>> findings) {
    this.settings = settings;
    this.console = console;
    this.address = address;
    this.findings = findings;
  }

  /**
   * The way from the CA to this machine, as far as this machine alone shows it.
   *
   * @param plan the plan that is likely to succeed: with the other challenge where only that one's
   *     port is open
   */
  public record Way(Lineage.Plan plan, List<Finding> findings) {
    public Way {
      findings = List.copyOf(findings);
    }
  }

  /**
   * The findings of this machine alone on a plan.
   *
   * @param subjects its subjects, and those that are fallen back on
   */
  public static Way of(Lineage.Plan plan, Collection<Subject> subjects, ChosenAddress address)
      throws IOException, InterruptedException {
    List<Finding> findings = new ArrayList<>();
    if (address.known().isPresent() && !plan.responder().inbound(subjects).isEmpty()) {
      for (IpAddress one : address.addresses()) {
        findings.add(LocalChecks.route(one.family()));
      }
    }
    List<Finding> own = doors(plan.responder(), subjects, address);
    if (plan.responder().flexible() && own.stream().anyMatch(Preflight::isInTheWay)) {
      ResponderPlan other = plan.responder().other();
      List<Finding> others = doors(other, subjects, address);
      if (others.stream().noneMatch(Preflight::isInTheWay)) {
        own.stream()
            .filter(Preflight::isInTheWay)
            .map(finding -> finding.atMostAWarning(instead(other)))
            .forEach(findings::add);
        findings.addAll(others);
        return new Way(plan.answering(other), findings);
      }
      // A web server that has both ports hands the CA on from port 80 only.
      others.stream().filter(finding -> !finding.paste().isEmpty()).forEach(own::add);
    }
    findings.addAll(own);
    return new Way(plan, findings);
  }

  private static List<Finding> doors(
      ResponderPlan responder, Collection<Subject> subjects, ChosenAddress address)
      throws InterruptedException {
    List<Subject> here = subjects.stream().filter(one -> !responder.isElsewhere(one)).toList();
    if (here.isEmpty()) {
      return List.of();
    }
    List<Finding> findings = new ArrayList<>();
    findings.add(LocalChecks.port(TxtRecordOptions.solver(responder, here), here));
    if (address.known().isPresent()) {
      for (InboundConnection inbound : inbound(responder, subjects, address)) {
        Finding filter = LocalChecks.firewall(inbound);
        Finding finding =
            isInTheWay(filter) && responder.openings().firewall()
                ? Finding.ok(LocalChecks.FIREWALL, filter.text() + "; --open-firewall lets it in")
                : filter;
        if (!findings.contains(finding)) { // Without a filter, the same holds for each protocol.
          findings.add(finding);
        }
      }
    }
    return findings;
  }

  private static List<InboundConnection> inbound(
      ResponderPlan responder, Collection<Subject> subjects, ChosenAddress address) {
    return responder.inbound(subjects).stream().flatMap(route -> inbound(route, address)).toList();
  }

  private static Stream<InboundConnection> inbound(PortRoute route, ChosenAddress address) {
    return address.all().stream()
        .map(one ->
            new InboundConnection(
                one.address(), route.outer().transport(), route.port(), one.on()));
  }

  private static boolean isInTheWay(Finding finding) {
    return finding.level() == Level.FAIL;
  }

  private static String instead(ResponderPlan other) {
    return "; port %s answers the CA instead (%s)"
        .formatted(Integer.toString(other.challenge().port()), other.challenge().id());
  }

  /**
   * Begins to look for what may keep the CA out, on a thread that keeps no process alive. A port
   * that is in use is left to the issuance, which fails by it before anything is ordered.
   */
  static Preflight begin(
      Lineage.Plan plan, ChosenAddress address, Settings settings, Console console) {
    FutureTask<List<Finding>> findings = new FutureTask<>(() -> findings(address, plan));
    Thread.ofPlatform().daemon().name("preflight").start(findings);
    return new Preflight(settings, console, address, findings);
  }

  private static List<Finding> findings(ChosenAddress address, Lineage.Plan plan)
      throws IOException, InterruptedException {
    List<Finding> findings = new ArrayList<>();
    List<Subject> subjects = plan.request().subjects();
    if (address.known().isPresent() && !plan.responder().inbound(subjects).isEmpty()) {
      for (IpAddress one : address.addresses()) {
        findings.add(LocalChecks.route(one.family()));
      }
      for (InboundConnection inbound : inbound(plan.responder(), subjects, address)) {
        findings.add(LocalChecks.firewall(inbound));
      }
    }
    return findings;
  }

  /** Tells the candidate's name, and checks that the DNS leads its names here. */
  void checkNames(Candidates.Candidate candidate) throws CliFailureException {
    if (candidate.naming().isPresent()) {
      console.steps().done("name " + candidate.naming().get().name());
      candidate.naming().get().note().ifPresent(console.steps()::note);
    }
    if (settings.value(CertificateSettings.NO_DNS_CHECK)) {
      return;
    }
    for (Subject subject : candidate.plan().request().subjects()) {
      if (subject instanceof Subject.Dns dns && !candidate.plan().responder().isElsewhere(dns)) {
        console.steps().begin("asking the DNS for " + dns.name());
        if (address.known().isPresent()) {
          for (IpAddress one : address.addresses()) {
            DnsCheck.check(dns.name(), one);
          }
          console.steps().done("the DNS leads " + dns.name() + " here");
        } else {
          String found = String.join(", ", DnsCheck.addresses(dns.name()));
          console.steps().done("the DNS leads " + dns.name() + " to " + found);
        }
      }
    }
  }

  /** Warns of what was found. */
  void warn() throws InterruptedException {
    for (Finding finding : found()) {
      boolean settled =
          finding.check().equals(LocalChecks.FIREWALL)
              && (passed
                  || settings.value(CertificateSettings.OPEN_FIREWALL)
                  || finding.level() == Level.WARN); // A warning: it may not be read.
      if (finding.level() != Level.OK && !settled) {
        console.warn(finding.text());
        finding.fix().ifPresent(fix -> console.steps().note(fix));
      }
    }
  }

  /**
   * Refuses to order where the packet filter is seen to keep the CA out. Only root sees the filter.
   * A pre hook may open it, and to an address of another machine ours is nothing.
   *
   * @return where to answer: as the plan says, or by the other challenge where that is flexible and
   *     the filter lets only that one's port in
   * @throws CliFailureException as {@link CliFailure.KeptOut}
   */
  ResponderPlan passable(Lineage.Plan plan) throws CliFailureException, InterruptedException {
    ResponderPlan own = plan.responder();
    if (settings.value(CertificateSettings.NO_FIREWALL_CHECK)
        || own.openings().firewall()
        || plan.hooks().find(HookKind.PRE).isPresent()
        || address.on().isEmpty()) {
      return own;
    }
    for (Finding finding : found()) {
      if (finding.check().equals(LocalChecks.FIREWALL)
          && finding.level() == Level.FAIL
          && !PrivateAuthority.is(plan.request().authority())) {
        if (own.flexible() && isOpen(own.other(), plan)) {
          console.steps().done(finding.text() + instead(own.other()));
          passed = true;
          return own.other();
        }
        throw new CliFailureException(
            new CliFailure.KeptOut(finding.text(), finding.fix().orElse("v6cert check")));
      }
    }
    return own;
  }

  private boolean isOpen(ResponderPlan responder, Lineage.Plan plan) throws InterruptedException {
    for (InboundConnection inbound : inbound(responder, plan.request().subjects(), address)) {
      if (LocalChecks.firewall(inbound).level() != Level.OK) {
        return false;
      }
    }
    return true;
  }

  /** A look that fails keeps no certificate back: it is advice, and {@code check} tells why. */
  private List<Finding> found() throws InterruptedException {
    try {
      return findings.get();
    } catch (ExecutionException e) {
      return List.of();
    }
  }
}

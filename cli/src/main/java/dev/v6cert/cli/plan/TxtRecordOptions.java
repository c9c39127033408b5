package dev.v6cert.cli.plan;

import dev.v6cert.acme.Subject;
import dev.v6cert.acme.challenge.ChallengeSolver;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.challenge.SolverBySubject;
import dev.v6cert.acme.challenge.dns.Dns01Solver;
import dev.v6cert.acme.challenge.dns.TxtPlace;
import dev.v6cert.acme.challenge.dns.TxtPlan;
import dev.v6cert.acme.challenge.dns.TxtRecords;
import dev.v6cert.acme.hook.DnsHook;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.ResponderPlan;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.dns.AcmeDnsTxtRecords;
import dev.v6cert.cli.dns.HookTxtRecords;
import dev.v6cert.cli.dns.PersistentRecordSolver;
import dev.v6cert.cli.dns.ServedTxtRecords;
import dev.v6cert.cli.dns.UpdateTxtRecords;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.option.CertificateSettings;
import dev.v6cert.cli.option.HookSettings;
import dev.v6cert.cli.option.NameSettings;
import dev.v6cert.cli.option.RecordSettings;
import dev.v6cert.cli.progress.HookProgress;
import dev.v6cert.cli.reachability.FirewallJournal;
import dev.v6cert.cli.reachability.FirewallSolver;
import dev.v6cert.cli.reachability.MappedPortSolver;
import dev.v6cert.cli.reachability.NextPortSolver;
import dev.v6cert.cli.reachability.PinholeSolver;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.cli.terminal.SocketText;
import dev.v6cert.dns.update.UpdateServer;
import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.name.HostName;
import dev.v6cert.ipv6.router.PortMapping;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;

/** The options that choose where TXT records prove the names, and the {@link TxtPlan} of them. */
public final class TxtRecordOptions {

  private TxtRecordOptions() {}

  /** Whether names are proven by TXT records. */
  static boolean isWanted(Settings settings) {
    return settings.value(CertificateSettings.WILDCARD) || isElsewhere(settings);
  }

  private static boolean isElsewhere(Settings settings) {
    return settings.value(CertificateSettings.CHALLENGE).isByTxt() && !isOfMagicName(settings);
  }

  /** Whether the records are those of a magic name, which its zone leads the authority here for. */
  static boolean isOfMagicName(Settings settings) {
    return settings.value(CertificateSettings.WILDCARD)
        && settings.values(CertificateSettings.DOMAIN).isEmpty()
        && !isByOwner(settings)
        && RecordSettings.typed(settings).isEmpty();
  }

  /** Whether the records stay, and their owner sets them. */
  private static boolean isByOwner(Settings settings) {
    return settings.value(CertificateSettings.CHALLENGE) == ChallengeType.DNS_PERSIST_01;
  }

  /** The challenge for what no TXT record proves. */
  static ChallengeType onPort(Settings settings) {
    ChallengeType challenge = settings.value(CertificateSettings.CHALLENGE);
    return challenge.isByTxt() ? ChallengeType.HTTP_01 : challenge;
  }

  /** The challenge for what a TXT record proves. */
  private static ChallengeType byTxt(Settings settings) {
    ChallengeType challenge = settings.value(CertificateSettings.CHALLENGE);
    return challenge.isByTxt() ? challenge : ChallengeType.DNS_01;
  }

  /** The plan of a new lineage; empty where names are proven on a port. */
  static Optional<TxtPlan> plan(Settings settings, ChosenAddress chosen) {
    if (!isWanted(settings)) {
      return Optional.empty();
    }
    TxtPlace place =
        isElsewhere(settings)
            ? elsewhere(settings)
            : new TxtPlace.Here(
                settings
                    .find(CertificateSettings.HTTP_ADDRESS)
                    .or(() -> chosen.on().map(_ -> chosen.address().toInetAddress())));
    return Optional.of(new TxtPlan(byTxt(settings), place));
  }

  private static TxtPlace elsewhere(Settings settings) {
    if (isByOwner(settings)) {
      return new TxtPlace.ByOwner();
    }
    Duration propagationLimit = settings.value(HookSettings.DNS_LIMIT);
    Setting<?> place = RecordSettings.place(settings).orElseThrow();
    if (place.equals(RecordSettings.RFC2136)) {
      UpdateServer server = settings.find(RecordSettings.RFC2136).orElseThrow();
      return new TxtPlace.Update(
          server.host(),
          server.port(),
          settings.find(RecordSettings.TSIG_KEY).orElseThrow(),
          propagationLimit);
    }
    if (place.equals(RecordSettings.ACME_DNS)) {
      URI server = settings.find(RecordSettings.ACME_DNS).orElseThrow();
      return new TxtPlace.AcmeDns(server, propagationLimit);
    }
    return new TxtPlace.Hook(
        settings.find(HookSettings.DNS_HOOK).orElseThrow(),
        settings.value(HookSettings.HOOK_LIMIT),
        propagationLimit);
  }

  /**
   * Refuses what a wildcard is not for, and ways to answer that prove no name where the DNS does.
   */
  static void check(Settings settings) throws CliFailureException {
    if (isElsewhere(settings)) {
      checkElsewhere(settings);
      return;
    }
    Optional<Setting<?>> typed = RecordSettings.typed(settings);
    if (typed.isPresent()) {
      throw CliFailureException.usage(
          typed.get().flag()
              + " is for --challenge dns-01, and the challenge is "
              + settings.value(CertificateSettings.CHALLENGE).id(),
          "add --challenge dns-01, or leave " + typed.get().flag() + " out");
    }
    if (!isWanted(settings)) {
      return;
    }
    if (!settings.values(CertificateSettings.DOMAIN).isEmpty()) {
      throw CliFailureException.usage(
          "--wildcard alone is for the magic name, whose zone leads the CA's DNS queries here",
          "for your own names add --challenge dns-01 (docs/wildcards.md), or leave one out");
    }
    if (settings.value(NameSettings.ALLOW_UNSAFE_NAME)) {
      throw CliFailureException.usage(
          "--allow-unsafe-name lets a name mean two addresses, and both could prove a wildcard",
          "leave one of them out");
    }
    refuseOtherChallenges(settings);
  }

  /** Refuses ways to answer on a TCP port, beside a wildcard. */
  private static void refuseOtherChallenges(Settings settings) throws CliFailureException {
    for (Setting<?> setting : List.of(CertificateSettings.CHALLENGE, CertificateSettings.WEBROOT)) {
      if (settings.isTyped(setting)
          && !settings.value(CertificateSettings.IP)
          && !(setting.equals(CertificateSettings.CHALLENGE)
              && settings.value(CertificateSettings.CHALLENGE).isByTxt())) {
        throw CliFailureException.usage(
            setting.flag() + " proves no wildcard: DNS-01 alone does",
            "leave it or --wildcard out; with --ip both have a use");
      }
    }
  }

  /** Refuses what TXT records in a zone of one's own are not for. */
  private static void checkElsewhere(Settings settings) throws CliFailureException {
    String challenge = "--challenge " + byTxt(settings).id();
    if (isByOwner(settings)) {
      checkByOwner(settings);
    } else {
      RecordSettings.check(settings);
    }
    if (!isByOwner(settings) && RecordSettings.place(settings).isEmpty()) {
      throw CliFailureException.usage(
          challenge + " needs a place for the TXT record",
          "add --acme-dns, --rfc2136 or --dns-hook; for a magic name use --wildcard instead");
    }
    if (settings.values(CertificateSettings.DOMAIN).isEmpty()
        || CertificatePlan.wantsMagicName(settings)) {
      throw CliFailureException.usage(
          challenge + " is for names of your own: nobody sets records in the magic zone",
          "add --domain NAME, and leave out --zone; for a magic name use --wildcard instead");
    }
    if (settings.value(CertificateSettings.IP)) {
      return; // The address is proven on a port.
    }
    for (Setting<?> setting :
        List.of(
            CertificateSettings.WEBROOT,
            CertificateSettings.HTTP_PORT,
            CertificateSettings.HTTP_ADDRESS,
            CertificateSettings.OPEN_PORT,
            CertificateSettings.OPEN_FIREWALL)) {
      if (settings.isTyped(setting)) {
        throw CliFailureException.usage(
            setting.flag() + " is of no use with " + challenge + ": no port is needed",
            "leave one of them out");
      }
    }
  }

  private static void checkByOwner(Settings settings) throws CliFailureException {
    if (!settings.isTyped(CertificateSettings.CHALLENGE)) {
      throw CliFailureException.usage(
          "dns-persist-01 is experimental, and is taken from no file and no variable",
          "type --challenge dns-persist-01");
    }
    Optional<Setting<?>> typed = RecordSettings.typed(settings);
    if (typed.isPresent()) {
      throw CliFailureException.usage(
          typed.get().flag() + " is of no use with --challenge dns-persist-01: you set the record",
          "leave one of them out");
    }
  }

  /** The place where the subjects are proven, in words. */
  static String where(ResponderPlan plan, Collection<Subject> subjects) {
    Set<String> places = new LinkedHashSet<>();
    for (Subject subject : subjects) {
      places.add(
          plan.isByTxt(subject)
              ? where(plan.txt().orElseThrow(), plan.dnsPort())
              : ResponderOptions.where(plan));
    }
    return String.join(", ", places);
  }

  private static String where(TxtPlan txt, int port) {
    return where(txt.place(), port) + " (" + txt.challenge().id() + ")";
  }

  private static String where(TxtPlace place, int port) {
    return switch (place) {
      case TxtPlace.Here(Optional<InetAddress> address) ->
          "on "
              + address
                  .map(literal -> SocketText.of(new InetSocketAddress(literal, port)))
                  .orElse("port " + port);
      case TxtPlace.Hook(String command, _, _) -> "by TXT records of " + command;
      case TxtPlace.Update update ->
          "by TXT records at " + new UpdateServer(update.host(), update.port());
      case TxtPlace.AcmeDns(URI server, _) -> "by TXT records at " + server.getHost();
      case TxtPlace.ByOwner() -> "by a TXT record that stays";
    };
  }

  /**
   * A solver for all subjects of the plan.
   *
   * @param onPort what answers for those that no TXT record proves
   * @param console where it is told how a hook fares
   * @param state the state directory, with a file for its output
   */
  public static ChallengeSolver solver(
      Lineage.Plan plan, ChallengeSolver onPort, Console console, StateDirectory state) {
    List<Subject> subjects = plan.request().subjects();
    return solver(
        plan.responder(),
        subjects,
        onPort,
        txt ->
            switch (txt.place()) {
              case TxtPlace.Here(Optional<InetAddress> address) ->
                  filtered(
                      plan.responder(),
                      reached(
                          plan.responder(),
                          address,
                          port -> published(txt, subjects, served(plan.responder(), address, port)),
                          console,
                          state),
                      console,
                      state);
              case TxtPlace.Hook by ->
                  published(
                      txt,
                      subjects,
                      new HookTxtRecords(
                          hook(by, subjects, state), by.propagationLimit(), console));
              case TxtPlace.Update update ->
                  published(txt, subjects, new UpdateTxtRecords(update, console));
              case TxtPlace.AcmeDns acmeDns ->
                  published(
                      txt, subjects, new AcmeDnsTxtRecords(acmeDns, state.acmeDns(), console));
              case TxtPlace.ByOwner() -> PersistentRecordSolver.of(subjects, console);
            });
  }

  private static DnsHook hook(TxtPlace.Hook by, List<Subject> subjects, StateDirectory state) {
    List<String> domains = domains(subjects).stream().map(HostName::text).toList();
    return new DnsHook(by.command(), by.limit(), domains, HookProgress.SECRETS, state.hookOutput());
  }

  /** A solver for subjects that are proven by this machine alone, without any opening. */
  public static ChallengeSolver solver(ResponderPlan plan, Collection<Subject> subjects) {
    return solver(
        plan,
        subjects,
        onPort(plan, plan.port(), plan::solverOn),
        txt -> {
          if (txt.place() instanceof TxtPlace.Here(Optional<InetAddress> address)) {
            return onPort(
                plan,
                plan.dnsPort(),
                port -> published(txt, subjects, served(plan, address, port)));
          }
          throw new IllegalStateException(txt + " is for orders only");
        });
  }

  /** A solver on the port, or on one of the next where the router leads its own to any. */
  private static ChallengeSolver onPort(
      ResponderPlan plan, int port, IntFunction<ChallengeSolver> solvers) {
    return plan.mapped() ? new NextPortSolver(solvers, port) : solvers.apply(port);
  }

  /** The records that this machine answers for; empty where another one does. */
  public static Optional<ServedTxtRecords> served(ResponderPlan plan) {
    return plan.txt().map(TxtPlan::place).orElse(null)
            instanceof TxtPlace.Here(Optional<InetAddress> address)
        ? Optional.of(served(plan, address, plan.dnsPort()))
        : Optional.empty();
  }

  /** Behind NAT they are served on the address that the router leads its ports to. */
  private static ServedTxtRecords served(
      ResponderPlan plan, Optional<InetAddress> address, int port) {
    return new ServedTxtRecords(
        plan.mapped() && address.isEmpty() ? towardsRouter() : address, port);
  }

  private static Optional<InetAddress> towardsRouter() {
    try {
      return PortMapping.target().map(Ipv4Address::toInetAddress);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** A solver for queries, let in by the router where that is asked for. */
  private static ChallengeSolver reached(
      ResponderPlan plan,
      Optional<InetAddress> address,
      IntFunction<ChallengeSolver> solvers,
      Console console,
      StateDirectory state) {
    if (plan.mapped()) {
      return new MappedPortSolver(solvers, plan.dnsPort(), state, console);
    }
    ChallengeSolver solver = solvers.apply(plan.dnsPort());
    return plan.openings().router() ? new PinholeSolver(solver, address, console) : solver;
  }

  /** The solver, let in by this machine's packet filter where that is asked for. */
  private static ChallengeSolver filtered(
      ResponderPlan plan, ChallengeSolver solver, Console console, StateDirectory state) {
    return plan.openings().firewall()
        ? new FirewallSolver(solver, plan.mapped(), FirewallJournal.ofQueries(state), console)
        : solver;
  }

  private static ChallengeSolver published(
      TxtPlan txt, Collection<Subject> subjects, TxtRecords records) {
    return new Dns01Solver(txt.challenge(), domains(subjects), records);
  }

  private static ChallengeSolver solver(
      ResponderPlan plan,
      Collection<Subject> subjects,
      ChallengeSolver onPort,
      Function<TxtPlan, ChallengeSolver> byTxt) {
    if (subjects.stream().noneMatch(plan::isByTxt)) {
      return onPort;
    }
    ChallengeSolver names = byTxt.apply(plan.txt().orElseThrow());
    return subjects.stream().allMatch(plan::isByTxt) ? names : new SolverBySubject(names, onPort);
  }

  /** The names that records prove, each once: a wildcard has that of the name. */
  private static Set<HostName> domains(Collection<Subject> subjects) {
    Set<HostName> domains = new LinkedHashSet<>();
    for (Subject subject : subjects) {
      switch (subject) {
        case Subject.Dns dns -> domains.add(dns.name());
        case Subject.Wildcard any -> domains.add(any.base());
        case Subject.Ip _ -> {} // Proven on a port.
      }
    }
    return domains;
  }
}

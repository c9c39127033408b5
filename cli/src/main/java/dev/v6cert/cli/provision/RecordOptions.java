package dev.v6cert.cli.provision;

import dev.v6cert.acme.Subject;
import dev.v6cert.acme.challenge.ChallengeSolver;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.challenge.Dns01Solver;
import dev.v6cert.acme.challenge.SolverBySubject;
import dev.v6cert.acme.challenge.TxtPlan;
import dev.v6cert.acme.challenge.TxtRecords;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.ResponderPlan;
import dev.v6cert.cli.dns.RecordsHere;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.option.CertificateSettings;
import dev.v6cert.cli.option.NameSettings;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.SocketText;
import dev.v6cert.ipv6.name.HostName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The options that choose where TXT records prove the names, and the {@link TxtPlan} of them. */
public final class RecordOptions {

  private RecordOptions() {}

  /** Whether names are proven by TXT records. */
  static boolean isWanted(Settings settings) {
    return settings.value(CertificateSettings.WILDCARD);
  }

  /** The plan of a new lineage; empty where names are proven on a port. */
  static Optional<TxtPlan> plan(Settings settings, ChosenAddress chosen) {
    return isWanted(settings)
        ? Optional.of(
            new TxtPlan.Here(
                settings
                    .find(CertificateSettings.HTTP_ADDRESS)
                    .or(() -> chosen.on().map(_ -> chosen.address().toInetAddress()))))
        : Optional.empty();
  }

  /**
   * Refuses what a wildcard is not for, and ways to answer that prove no name where the DNS does.
   */
  static void check(Settings settings) throws CliFailureException {
    if (!isWanted(settings)) {
      return;
    }
    if (!settings.values(CertificateSettings.DOMAIN).isEmpty()) {
      throw CliFailureException.usage(
          "--wildcard is for the magic name, whose zone leads the CA's DNS queries here",
          "leave out --domain, or --wildcard");
    }
    if (settings.value(NameSettings.ALLOW_UNSAFE_NAME)) {
      throw CliFailureException.usage(
          "--allow-unsafe-name lets a name mean two addresses, and both could prove a wildcard",
          "leave one of them out");
    }
    for (Setting<?> setting :
        List.of(CertificateSettings.OPEN_PORT, CertificateSettings.OPEN_FIREWALL)) {
      if (settings.isSet(setting)) {
        throw CliFailureException.usage(
            setting.flag() + " opens a TCP port, and --wildcard needs port 53 of UDP, too",
            "leave it out, and open UDP and TCP port 53 by hand; v6cert check --wildcard tries");
      }
    }
    for (Setting<?> setting : List.of(CertificateSettings.CHALLENGE, CertificateSettings.WEBROOT)) {
      if (settings.isTyped(setting) && !settings.value(CertificateSettings.IP)) {
        throw CliFailureException.usage(
            setting.flag() + " proves no wildcard: DNS-01 alone does",
            "leave it or --wildcard out; with --ip both have a use");
      }
    }
  }

  /** The place where the subjects are proven, in words. */
  static String where(ResponderPlan plan, Collection<Subject> subjects) {
    Set<String> places = new LinkedHashSet<>();
    for (Subject subject : subjects) {
      places.add(
          plan.isByTxt(subject) ? where(plan.txt().orElseThrow()) : ResponderOptions.where(plan));
    }
    return String.join(", ", places);
  }

  private static String where(TxtPlan txt) {
    return switch (txt) {
      case TxtPlan.Here(Optional<InetAddress> address) ->
          "on "
              + address
                  .map(literal ->
                      SocketText.of(new InetSocketAddress(literal, ChallengeType.DNS_01.port())))
                  .orElse("port " + ChallengeType.DNS_01.port())
              + " (dns-01)";
    };
  }

  /**
   * A solver for all subjects of the plan.
   *
   * @param onPort what answers for those that no TXT record proves
   */
  public static ChallengeSolver solver(Lineage.Plan plan, ChallengeSolver onPort) {
    return solver(plan.responder(), plan.request().subjects(), onPort);
  }

  /** A solver for the subjects. */
  static ChallengeSolver solver(
      ResponderPlan plan, Collection<Subject> subjects, ChallengeSolver onPort) {
    if (subjects.stream().noneMatch(plan::isByTxt)) {
      return onPort;
    }
    ChallengeSolver names = new Dns01Solver(records(plan.txt().orElseThrow(), subjects));
    return subjects.stream().allMatch(plan::isByTxt) ? names : new SolverBySubject(names, onPort);
  }

  private static TxtRecords records(TxtPlan plan, Collection<Subject> subjects) {
    Set<HostName> zones = new LinkedHashSet<>();
    for (Subject subject : subjects) {
      switch (subject) {
        case Subject.Dns dns -> zones.add(Dns01Solver.recordOf(dns.name()));
        case Subject.Wildcard any -> zones.add(Dns01Solver.recordOf(any.base()));
        case Subject.Ip _ -> {} // Proven another way.
      }
    }
    return switch (plan) {
      case TxtPlan.Here(Optional<InetAddress> address) -> new RecordsHere(address, zones);
    };
  }
}

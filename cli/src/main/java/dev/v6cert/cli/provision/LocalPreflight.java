package dev.v6cert.cli.provision;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.check.Finding;
import dev.v6cert.cli.check.RebindingFilter;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.ErrorTexts;
import dev.v6cert.cli.plan.CertificatePlan;
import dev.v6cert.cli.plan.ChosenName;
import dev.v6cert.cli.plan.LocalCertificatePlan;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.ipv6.InterfaceAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The checks of a certificate by this machine's own authority; they make and sign nothing. */
public final class LocalPreflight {

  private static final String NAMES = "names";

  private LocalPreflight() {}

  /**
   * Whether the authority signs the names of the settings, and whether the network knows them.
   *
   * @throws CliFailureException when the settings contradict each other
   * @throws IOException when the machine's addresses cannot be read
   */
  public static List<Finding> of(Settings settings, StateDirectory directory, Console console)
      throws CliFailureException, IOException, InterruptedException {
    LocalCertificatePlan.refuseOpenFilter(settings);
    List<Finding> findings = new ArrayList<>();
    try {
      List<Subject> subjects =
          LocalCertificatePlan.of(settings, directory, console).plan().request().subjects();
      String names = subjects.stream().map(Subject::value).collect(Collectors.joining(", "));
      findings.add(Finding.ok(NAMES, "the CA of this machine signs " + names));
      RebindingFilter.look(subjects).ifPresent(findings::add);
    } catch (AcmeFailureException e) {
      findings.add(Finding.fail(NAMES, ErrorTexts.of(e.failure())));
    }
    return findings;
  }

  /**
   * The filter that stands in the way of the name of this machine in its local network, where it
   * has no public one.
   */
  public static Optional<Finding> filter(Settings settings)
      throws IOException, InterruptedException {
    Optional<InterfaceAddress> lan =
        CertificatePlan.wantsMagicName(settings)
            ? LocalCertificatePlan.lanAddress(settings)
            : Optional.empty();
    if (lan.isEmpty()) {
      return Optional.empty();
    }
    try {
      Subject name = new Subject.Dns(ChosenName.of(lan.get().address(), settings).name());
      return RebindingFilter.look(List.of(name)).filter(it -> it.level() != Finding.Level.OK);
    } catch (CliFailureException e) {
      return Optional.empty(); // No name that could be used, and so none that is filtered.
    }
  }
}

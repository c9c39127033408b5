package dev.v6cert.cli.command;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.lineage.CertificateStore;
import dev.v6cert.acme.renew.LineageHealth;
import dev.v6cert.acme.renew.LineageHealth.State;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.failure.CliFailure;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.option.CertificateSettings;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.plan.KnownLineages;
import dev.v6cert.cli.provision.AddressFollower;
import dev.v6cert.cli.report.HealthText;
import dev.v6cert.cli.report.RootStateHint;
import dev.v6cert.cli.schedule.RenewalSchedule;
import dev.v6cert.cli.setting.CommandName;
import dev.v6cert.cli.setting.CommandSpec;
import dev.v6cert.cli.terminal.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** {@code v6cert status}: one line for monitoring. */
public final class StatusCommand implements Command {

  @Override
  public CommandSpec description() {
    return new CommandSpec(
        CommandName.STATUS,
        List.of(
            "Exit code 0: healthy. 20: renewing late, as no timer runs v6cert renew. 21: the last"
                + " renewal failed, or the certificate could not be deployed, or its name does not"
                + " lead to this machine any more. 22: expiring. 23: expired. 24: unscheduled, as"
                + " nothing renews it. 78: the state is damaged, or there is no certificate. It"
                + " reads a few small files, and asks nobody but the router, and that only of a"
                + " name that leads to it; and the name servers of the zone, where --ask-outside"
                + " was typed for the name."),
        Optional.empty(),
        List.of(
            CertificateSettings.LINEAGE.help("only this lineage, by its name in v6cert list"),
            GlobalSettings.JSON),
        List.of(
            new CommandSpec.Example("status", "the worst of all certificates"),
            new CommandSpec.Example("status --lineage web --json", "one of them, for a program")));
  }

  @Override
  public ExitStatus run(Invocation invocation)
      throws AcmeFailureException, CliFailureException, InterruptedException {
    Instant now = Instant.now();
    List<LineageHealth> all = new ArrayList<>(health(invocation, now));
    if (all.isEmpty()) {
      throw new CliFailureException(
          new CliFailure.NoCertificates(
              invocation.stateDirectory(),
              RootStateHint.ofRoot(invocation.environment(), invocation.stateDirectory())));
    }
    RenewalSchedule schedule = RenewalSchedule.of(invocation.environment(), invocation.settings());
    AddressFollower addresses = new AddressFollower();
    all.replaceAll(health -> today(health, schedule, addresses));
    all.sort(Comparator.comparing(LineageHealth::state).reversed());
    LineageHealth worst = all.getFirst();
    if (invocation.json()) {
      invocation
          .console()
          .result(
              JsonObject.report()
                  .put("state", HealthText.word(worst.state()))
                  .put("line", HealthText.line(all, schedule, now))
                  .put("scheduled", schedule.runs())
                  .putObjects("lineages", all.stream().map(HealthText::json).toList()));
    } else {
      invocation.console().result(HealthText.line(all, schedule, now));
    }
    return exit(worst.state());
  }

  private static List<LineageHealth> health(Invocation invocation, Instant now)
      throws AcmeFailureException, CliFailureException {
    var only = invocation.settings().find(CertificateSettings.LINEAGE);
    if (only.isPresent()) {
      KnownLineages known = KnownLineages.in(invocation.stateDirectory());
      return List.of(LineageHealth.of(known.find(only.get().text()), now));
    }
    return new CertificateStore(new StateDirectory(invocation.stateDirectory()))
        .lineages().stream().map(stored -> LineageHealth.of(stored, now)).toList();
  }

  /** The health with what the machine of today adds to what is stored. */
  private static LineageHealth today(
      LineageHealth health, RenewalSchedule schedule, AddressFollower addresses) {
    if (health instanceof LineageHealth.Known known
        && known.state().compareTo(State.FAILING) < 0
        && addresses.isGone(known.lineage())) {
      return new LineageHealth.Known(known.lineage(), State.FAILING, Optional.empty());
    }
    return health instanceof LineageHealth.Known known
            && known.state() == State.HEALTHY
            && !schedule.runs()
        ? new LineageHealth.Known(known.lineage(), State.UNSCHEDULED, Optional.empty())
        : health;
  }

  private static ExitStatus exit(State state) {
    return switch (state) {
      case HEALTHY -> ExitStatus.DONE;
      case UNSCHEDULED -> ExitStatus.UNSCHEDULED;
      case LATE -> ExitStatus.LATE;
      case FAILING -> ExitStatus.FAILING;
      case EXPIRING -> ExitStatus.EXPIRING;
      case EXPIRED -> ExitStatus.EXPIRED;
      case DAMAGED -> ExitStatus.CONFIGURATION;
    };
  }
}

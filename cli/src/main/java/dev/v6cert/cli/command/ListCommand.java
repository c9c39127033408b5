package dev.v6cert.cli.command;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.lineage.CertificateStore;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.StoredLineage;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.failure.ErrorTexts;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.report.LineageReport;
import dev.v6cert.cli.report.LineageTable;
import dev.v6cert.cli.report.RootStateHint;
import dev.v6cert.cli.schedule.RenewalSchedule;
import dev.v6cert.cli.setting.CommandName;
import dev.v6cert.cli.setting.CommandSpec;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.cli.terminal.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** {@code v6cert list}: every lineage, a line each. */
public final class ListCommand implements Command {

  @Override
  public CommandSpec description() {
    return new CommandSpec(
        CommandName.LIST,
        List.of("Exit code 78 says that the state of one of them is damaged."),
        Optional.empty(),
        List.of(GlobalSettings.JSON),
        List.of(
            new CommandSpec.Example("list", "every certificate, a line each"),
            new CommandSpec.Example("list --json", "everything about them, for a program")));
  }

  @Override
  public ExitStatus run(Invocation invocation) throws AcmeFailureException, InterruptedException {
    List<StoredLineage> lineages =
        new CertificateStore(new StateDirectory(invocation.stateDirectory())).lineages();
    Instant now = Instant.now();
    if (invocation.json()) {
      RenewalSchedule schedule =
          RenewalSchedule.of(invocation.environment(), invocation.settings());
      invocation.console().result(json(lineages, now).put("scheduled", schedule.runs()));
    } else if (lineages.isEmpty()) {
      invocation
          .console()
          .note(
              "no certificates in "
                  + invocation.stateDirectory()
                  + RootStateHint.ofRoot(invocation.environment(), invocation.stateDirectory())
                      .map(where -> "; " + where + ": sudo v6cert list")
                      .orElse(""));
    } else {
      new LineageTable(lineages, now)
          .lines(
              invocation.console().columns(), invocation.console().palette().unicode() ? "…" : "..")
          .forEach(invocation.console()::result);
      tellSchedule(
          RenewalSchedule.of(invocation.environment(), invocation.settings()),
          invocation.console());
    }
    return damaged(lineages, invocation.console());
  }

  private static void tellSchedule(RenewalSchedule schedule, Console console) {
    Optional<String> fault = schedule.fault("these certificates");
    if (fault.isPresent()) {
      console.warn(fault.get());
    } else {
      console.note("renewed " + schedule.how().orElseThrow());
    }
  }

  private static JsonObject json(List<StoredLineage> lineages, Instant now) {
    return JsonObject.report()
        .putObjects(
            "lineages",
            lineages.stream()
                .map(stored ->
                    switch (stored) {
                      case StoredLineage.Loaded(Lineage lineage) ->
                          LineageReport.json(lineage, now);
                      case StoredLineage.Damaged damaged ->
                          JsonObject.empty()
                              .put("lineage", damaged.name().text())
                              .put("damage", ErrorTexts.line(damaged.failure()));
                    })
                .toList());
  }

  private static ExitStatus damaged(List<StoredLineage> lineages, Console console) {
    ExitStatus status = ExitStatus.DONE;
    for (StoredLineage stored : lineages) {
      if (stored instanceof StoredLineage.Damaged damaged) {
        console.error(ErrorTexts.of(damaged.failure()).lines());
        status = ExitStatus.CONFIGURATION;
      }
    }
    return status;
  }
}

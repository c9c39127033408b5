package dev.v6cert.cli.command;

import dev.v6cert.acme.AccountName;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.lineage.Generation;
import dev.v6cert.acme.lineage.HookRecord;
import dev.v6cert.acme.lineage.HookRecords;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.RenewalAdvice;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.ErrorText;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.plan.KnownLineages;
import dev.v6cert.cli.report.HookHistory;
import dev.v6cert.cli.report.LineageReport;
import dev.v6cert.cli.setting.CommandName;
import dev.v6cert.cli.setting.CommandSpec;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.cli.terminal.JsonObject;
import dev.v6cert.cli.terminal.Table;
import dev.v6cert.cli.terminal.TimeText;
import dev.v6cert.ipv6.IpAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code v6cert show}: all about one lineage. */
public final class ShowCommand implements Command {

  @Override
  public CommandSpec description() {
    return new CommandSpec(
        CommandName.SHOW,
        List.of(),
        Optional.of(CommandSpec.Argument.lineage(true)),
        List.of(GlobalSettings.JSON),
        List.of(
            new CommandSpec.Example(
                "show 2800-3f0-4001-810-0-0-0-200e.sslip.io", "one certificate and its files"),
            new CommandSpec.Example("show NAME --json", "the same for a program")));
  }

  @Override
  public ExitStatus run(Invocation invocation) throws AcmeFailureException, CliFailureException {
    String typed = invocation.argument().orElseThrow();
    Lineage lineage = KnownLineages.in(invocation.stateDirectory()).sound(typed);
    HookRecord record =
        new HookRecords(new StateDirectory(invocation.stateDirectory())).find(lineage.name());
    Instant now = Instant.now();
    if (invocation.json()) {
      invocation
          .console()
          .result(
              JsonObject.report()
                  .put(
                      "lineage",
                      LineageReport.json(lineage, now)
                          .putObjects("hooks", HookHistory.json(record))));
    } else {
      print(lineage, record, now, invocation.console());
    }
    return ExitStatus.DONE;
  }

  private static void print(Lineage lineage, HookRecord record, Instant now, Console console) {
    LineageName name = lineage.name();
    Table table = new Table();
    table.add(List.of("lineage", name.text()));
    for (String one : LineageReport.names(lineage)) {
      table.add(List.of("name", one));
    }
    table.add(List.of("ca", lineage.plan().request().authority().id()));
    AccountName account = lineage.plan().request().account();
    if (!account.equals(AccountName.DEFAULT)) {
      table.add(List.of("account", account.text()));
    }
    table.add(List.of("key type", LineageReport.key(lineage)));
    lineage.plan().request().profile().ifPresent(profile -> table.add(List.of("profile", profile)));
    Optional<Generation> generation = lineage.generation();
    generation.ifPresent(it -> {
      table.add(List.of("serial", it.serial()));
      table.add(List.of("issuer", ErrorText.oneLine(it.issuer())));
    });
    table.add(List.of("expires", LineageReport.expiry(lineage, now)));
    addRenewal(table, lineage, now);
    HookHistory.rows(lineage, record, now).forEach(table::add);
    lineage.renewalState().lastError().ifPresent(error -> table.add(List.of("last error", error)));
    if (generation.isPresent()) {
      table.add(List.of("certificate", lineage.fullChain().toString()));
      table.add(List.of("key", lineage.privateKey().toString()));
    }
    table.lines().forEach(console::result);
  }

  private static void addRenewal(Table table, Lineage lineage, Instant now) {
    lineage
        .generation()
        .flatMap(Generation::revokedAt)
        .ifPresent(when -> table.add(List.of("revoked", TimeText.of(when))));
    table.add(List.of("renewal", LineageReport.renewal(lineage, now)));
    lineage
        .advice()
        .flatMap(RenewalAdvice::window)
        .flatMap(RenewalAdvice.Window::explanation)
        .ifPresent(page -> table.add(List.of("the CA's reason", page.toString())));
    lineage
        .plan()
        .follows()
        .ifPresent(plan ->
            table.add(
                List.of(
                    "follows",
                    "the machine's address, now "
                        + plan.addresses().stream()
                            .map(IpAddress::toString)
                            .collect(Collectors.joining(" and ")))));
    lineage.plan().verify().ifPresent(server -> table.add(List.of("verify", server.toString())));
  }
}

package dev.v6cert.cli.report;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.renew.RenewalOutcome;
import dev.v6cert.cli.failure.ErrorText;
import dev.v6cert.cli.failure.ErrorTexts;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.cli.terminal.JsonObject;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The result of a renewal run: a line for each lineage, or JSON, and an exit status. */
public final class RenewalReport {

  private final Console console;
  private final Path stateDirectory;
  private final Instant now = Instant.now();
  private final List<JsonObject> objects = new ArrayList<>();
  private ExitStatus status = ExitStatus.DONE;

  public RenewalReport(Console console, Path stateDirectory) {
    this.console = console;
    this.stateDirectory = stateDirectory;
  }

  /** Another run is renewing: that is all that this one could want. */
  public ExitStatus busy(String line) {
    console.note(line + "; nothing to do here");
    if (console.json()) {
      console.result(JsonObject.report().put("busy", true).putObjects("lineages", List.of()));
    }
    return status;
  }

  /** The stable name leads here now, and did not before. */
  public void announced(String text) {
    say(text);
  }

  public ExitStatus of(List<RenewalOutcome> outcomes) {
    if (outcomes.isEmpty()) {
      console.note("no certificates in " + stateDirectory);
    }
    outcomes.forEach(this::add);
    if (console.json()) {
      console.result(JsonObject.report().put("busy", false).putObjects("lineages", objects));
    }
    return status;
  }

  private void add(RenewalOutcome outcome) {
    if (outcome instanceof RenewalOutcome.Kept kept) {
      // What nearly every run comes to, before the first switch over types, which is costly.
      kept(kept);
      hookOutcomes(outcome);
      return;
    }
    switch (outcome) {
      case RenewalOutcome.Kept kept -> kept(kept);
      case RenewalOutcome.Renewed renewed -> {
        say(
            renewed.name()
                + " renewed"
                + moved(renewed)
                + ", expires "
                + LineageReport.expiry(renewed.lineage(), now));
        add("renewed", renewed.lineage());
      }
      case RenewalOutcome.Rehearsed rehearsed -> {
        say(rehearsed.name() + " would be renewed; nothing was installed");
        objects.add(object(rehearsed.name().text(), "rehearsed"));
      }
      case RenewalOutcome.Deferred deferred -> deferred(deferred);
      case RenewalOutcome.Failed failed -> failed(failed);
      case RenewalOutcome.Settled settled -> objects.add(object(settled.name().text(), "settled"));
    }
    hookOutcomes(outcome);
  }

  /** The new names and the old ones, where the machine's address has changed. */
  private static String moved(RenewalOutcome.Renewed renewed) {
    List<String> before = LineageReport.names(renewed.replaced());
    List<String> now = LineageReport.names(renewed.lineage());
    return now.equals(before)
        ? ""
        : " for " + String.join(" ", now) + " in place of " + String.join(" ", before);
  }

  private void hookOutcomes(RenewalOutcome outcome) {
    for (AcmeFailure failure : outcome.hookOutcomes().failures()) {
      failed(ErrorTexts.of(failure));
    }
  }

  private void deferred(RenewalOutcome.Deferred deferred) {
    add("deferred", deferred.lineage());
    failed(
        new ErrorText(
            deferred.name()
                + " is due, but not tried before "
                + LineageReport.when(deferred.until(), now),
            deferred.lastError(),
            "v6cert renew --force tries at once",
            ExitStatus.TEMPORARY));
  }

  private void failed(RenewalOutcome.Failed failed) {
    ErrorText error = ErrorTexts.of(failed.failure());
    objects.add(
        object(failed.name().text(), "failed").put("error", ErrorTexts.line(failed.failure())));
    failed(
        new ErrorText(
            failed.name() + ": " + error.what(), error.why(), error.next(), error.status()));
  }

  private void kept(RenewalOutcome.Kept kept) {
    // No result but the lack of one: a timer that runs this quietly is to stay silent.
    console.note(kept.name() + " is not due before " + LineageReport.when(kept.next(), now));
    add("kept", kept.lineage());
  }

  private void say(String line) {
    if (!console.json()) {
      console.result(line);
    }
  }

  private void add(String outcome, Lineage lineage) {
    if (console.json()) {
      objects.add(
          object(lineage.name().text(), outcome).put("details", LineageReport.json(lineage, now)));
    }
  }

  private static JsonObject object(String name, String outcome) {
    return JsonObject.empty().put("lineage", name).put("outcome", outcome);
  }

  /** Tells an error, whose exit status is that of the run unless there was one before. */
  public void failed(ErrorText error) {
    console.error(error.lines());
    if (status == ExitStatus.DONE) {
      status = error.status();
    }
  }
}

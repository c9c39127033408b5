package dev.v6cert.cli.report;

import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.cli.terminal.JsonObject;
import dev.v6cert.cli.terminal.Table;
import dev.v6cert.cli.truststore.StoreResult;
import dev.v6cert.cli.truststore.StoreResult.Verdict;
import dev.v6cert.cli.truststore.StoreSearch;
import dev.v6cert.cli.truststore.TrustChange;
import dev.v6cert.cli.truststore.TrustChange.Action;
import dev.v6cert.cli.truststore.TrustedRoot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A root in the trust stores, as lines or JSON.
 *
 * @param change what was to be done
 * @param results of each store
 */
public record TrustReport(TrustChange change, List<StoreResult> results) {

  /** Copies the list. */
  public TrustReport {
    results = List.copyOf(results);
  }

  /**
   * The end of a change: done where a store was changed or had nothing to change, even if others
   * wait for a command by hand.
   */
  public ExitStatus status() {
    boolean good = false;
    boolean waits = false;
    for (StoreResult result : results) {
      switch (result.verdict()) {
        case Verdict.Failed _ -> {
          return ExitStatus.CONFIGURATION;
        }
        case Verdict.Done _, Verdict.Nothing _ -> good = true;
        case Verdict.ByHand _ -> waits = true;
        case Verdict.Due _ -> waits = true;
      }
    }
    return good || !waits ? ExitStatus.DONE : ExitStatus.NOT_PERMITTED;
  }

  /** Prints the reports, each of another root. */
  public static void print(List<TrustReport> reports, Console console) {
    if (console.json()) {
      console.result(
          JsonObject.report()
              .putObjects("roots", reports.stream().map(TrustReport::json).toList()));
      return;
    }
    for (TrustReport report : reports) {
      report.lines(console);
    }
  }

  private JsonObject json() {
    List<JsonObject> stores = new ArrayList<>();
    for (StoreResult result : results) {
      JsonObject store =
          JsonObject.empty()
              .put("readers", result.store().readers())
              .put("place", result.store().place())
              .put("state", state(result.verdict()));
      switch (result.verdict()) {
        case Verdict.ByHand hand -> store.put("why", hand.why()).put("command", hand.command());
        case Verdict.Failed failed -> store.put("why", failed.why());
        case Verdict.Due due -> store.put("change", due.change());
        case Verdict.Done _, Verdict.Nothing _ -> {}
      }
      stores.add(store);
    }
    return JsonObject.empty()
        .put("id", change.root().id())
        .put("name", change.root().name())
        .putObjects("stores", stores);
  }

  private void lines(Console console) {
    Table table = new Table();
    for (StoreResult result : results) {
      table.add(List.of(result.store().readers(), state(result.verdict()), detail(result)));
    }
    table.lines().forEach(console::result);
    if (results.isEmpty()) {
      console.note("no trust store was found on this machine");
    }
    List<String> commands = commands();
    if (!commands.isEmpty()) {
      console.note("by hand:");
      commands.forEach(command -> console.note("  " + command));
    }
  }

  private static String detail(StoreResult result) {
    return switch (result.verdict()) {
      case Verdict.ByHand hand -> hand.why();
      case Verdict.Failed failed -> failed.why();
      case Verdict.Due _, Verdict.Done _, Verdict.Nothing _ -> result.store().place();
    };
  }

  private List<String> commands() {
    return results.stream()
        .map(StoreResult::verdict)
        .filter(Verdict.ByHand.class::isInstance)
        .map(verdict -> ((Verdict.ByHand) verdict).command())
        .filter(command -> !command.isEmpty())
        .distinct()
        .toList();
  }

  private String state(Verdict verdict) {
    boolean install = change.action() == Action.INSTALL;
    return switch (verdict) {
      case Verdict.Nothing _ -> install ? "trusted" : "not there";
      case Verdict.Done _ -> install ? "installed" : "removed";
      case Verdict.Due _ -> install ? "not trusted" : "there";
      case Verdict.ByHand _ -> "by hand";
      case Verdict.Failed _ -> "failed";
    };
  }

  /** The variables of programs that read no store, as lines for a shell. */
  public static List<String> variables(TrustedRoot root, StoreSearch search) {
    Optional<Path> bundle = search.bundle();
    List<String> lines = new ArrayList<>();
    lines.add("for programs that read none of these stores:");
    lines.add("  export NODE_EXTRA_CA_CERTS=" + root.file());
    // These two replace the roots of the program, so they take the whole bundle.
    Path all = bundle.orElse(root.file());
    lines.add("  export REQUESTS_CA_BUNDLE=" + all + " SSL_CERT_FILE=" + all);
    return lines;
  }
}

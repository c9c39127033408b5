package dev.v6cert.cli.report;

import dev.v6cert.acme.hook.HookKind;
import dev.v6cert.acme.hook.HookResult;
import dev.v6cert.acme.lineage.HookRecord;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.cli.failure.ErrorText;
import dev.v6cert.cli.terminal.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A lineage's hooks in words and in JSON: what they are, how they last ended, what is owed. */
public final class HookHistory {

  /** More of the output is in the JSON. */
  private static final int SHOWN_LINES = 5;

  private HookHistory() {}

  /** The rows of a table. */
  public static List<List<String>> rows(Lineage lineage, HookRecord record, Instant now) {
    List<List<String>> rows = new ArrayList<>();
    for (HookKind kind : HookKind.values()) {
      String label = kind.id() + " hook";
      lineage.plan().hooks().find(kind).ifPresent(hook -> rows.add(List.of(label, hook)));
      HookResult last = record.last().get(kind);
      if (last != null) {
        rows.add(List.of("  last run", ending(last) + ", " + LineageReport.when(last.at(), now)));
        List<String> lines = last.output().lines().filter(line -> !line.isBlank()).toList();
        lines.stream()
            .skip(Math.max(0, lines.size() - SHOWN_LINES))
            .forEach(line -> rows.add(List.of("  said", ErrorText.oneLine(line))));
      }
      boolean pending = kind == HookKind.DEPLOY && lineage.renewalState().hookPending();
      if (pending || record.pending().containsKey(kind)) {
        rows.add(List.of("  owed", "it has not succeeded yet; v6cert renew runs it again"));
      }
    }
    return rows;
  }

  private static String ending(HookResult result) {
    if (result.timedOut()) {
      return "cut off after its time";
    }
    return result.succeeded() ? "succeeded" : "failed with status " + result.status();
  }

  /** The last end of each hook. */
  public static List<JsonObject> json(HookRecord record) {
    List<JsonObject> objects = new ArrayList<>();
    for (HookKind kind : HookKind.values()) {
      HookResult last = record.last().get(kind);
      if (last != null) {
        objects.add(
            JsonObject.empty()
                .put("hook", kind.id())
                .put("command", last.command())
                .put("at", last.at().toString())
                .put("status", last.status())
                .put("timed_out", last.timedOut())
                .put("milliseconds", last.took().toMillis())
                .put("output", last.output())
                .put("owed", record.pending().containsKey(kind)));
      }
    }
    return objects;
  }
}

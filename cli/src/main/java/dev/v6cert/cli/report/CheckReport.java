package dev.v6cert.cli.report;

import dev.v6cert.cli.check.Finding;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.cli.terminal.JsonObject;
import dev.v6cert.cli.terminal.Palette;
import java.util.List;
import java.util.Locale;

/**
 * The findings of {@code check}, a line each with its fix below, or as JSON; and its exit status.
 *
 * @param next the command that gets the certificate, as the user types it
 */
public record CheckReport(Console console, String next) {

  private static final String INDENT = " ".repeat(16);

  public ExitStatus of(List<Finding> findings) {
    ExitStatus status =
        findings.stream()
            .filter(it -> it.level() == Finding.Level.FAIL)
            .map(Finding::status)
            .findFirst()
            .orElse(ExitStatus.DONE);
    if (console.json()) {
      console.result(
          JsonObject.report()
              .put("ok", status == ExitStatus.DONE)
              .putObjects("checks", findings.stream().map(CheckReport::json).toList()));
      return status;
    }
    for (Finding finding : findings) {
      print(finding, console);
    }
    if (status == ExitStatus.DONE) {
      console.note("nothing seen from here prevents it; next: " + next);
    }
    return status;
  }

  private static void print(Finding finding, Console console) {
    Palette palette = console.palette();
    String level =
        switch (finding.level()) {
          case OK -> palette.green("ok  ");
          case WARN -> palette.yellow("warn");
          case FAIL -> palette.red("fail");
        };
    console.result("%s  %s%s".formatted(level, padded(finding.check()), finding.text()));
    finding.fix().ifPresent(fix -> console.result(INDENT + palette.bold(fix)));
    finding.paste().forEach(line -> console.result(INDENT + "  " + line));
  }

  private static String padded(String word) {
    return word + " ".repeat(Math.max(1, 10 - word.length()));
  }

  private static JsonObject json(Finding finding) {
    return JsonObject.empty()
        .put("check", finding.check())
        .put("level", finding.level().name().toLowerCase(Locale.ROOT))
        .put("text", finding.text())
        .put("fix", finding.fix())
        .putStrings("paste", finding.paste());
  }
}

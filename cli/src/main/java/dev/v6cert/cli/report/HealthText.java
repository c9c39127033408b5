package dev.v6cert.cli.report;

import dev.v6cert.acme.lineage.Generation;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.renew.LineageHealth;
import dev.v6cert.acme.renew.LineageHealth.State;
import dev.v6cert.cli.failure.ErrorTexts;
import dev.v6cert.cli.schedule.RenewalSchedule;
import dev.v6cert.cli.terminal.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The health of lineages in words and in JSON. */
public final class HealthText {

  private HealthText() {}

  public static String word(State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  /** One line about all of them: the worst, and how many others are not healthy either. */
  public static String line(List<LineageHealth> worstFirst, RenewalSchedule schedule, Instant now) {
    LineageHealth worst = worstFirst.getFirst();
    if (worst.state() == State.HEALTHY) {
      int count = worstFirst.size();
      Optional<Instant> first =
          worstFirst.stream().flatMap(it -> notAfter(it).stream()).min(Instant::compareTo);
      return "healthy: "
          + (count == 1 ? "1 certificate" : count + " certificates")
          + first.map(end -> ", valid until " + LineageReport.when(end, now)).orElse("");
    }
    long others = worstFirst.stream().skip(1).filter(it -> it.state() != State.HEALTHY).count();
    if (worst.state() == State.UNSCHEDULED) {
      String what = worstFirst.size() == 1 ? worst.name().text() : "these certificates";
      return word(worst.state()) + ": " + schedule.fault(what).orElse("");
    }
    return text(worst, now) + (others == 0 ? "" : "; " + others + " more not healthy");
  }

  private static String text(LineageHealth health, Instant now) {
    String reason =
        switch (health) {
          case LineageHealth.Unknown unknown -> ErrorTexts.line(unknown.failure());
          case LineageHealth.Known known -> reason(known, now);
        };
    return word(health.state())
        + ": "
        + health.name()
        + ": "
        + reason.replaceAll("\\p{Cntrl}", " ");
  }

  private static String reason(LineageHealth.Known known, Instant now) {
    Lineage lineage = known.lineage();
    String since = known.since().map(it -> LineageReport.when(it, now)).orElse("");
    String error = lineage.renewalState().lastError().map(it -> ": " + it).orElse("");
    if (isRevoked(lineage)) {
      return "revoked since " + since;
    }
    return switch (known.state()) {
      case LATE ->
          "due since " + since + ", and no renewal was tried: does a timer run v6cert renew?";
      case FAILING ->
          lineage.renewalState().failures() == 0 && !lineage.renewalState().hookPending()
              ? moved(lineage)
              : lineage.renewalState().failures() == 0
                  ? "not deployed since " + since + "; v6cert show " + lineage.name() + " says more"
                  : "failing since " + since + error;
      case EXPIRING -> "ends " + LineageReport.expiry(lineage, now) + error;
      default ->
          notAfter(known)
                  .map(end -> "ended " + LineageReport.when(end, now))
                  .orElse("no certificate yet")
              + error;
    };
  }

  /** A certificate for an address that the machine had. */
  private static String moved(Lineage lineage) {
    return String.join(" ", LineageReport.names(lineage))
        + " does not lead to this machine any more: its address has changed; v6cert renew gets a"
        + " certificate for the new name";
  }

  private static boolean isRevoked(Lineage lineage) {
    return lineage.generation().flatMap(Generation::revokedAt).isPresent();
  }

  private static Optional<Instant> notAfter(LineageHealth health) {
    return health instanceof LineageHealth.Known known
        ? known.lineage().generation().map(Generation::notAfter)
        : Optional.empty();
  }

  public static JsonObject json(LineageHealth health) {
    JsonObject json =
        JsonObject.empty().put("lineage", health.name().text()).put("state", word(health.state()));
    return switch (health) {
      case LineageHealth.Unknown unknown ->
          json.put("last_error", ErrorTexts.line(unknown.failure()));
      case LineageHealth.Known known ->
          json.put("since", known.since().map(Instant::toString))
              .put("not_after", notAfter(known).map(Instant::toString))
              .put("failures", known.lineage().renewalState().failures())
              .put("last_error", known.lineage().renewalState().lastError())
              .put("hook_pending", known.lineage().renewalState().hookPending());
    };
  }
}

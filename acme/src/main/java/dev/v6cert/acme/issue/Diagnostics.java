package dev.v6cert.acme.issue;

import dev.v6cert.acme.AcmeProblem;
import dev.v6cert.acme.Diagnosis;
import dev.v6cert.acme.Hit;
import dev.v6cert.acme.Hit.Answer;
import java.util.List;
import java.util.regex.Pattern;

/** Tells from both ends of a failed validation where it broke. */
final class Diagnostics {

  /** Pebble and step-ca call a name without address a fault of the connection. */
  private static final Pattern UNRESOLVED =
      Pattern.compile("no such host|resolving URL|not resolve|lookup ", Pattern.CASE_INSENSITIVE);

  private Diagnostics() {}

  static Diagnosis of(AcmeProblem problem, List<Hit> hits) {
    if (problem.type().equals("caa")) {
      return Diagnosis.FORBIDDEN_BY_CAA;
    }
    if (seen(hits, Answer.KEY_AUTHORIZATION)) {
      return Diagnosis.ANSWERED_YET_REFUSED;
    }
    return switch (problem.type()) {
      case "dns" -> Diagnosis.NAME_NOT_RESOLVED;
      // It read an answer: either a refusal of ours, or somebody else's.
      case "unauthorized", "incorrectResponse" ->
          seen(hits, Answer.UNKNOWN_TOKEN)
              ? Diagnosis.ASKED_ANOTHER_TOKEN
              : Diagnosis.ANOTHER_SERVER_ANSWERED;
      case "connection", "tls" -> connection(problem, hits);
      default -> Diagnosis.UNKNOWN;
    };
  }

  private static Diagnosis connection(AcmeProblem problem, List<Hit> hits) {
    if (seen(hits, Answer.UNKNOWN_TOKEN)) {
      return Diagnosis.ASKED_ANOTHER_TOKEN;
    }
    return UNRESOLVED.matcher(problem.detail()).find()
        ? Diagnosis.NAME_NOT_RESOLVED
        : Diagnosis.NOBODY_CONNECTED;
  }

  private static boolean seen(List<Hit> hits, Answer answer) {
    return hits.stream().anyMatch(hit -> hit.answer() == answer);
  }
}

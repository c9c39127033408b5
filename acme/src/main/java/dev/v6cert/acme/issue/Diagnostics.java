package dev.v6cert.acme.issue;

import dev.v6cert.acme.AcmeProblem;
import dev.v6cert.acme.Diagnosis;
import dev.v6cert.acme.Hit;
import dev.v6cert.acme.Hit.Answer;
import java.util.List;

/** Tells from both ends of a failed validation where it broke. */
final class Diagnostics {

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
      case "connection", "tls" ->
          seen(hits, Answer.UNKNOWN_TOKEN)
              ? Diagnosis.ASKED_ANOTHER_TOKEN
              : Diagnosis.NOBODY_CONNECTED;
      default -> Diagnosis.UNKNOWN;
    };
  }

  private static boolean seen(List<Hit> hits, Answer answer) {
    return hits.stream().anyMatch(hit -> hit.answer() == answer);
  }
}

package dev.v6cert.acme.client;

import dev.v6cert.acme.AcmeProblem;
import org.shredzone.acme4j.Problem;

/** acme4j's problem documents as ours. */
public final class Problems {

  private Problems() {}

  /** The problem, read leniently. */
  public static AcmeProblem of(Problem problem) {
    return FailureTranslation.problem(problem);
  }
}

package dev.v6cert.acme.challenge;

import dev.v6cert.acme.Subject;
import dev.v6cert.acme.challenge.Responder.PresentedAnswer;
import dev.v6cert.testing.CrowdedProcess;
import java.net.InetAddress;
import java.time.Clock;
import java.util.Optional;

/** Presents an answer by TLS-ALPN-01 in a process that may open no more files. */
final class CrowdedProbe {

  private CrowdedProbe() {}

  /** Arguments: the port. */
  public static void main(String[] arguments) throws Exception {
    StandaloneSolver solver =
        new StandaloneSolver(
            ChallengeType.TLS_ALPN_01,
            Optional.of(InetAddress.ofLiteral("::1")),
            Integer.parseInt(arguments[0]),
            Clock.systemUTC());
    PendingChallenge challenge =
        new PendingChallenge(Subject.parse("a.test"), "token", "token.thumbprint");
    try (Responder responder = solver.start(_ -> {});
        PresentedAnswer _ = responder.present(challenge)) {
      CrowdedProcess.report();
    }
  }
}

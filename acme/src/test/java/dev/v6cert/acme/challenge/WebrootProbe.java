package dev.v6cert.acme.challenge;

import dev.v6cert.acme.Subject;
import dev.v6cert.acme.challenge.Responder.PresentedAnswer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** In a process with a umask of its own: presents an answer, and prints who may read it. */
final class WebrootProbe {

  private WebrootProbe() {}

  public static void main(String[] arguments) throws Exception {
    Path webroot = Path.of(arguments[0]);
    Path challenges = webroot.resolve(".well-known/acme-challenge");
    PendingChallenge challenge = new PendingChallenge(Subject.parse("a.test"), "token", "answer");
    try (Responder responder = new WebrootSolver(webroot).start(_ -> {});
        PresentedAnswer _ = responder.present(challenge)) {
      System.out.print(
          permissions(webroot.resolve(".well-known"))
              + " "
              + permissions(challenges)
              + " "
              + permissions(challenges.resolve("token")));
    }
  }

  private static String permissions(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}

package dev.v6cert.acme.issue;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.Registration;
import dev.v6cert.acme.StoreFailure;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.challenge.StandaloneSolver;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.state.StateDirectory;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** One issuance in a process of its own, to be killed; prints a line for each event. */
final class ChildIssuance {

  private ChildIssuance() {}

  /** Arguments: state directory, directory URI, root PEM, HTTP port. */
  @SuppressWarnings("SystemOut") // Its output is what the parent kills it by.
  public static void main(String[] arguments) throws Exception {
    IssuanceRequest request =
        request(CertificateAuthority.of(arguments[1]).trusting(Path.of(arguments[2])));
    System.out.println("Started");
    try (StateLock lock = StateLock.acquire(new StateDirectory(Path.of(arguments[0])))) {
      System.out.println("Locked");
      new CertificateIssuer()
          .issue(
              lock,
              Lineage.Plan.of(request),
              Registration.agreeing(terms -> true),
              solver(Integer.parseInt(arguments[3])),
              event -> System.out.println(event.getClass().getSimpleName()));
    } catch (AcmeFailureException e) {
      System.out.println(e.failure());
      System.exit(e.failure() instanceof StoreFailure.Busy ? 75 : 1);
    }
  }

  static StandaloneSolver solver(int port) {
    return new StandaloneSolver(
        ChallengeType.HTTP_01, Optional.of(InetAddress.ofLiteral("::1")), port, Clock.systemUTC());
  }

  static IssuanceRequest request(CertificateAuthority authority) {
    return IssuanceRequest.of(
        new LineageName("child"), List.of(Subject.parse("child.v6.test")), authority);
  }
}

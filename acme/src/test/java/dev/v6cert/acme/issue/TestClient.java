package dev.v6cert.acme.issue;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceEvent;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.Registration;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.challenge.StandaloneSolver;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.testing.FakeAuthority;
import dev.v6cert.testing.FreePorts;
import dev.v6cert.testing.Pebble;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A client of an authority of the tests, which answers on ::1 and agrees to everything.
 *
 * @param port where the authority looks for the answers to its challenges
 * @param state its state directory
 */
record TestClient(
    CertificateAuthority authority, int port, Path state, IssuanceEvent.Listener listener) {

  static final Registration AGREED = Registration.agreeing(terms -> true);

  static TestClient of(Pebble pebble, Path state, IssuanceEvent.Listener listener) {
    return new TestClient(pebble.authority(), pebble.httpPort(), state, listener);
  }

  /** The fake looks for no answer. */
  static TestClient of(FakeAuthority fake, Path state, IssuanceEvent.Listener listener)
      throws IOException {
    return new TestClient(fake.authority(), FreePorts.next(), state, listener);
  }

  StateLock lock() throws AcmeFailureException {
    return StateLock.acquire(new StateDirectory(state));
  }

  StandaloneSolver solver() {
    return new StandaloneSolver(
        ChallengeType.HTTP_01, Optional.of(InetAddress.ofLiteral("::1")), port, Clock.systemUTC());
  }

  /** A request in the lineage {@code test}. */
  IssuanceRequest request(String... subjects) {
    return IssuanceRequest.of(
        new LineageName("test"), Stream.of(subjects).map(Subject::parse).toList(), authority);
  }

  Lineage issue(String... subjects) throws AcmeFailureException {
    return issue(request(subjects));
  }

  Lineage issue(IssuanceRequest request) throws AcmeFailureException {
    return issue(request, AGREED);
  }

  Lineage issue(IssuanceRequest request, Registration registration) throws AcmeFailureException {
    return issue(new CertificateIssuer(), request, registration);
  }

  Lineage issue(CertificateIssuer issuer, IssuanceRequest request, Registration registration)
      throws AcmeFailureException {
    try (StateLock lock = lock()) {
      return issuer.issue(lock, Lineage.Plan.of(request), registration, solver(), listener);
    }
  }
}

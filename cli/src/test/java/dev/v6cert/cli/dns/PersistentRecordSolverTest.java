package dev.v6cert.cli.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.challenge.PendingChallenge;
import dev.v6cert.cli.failure.ErrorTexts;
import dev.v6cert.cli.failure.ExitStatus;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The check of an authority's terms for a persistent record. */
class PersistentRecordSolverTest {

  private static final URI OURS = URI.create("https://ca.test/acct/1");
  private static final PersistentRecordSolver.Standing STANDING =
      new PersistentRecordSolver.Standing(
          new PersistentRecordSolver.Sought(List.of("ca.test"), OURS));

  private static PendingChallenge challenge(Optional<URI> account, String issuer) {
    return new PendingChallenge(
        Subject.parse("a.test"),
        "",
        "",
        Optional.of(new PendingChallenge.Terms(account, List.of(issuer))));
  }

  private static AcmeFailure failure(PendingChallenge challenge) {
    return catchThrowableOfType(
            AcmeFailureException.class, () -> STANDING.present(challenge).close())
        .failure();
  }

  @Test
  void aForeignAccountIsRefused() {
    AcmeFailure failure =
        failure(challenge(Optional.of(URI.create("https://ca.test/acct/2")), "ca.test"));

    assertThat(ErrorTexts.of(failure).status()).isEqualTo(ExitStatus.NOT_PERMITTED);
    assertThat(ErrorTexts.of(failure).lines().toString())
        .contains("https://ca.test/acct/2, which is not ours", "do not set a record for it");
  }

  @Test
  void anotherIssuerThanInTheDirectoryIsRefused() {
    AcmeFailure failure = failure(challenge(Optional.of(OURS), "other.test"));

    assertThat(ErrorTexts.of(failure).status()).isEqualTo(ExitStatus.CONFIGURATION);
  }

  @Test
  void oursAndNoneAreTaken() throws Exception {
    STANDING.present(challenge(Optional.of(OURS), "ca.test")).close();
    STANDING.present(challenge(Optional.empty(), "ca.test")).close();
  }
}

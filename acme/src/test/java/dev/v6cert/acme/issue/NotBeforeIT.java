package dev.v6cert.acme.issue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailure.EarlyReason;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.base.Ticker;
import dev.v6cert.testing.FakeAuthority;
import dev.v6cert.testing.FakeAuthority.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An authority that said "not before": the next runs leave it alone until then. */
class NotBeforeIT {

  @TempDir Path home;
  @TempDir Path state;
  private FakeAuthority fake;

  @BeforeEach
  void start() throws IOException {
    fake = new FakeAuthority(home.resolve("root.pem"));
  }

  @AfterEach
  void stop() {
    fake.close();
  }

  private Lineage issue(Duration later, String subject) throws AcmeFailureException, IOException {
    Clock clock = Clock.fixed(Instant.now().plus(later), ZoneOffset.UTC);
    TestClient client = TestClient.of(fake, state, event -> {});
    return client.issue(
        new CertificateIssuer(clock, Ticker.SYSTEM, Duration.ofMinutes(1)),
        client.request(subject),
        TestClient.AGREED);
  }

  private AcmeFailure failure(Duration later) {
    AcmeFailureException e =
        catchThrowableOfType(AcmeFailureException.class, () -> issue(later, "a.v6.test"));
    assertThat(e).isNotNull();
    return e.failure();
  }

  @Test
  void itIsNotAskedAgainForTheSameNamesUntilThen() throws Exception {
    fake.next("/new-order", Answer.problem(429, "rateLimited", Map.of("Retry-After", "7200")));
    assertThat(failure(Duration.ZERO)).isInstanceOf(AcmeFailure.RateLimited.class);
    int asked = fake.requests().size();

    AcmeFailure.TooEarly early = (AcmeFailure.TooEarly) failure(Duration.ofMinutes(100));

    assertThat(early.reason()).isEqualTo(EarlyReason.AUTHORITY_SAID_SO);
    assertThat(fake.requests()).hasSize(asked);
    assertThat(issue(Duration.ofMinutes(130), "a.v6.test").generation()).isPresent();
  }

  @Test
  void itIsAskedForOtherNames() throws Exception {
    fake.next("/new-order", Answer.problem(429, "rateLimited", Map.of("Retry-After", "7200")));
    assertThat(failure(Duration.ZERO)).isInstanceOf(AcmeFailure.RateLimited.class);

    assertThat(issue(Duration.ofMinutes(1), "b.v6.test").generation()).isPresent();
  }
}

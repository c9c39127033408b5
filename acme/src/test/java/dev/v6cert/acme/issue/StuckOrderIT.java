package dev.v6cert.acme.issue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.IssuanceEvent;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.KeyAccess;
import dev.v6cert.acme.KeyPolicy;
import dev.v6cert.acme.KeyType;
import dev.v6cert.acme.lineage.KeyedCertificate;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.testing.FakeAuthority;
import dev.v6cert.testing.FakeAuthority.Answer;
import dev.v6cert.testing.HandTicker;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Orders and keys, kept between runs, that would fail in the same way at every run. */
class StuckOrderIT {

  @TempDir Path home;
  @TempDir Path state;
  private FakeAuthority fake;
  private final List<IssuanceEvent> events = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() throws IOException {
    fake = new FakeAuthority(home.resolve("root.pem"));
  }

  @AfterEach
  void stop() {
    fake.close();
  }

  private Lineage issue(boolean reuse) throws AcmeFailureException, IOException {
    TestClient client = TestClient.of(fake, state, events::add);
    IssuanceRequest plain = client.request("a.v6.test");
    KeyPolicy key =
        new KeyPolicy(KeyType.EC256, reuse, KeyAccess.of(Optional.empty(), Optional.empty()));
    IssuanceRequest request =
        new IssuanceRequest(
            plain.lineage(),
            plain.subjects(),
            plain.authority(),
            plain.account(),
            key,
            plain.profile(),
            plain.preferredChain());
    return client.issue(
        new CertificateIssuer(Clock.systemUTC(), new HandTicker(), Duration.ofMinutes(5)),
        request,
        TestClient.AGREED);
  }

  private AcmeFailure failure() {
    AcmeFailureException e = catchThrowableOfType(AcmeFailureException.class, () -> issue(false));
    assertThat(e).isNotNull();
    return e.failure();
  }

  @Nested
  class AnOrderOfAnEarlierRun {

    @Test
    void thatIsWorkedOnForEverIsTakenUpOnceAndThenLeftAlone() throws Exception {
      fake.order().stuck(true);
      assertThat(failure()).isInstanceOf(AcmeFailure.TimedOut.class);
      assertThat(failure()).isInstanceOf(AcmeFailure.TimedOut.class);
      assertThat(fake.count("/new-order")).isEqualTo(1);

      fake.order().stuck(false);
      issue(false);
      assertThat(fake.count("/new-order")).isEqualTo(2);
    }

    @Test
    void thatIsStillWorkedOnIsTakenUp() throws Exception {
      fake.order().stuck(true);
      assertThat(failure()).isInstanceOf(AcmeFailure.TimedOut.class);
      fake.order().finish();
      issue(false);
      assertThat(fake.count("/new-order")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rateLimited", "malformed", "unauthorized"})
    void thatMayNotBeAskedForNowIsNotTakenForOneThatIsGone(String type) throws Exception {
      fake.order().stuck(true);
      assertThat(failure()).isInstanceOf(AcmeFailure.TimedOut.class);
      fake.next("/order/1", Answer.problem(429, type, Map.of("Retry-After", "3600")));
      assertThat(failure().retryAfter()).contains(Duration.ofHours(1));
      assertThat(fake.count("/new-order")).isEqualTo(1);
    }

    @Test
    void whoseCertificateIsGoneIsReplacedByAnother() throws Exception {
      Answer gone = Answer.problem(404, "malformed", Map.of());
      fake.next("/certificate/1", gone, gone);
      assertThat(failure()).isInstanceOf(AcmeFailure.Refused.class);
      issue(false);
      assertThat(fake.count("/new-order")).isEqualTo(2);
    }
  }

  @Nested
  class AKeyThatIsRefused {

    private PublicKey key(Lineage lineage) throws AcmeFailureException {
      return KeyedCertificate.of(lineage).certificate().getPublicKey();
    }

    @ParameterizedTest
    @ValueSource(strings = {"badPublicKey", "badCSR"})
    void andWasToBeKeptIsReplaced(String type) throws Exception {
      PublicKey first = key(issue(true));
      assertThat(key(issue(true))).isEqualTo(first);

      fake.next("/finalize/1", Answer.problem(400, type, Map.of()));
      PublicKey other = key(issue(true));
      assertThat(other).isNotEqualTo(first);
      assertThat(events).contains(new IssuanceEvent.KeyReplaced());
      assertThat(key(issue(true))).isEqualTo(other);
    }

    @Test
    void andIsNewIsAFailure() {
      fake.next("/finalize/1", Answer.problem(400, "badCSR", Map.of()));
      assertThat(failure()).isInstanceOf(AcmeFailure.Refused.class);
      assertThat(fake.count("/finalize/1")).isEqualTo(1);
    }
  }
}

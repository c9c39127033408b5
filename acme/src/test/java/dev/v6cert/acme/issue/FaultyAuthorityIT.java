package dev.v6cert.acme.issue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailure.RateLimited;
import dev.v6cert.acme.AcmeFailure.Unavailable;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.Diagnosis;
import dev.v6cert.acme.IssuanceEvent;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.testing.FakeAuthority;
import dev.v6cert.testing.FakeAuthority.Answer;
import dev.v6cert.testing.FreePorts;
import dev.v6cert.testing.HandTicker;
import dev.v6cert.testing.TestAuthority;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An authority, or what stands before it, that does not do as it should. */
class FaultyAuthorityIT {

  @TempDir Path home;
  @TempDir Path state;
  private FakeAuthority fake;
  private final HandTicker ticker = new HandTicker();
  private final List<IssuanceEvent> events = new CopyOnWriteArrayList<>();
  private Clock clock = Clock.systemUTC();

  @BeforeEach
  void start() throws IOException {
    fake = new FakeAuthority(home.resolve("root.pem"));
  }

  @AfterEach
  void stop() {
    fake.close();
  }

  private Lineage issue(URI directory, String subject) throws AcmeFailureException, IOException {
    CertificateAuthority authority =
        CertificateAuthority.of(directory.toString()).trusting(home.resolve("root.pem"));
    TestClient client = new TestClient(authority, FreePorts.next(), state, events::add);
    return client.issue(
        new CertificateIssuer(clock, ticker, Duration.ofMinutes(5)),
        client.request(subject),
        TestClient.AGREED);
  }

  private Lineage issue() throws AcmeFailureException, IOException {
    return issue(fake.directory(), "a.v6.test");
  }

  private <F extends AcmeFailure> F failure(Class<F> type) {
    AcmeFailureException e = catchThrowableOfType(AcmeFailureException.class, this::issue);
    assertThat(e).isNotNull();
    assertThat(e.failure()).isInstanceOf(type);
    return type.cast(e.failure());
  }

  @Test
  void issuesWhereNothingIsWrong() throws Exception {
    assertThat(issue().generation().orElseThrow().subjects())
        .containsExactly(Subject.parse("a.v6.test"));
  }

  @ParameterizedTest
  @CsvSource({
    "2001:db8:0:0:0:0:0:1, 2001:db8::1",
    "2A01:04F8::, 2a01:4f8::",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1"
  })
  void isSentAddressesInTheTextOfRfc5952(String given, String sent) throws Exception {
    issue(fake.directory(), given);
    assertThat(fake.requests())
        .anyMatch(it -> it.startsWith("/new-order") && it.contains("\"" + sent + "\""));
  }

  @Nested
  class WithAnotherClock {

    @ParameterizedTest
    @ValueSource(strings = {"PT60S", "PT-60S", "PT1H", "PT-1H", "P29D", "P-365D"})
    void isPolledByTimeThatPasses(Duration ahead) throws Exception {
      fake.clockAhead(ahead);
      fake.order().pending(3, "2");
      issue();
      assertThat(ticker.pauses())
          .filteredOn(pause -> pause.equals(Duration.ofSeconds(2)))
          .hasSize(3);
    }

    @Test
    void orOneThatIsSetMeanwhileIsPolledByTimeThatPasses() throws Exception {
      clock =
          new Clock() {
            @Override
            public Instant instant() {
              return Instant.now()
                  .plus(Duration.ofDays(ticker.pauses().size() % 2 == 0 ? 365 : -365));
            }

            @Override
            public ZoneId getZone() {
              return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
              return this;
            }
          };
      fake.order().pending(3, "2");
      issue();
      assertThat(ticker.pauses())
          .filteredOn(pause -> pause.equals(Duration.ofSeconds(2)))
          .hasSize(3);
    }

    @Test
    void isReported() throws Exception {
      clock = Clock.offset(Clock.systemUTC(), Duration.ofDays(365));
      issue();
      assertThat(events)
          .filteredOn(IssuanceEvent.ClockSkewed.class::isInstance)
          .singleElement()
          .isInstanceOfSatisfying(
              IssuanceEvent.ClockSkewed.class,
              it -> assertThat(it.ahead()).isBetween(Duration.ofDays(364), Duration.ofDays(366)));
    }

    @Test
    void mayAskForAPauseByDate() throws Exception {
      fake.clockAhead(Duration.ofHours(-5));
      Instant theirs = Instant.now().minus(Duration.ofHours(5)).plusSeconds(8);
      fake.order()
          .pending(
              1,
              java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME.format(
                  theirs.atOffset(ZoneOffset.UTC)));
      issue();
      assertThat(ticker.pauses())
          .anyMatch(it -> it.compareTo(Duration.ofSeconds(5)) > 0 && it.toSeconds() <= 8);
    }
  }

  @Nested
  class AskingForPauses {

    @Test
    void isHonouredUpToThirtySeconds() throws Exception {
      fake.order().pending(1, "1000000000");
      issue();
      assertThat(ticker.pauses()).contains(Duration.ofSeconds(30));
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "-1", "1e9", "99999999999999999999", "Sun, 99 Foo 2026"})
    void inAWayThatMakesNoSenseIsPassedOver(String header) throws Exception {
      fake.order().pending(2, header);
      issue();
      assertThat(ticker.pauses()).allMatch(it -> it.compareTo(Duration.ofSeconds(1)) <= 0);
    }
  }

  @Nested
  class BehindALoadBalancer {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "/directory",
          "/new-nonce",
          "/new-account",
          "/new-order",
          "/authz/1",
          "/challenge/1",
          "/finalize/1",
          "/order/1",
          "/certificate/1"
        })
    void thatFailsThreeTimesAnywhereIsTriedAgain(String resource) throws Exception {
      Answer busy = Answer.html(502, Map.of());
      fake.next(resource, busy, Answer.html(500, Map.of()), busy);
      issue();
      assertThat(events).filteredOn(IssuanceEvent.Retrying.class::isInstance).hasSize(3);
    }

    @Test
    void thatSaysWhenToComeBackIsObeyed() throws Exception {
      fake.next("/new-order", Answer.html(503, Map.of("Retry-After", "17")));
      issue();
      assertThat(ticker.pauses()).contains(Duration.ofSeconds(17));
    }

    @Test
    void thatSaysToComeBackMuchLaterIsNotWaitedFor() {
      fake.next("/new-order", Answer.html(503, Map.of("Retry-After", "3600")));
      Unavailable failure = failure(Unavailable.class);
      assertThat(failure.status()).isEqualTo(503);
      assertThat(failure.retryAfter()).contains(Duration.ofHours(1));
    }

    @Test
    void thatNeverRecoversEndsInAFailure() {
      Answer busy = Answer.html(503, Map.of());
      fake.next("/new-order", busy, busy, busy, busy, busy, busy, busy);
      assertThat(failure(Unavailable.class).status()).isEqualTo(503);
    }

    @Test
    void thatAnswersHtmlIsNoAuthority() {
      fake.next("/directory", Answer.html(200, Map.of()));
      failure(AcmeFailure.NotAcme.class);
    }

    @Test
    void thatAnswersWithoutEndIsCutOff() {
      Answer endless =
          new Answer(200, Map.of("Content-Type", "application/json"), "x".repeat(2 << 20));
      fake.next("/directory", endless, endless, endless);
      failure(AcmeFailure.Unreachable.class);
    }
  }

  @Nested
  class ThatRefuses {

    @Test
    void nonceWithoutGivingAnotherIsAskedAgain() throws Exception {
      fake.withholdNoncesOnErrors();
      Answer bad = Answer.problem(400, "badNonce", Map.of());
      fake.next("/new-order", bad, bad, bad, bad, bad, bad, bad, bad, bad, bad, bad, bad);
      issue();
    }

    @Test
    void byRateLimitSaysForHowLong() {
      fake.next("/new-order", Answer.problem(429, "rateLimited", Map.of("Retry-After", "86400")));
      RateLimited failure = failure(RateLimited.class);
      assertThat(failure.retryAfter()).contains(Duration.ofDays(1));
      assertThat(failure.problem().detail()).isEqualTo("so it is");
      assertThat(fake.count("/new-order")).isEqualTo(1);
    }

    @Test
    void anIdentifierGivesItsReason() {
      fake.next("/new-order", Answer.problem(400, "rejectedIdentifier", Map.of()));
      assertThat(failure(AcmeFailure.Refused.class).problem().type())
          .isEqualTo("rejectedIdentifier");
    }

    @Test
    void validationSinceAnotherServerAnsweredSaysSo() {
      fake.order()
          .failing(
              "{\"type\":\"urn:ietf:params:acme:error:unauthorized\",\"detail\":\"404\",\"status\":403}");
      AcmeFailure.FailedValidation failed =
          failure(AcmeFailure.ValidationFailed.class).validations().getFirst();
      assertThat(failed.diagnosis()).isEqualTo(Diagnosis.ANOTHER_SERVER_ANSWERED);
      assertThat(failed.problem().detail()).isEqualTo("404");
    }

    @Test
    void accountsWithoutAnExternalOneSaysSoBeforeItIsAsked() {
      fake.order().metadata("{\"externalAccountRequired\":true}");
      failure(AcmeFailure.ExternalAccountRequired.class);
      assertThat(fake.count("/new-account")).isZero();
    }
  }

  @Nested
  class ThatForgotTheAccount {

    @Test
    void getsItAgainByTheSameKey() throws Exception {
      issue();
      Answer unknown = Answer.problem(400, "accountDoesNotExist", Map.of());
      fake.next("/new-order", unknown);
      fake.next("/new-account", unknown);
      events.clear();
      issue();
      assertThat(events).hasAtLeastOneElementOfType(IssuanceEvent.AccountCreated.class);
    }

    @Test
    void orTurnedItOffIsNotGivenANewOne() throws Exception {
      issue();
      long asked = fake.count("/new-account");
      fake.next("/new-order", Answer.problem(401, "unauthorized", Map.of()));
      assertThat(failure(AcmeFailure.Refused.class).problem().type()).isEqualTo("unauthorized");
      assertThat(fake.count("/new-account")).isEqualTo(asked);
    }
  }

  @Nested
  class ThatIsNotThere {

    @Test
    void isUnreachable() throws Exception {
      URI nowhere = FakeAuthority.nowhere();
      AcmeFailureException e =
          catchThrowableOfType(AcmeFailureException.class, () -> issue(nowhere, "a.v6.test"));
      assertThat(e.failure()).isInstanceOf(AcmeFailure.Unreachable.class);
    }

    @Test
    void orIsNotWhoItShouldBeIsUnreachable() throws Exception {
      new TestAuthority("another").writeRoot(home.resolve("root.pem"));
      assertThat(failure(AcmeFailure.Unreachable.class).cause()).startsWith("TLS:");
      assertThat(fake.requests()).isEmpty();
    }
  }

  @Test
  void thatNeverDecidesIsGivenUpAtTheDeadline() {
    fake.order().pending(Integer.MAX_VALUE, "20");
    assertThat(failure(AcmeFailure.TimedOut.class).step())
        .isEqualTo(AcmeFailure.Step.AUTHORIZATION);
    assertThat(Duration.ofNanos(ticker.nanos())).isLessThanOrEqualTo(Duration.ofMinutes(5));
  }
}

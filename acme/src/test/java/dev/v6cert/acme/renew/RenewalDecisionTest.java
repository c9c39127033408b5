package dev.v6cert.acme.renew;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.lineage.Generation;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.RenewalState;
import dev.v6cert.acme.renew.RenewalDecision.Deferred;
import dev.v6cert.acme.renew.RenewalDecision.Due;
import dev.v6cert.acme.renew.RenewalDecision.NotDue;
import dev.v6cert.acme.renew.RenewalDecision.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RenewalDecisionTest {

  private static final Instant START = Instant.parse("2026-11-22T00:00:00Z");
  private static final List<Subject> SUBJECTS = List.of(Subject.parse("a.test"));

  private static Generation generation(Duration lifetime, Instant issuedAt) {
    return new Generation(
        1,
        new Generation.Facts(SUBJECTS, "1", "CN=x", START, START.plus(lifetime)),
        issuedAt,
        Optional.empty());
  }

  private static Lineage lineage(Optional<Generation> generation, RenewalState renewalState) {
    IssuanceRequest request =
        IssuanceRequest.of(new LineageName("a"), SUBJECTS, CertificateAuthority.LETS_ENCRYPT);
    return new Lineage(
        Lineage.Plan.of(request), generation, Optional.empty(), renewalState, Path.of("live", "a"));
  }

  private static RenewalDecision decide(Duration lifetime, Instant issuedAt, Instant now) {
    return RenewalDecision.of(
        lineage(Optional.of(generation(lifetime, issuedAt)), RenewalState.NONE), now);
  }

  @Nested
  class OfACertificate {

    @ParameterizedTest
    @CsvSource({
      "P90D, P60D",
      "P64D, PT1024H",
      "P45D, P30D",
      "P10D, PT160H",
      "PT160H, PT80H",
      "PT30S, PT15S"
    })
    void isDueWithAThirdOfTheLifetimeLeftOrHalfIfItIsShort(Duration lifetime, Duration due) {
      Instant moment = START.plus(due);
      assertThat(decide(lifetime, START, moment.minusSeconds(1))).isEqualTo(new NotDue(moment));
      assertThat(decide(lifetime, START, moment)).isEqualTo(new Due(Reason.LIFETIME));
    }

    @Test
    void isDueAtTheInstantChosenOnItsArrivalButNoLaterThanUsual() {
      Instant chosen = START.plus(Duration.ofDays(50));
      Generation early =
          new Generation(
              1,
              new Generation.Facts(SUBJECTS, "1", "CN=x", START, START.plus(Duration.ofDays(90))),
              START,
              Optional.of(chosen));
      assertThat(
              RenewalDecision.of(
                  lineage(Optional.of(early), RenewalState.NONE), START.plus(Duration.ofDays(1))))
          .isEqualTo(new NotDue(chosen));
    }

    @Test
    void isDueWhenItExpiredOrThereIsNone() {
      assertThat(decide(Duration.ofDays(90), START, START.plus(Duration.ofDays(91))))
          .isEqualTo(new Due(Reason.EXPIRED));
      assertThat(RenewalDecision.of(lineage(Optional.empty(), RenewalState.NONE), START))
          .isEqualTo(new Due(Reason.NO_CERTIFICATE));
    }
  }

  @Nested
  class WithAWrongClock {

    @Test
    void makesNoStormOfAClockAYearAhead() {
      Instant ahead = START.plus(Duration.ofDays(365));
      assertThat(decide(Duration.ofDays(90), ahead, ahead.plus(Duration.ofHours(1))))
          .isInstanceOf(NotDue.class);
    }

    @Test
    void trustsTheClockAgainOnceItWasSetBack() {
      Instant ahead = START.plus(Duration.ofDays(365));
      assertThat(decide(Duration.ofDays(90), ahead, START.plus(Duration.ofDays(61))))
          .isEqualTo(new Due(Reason.LIFETIME));
    }
  }

  @Nested
  class AfterFailures {

    private static Instant retryAt(RenewalState state) {
      return state.streak().orElseThrow().retryAt();
    }

    @ParameterizedTest
    @CsvSource({"0, PT1M", "1, PT10M", "2, PT100M", "3, PT1000M", "4, P1D", "9, P1D"})
    void waitsLongerEachTime(int before, Duration pause) {
      RenewalState renewalState = RenewalState.NONE;
      for (int i = 0; i <= before; i++) {
        renewalState = renewalState.failed("no", START, Optional.empty());
      }
      assertThat(retryAt(renewalState)).isEqualTo(START.plus(pause));
    }

    @Test
    void honoursWhatTheAuthorityAskedForUpToADay() {
      assertThat(retryAt(RenewalState.NONE.failed("no", START, Optional.of(Duration.ofHours(2)))))
          .isEqualTo(START.plus(Duration.ofHours(2)));
      assertThat(retryAt(RenewalState.NONE.failed("no", START, Optional.of(Duration.ofDays(999)))))
          .isEqualTo(START.plus(Duration.ofDays(1)));
    }

    @Test
    void isDeferredUntilThen() {
      RenewalState failed = RenewalState.NONE.failed("no", START, Optional.empty());
      Lineage lineage = lineage(Optional.empty(), failed);
      Instant until = START.plusSeconds(60);
      assertThat(RenewalDecision.of(lineage, START.plusSeconds(59)))
          .isEqualTo(new Deferred(until, "no"));
      assertThat(RenewalDecision.of(lineage, until)).isInstanceOf(Due.class);
      assertThat(RenewalDecision.of(lineage, START.minusSeconds(3600))).isInstanceOf(Due.class);
    }
  }
}

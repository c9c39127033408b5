package dev.v6cert.acme.renew;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.lineage.Generation;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.RenewalState;
import dev.v6cert.acme.lineage.StoredLineage;
import dev.v6cert.acme.renew.LineageHealth.State;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineageHealthTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final LineageName NAME = new LineageName("a.test");

  private static Lineage lineage(Optional<Duration> lifetime, RenewalState renewalState) {
    List<Subject> subjects = List.of(Subject.parse("a.test"));
    Optional<Generation> generation =
        lifetime.map(life ->
            new Generation(
                1,
                new Generation.Facts(subjects, "1", "CN=x", START, START.plus(life)),
                START,
                Optional.empty(),
                Optional.empty()));
    IssuanceRequest request = IssuanceRequest.of(NAME, subjects, CertificateAuthority.LETS_ENCRYPT);
    return new Lineage(
        Lineage.Plan.of(request), generation, Optional.empty(), renewalState, Path.of("live"));
  }

  private static State state(Lineage lineage, Duration age) {
    return LineageHealth.of(new StoredLineage.Loaded(lineage), START.plus(age)).state();
  }

  @ParameterizedTest
  @CsvSource({
    "P90D, P59D, HEALTHY",
    "P90D, P61D, HEALTHY",
    "P90D, P63D, LATE",
    "P90D, P76D, EXPIRING",
    "P90D, P90D, EXPIRED",
    "PT160H, PT79H, HEALTHY",
    "PT160H, PT87H, HEALTHY",
    "PT160H, PT89H, LATE",
    "PT160H, PT134H, EXPIRING",
    "PT160H, PT161H, EXPIRED"
  })
  void goesByTheAgeWhereNothingFailed(Duration lifetime, Duration age, State expected) {
    assertThat(state(lineage(Optional.of(lifetime), RenewalState.NONE), age)).isEqualTo(expected);
  }

  private static RenewalState failed(int failures) {
    return new RenewalState(
        false,
        Optional.empty(),
        Optional.of(
            new RenewalState.FailureStreak(
                failures, "no route", START.plusSeconds(7), START.plusSeconds(90), START)));
  }

  @Test
  void isFailingSinceTheFirstFailureUntilTheReserveIsTouched() {
    Lineage lineage = lineage(Optional.of(Duration.ofDays(90)), failed(3));

    LineageHealth health =
        LineageHealth.of(new StoredLineage.Loaded(lineage), START.plus(Duration.ofDays(70)));

    assertThat(health)
        .isEqualTo(
            new LineageHealth.Known(lineage, State.FAILING, Optional.of(START.plusSeconds(7))));
    assertThat(state(lineage, Duration.ofDays(80))).isEqualTo(State.EXPIRING);
  }

  @Test
  void isFailingWhileTheCertificateIsNotDeployed() {
    RenewalState pending = new RenewalState(true, Optional.empty(), Optional.empty());

    assertThat(state(lineage(Optional.of(Duration.ofDays(90)), pending), Duration.ofDays(1)))
        .isEqualTo(State.FAILING);
  }

  @Test
  void isExpiredWithoutACertificateAndDamagedWithoutState() {
    assertThat(state(lineage(Optional.empty(), RenewalState.NONE), Duration.ZERO))
        .isEqualTo(State.EXPIRED);
    assertThat(
            LineageHealth.of(new StoredLineage.Damaged(NAME, new AcmeFailure.Interrupted()), START)
                .state())
        .isEqualTo(State.DAMAGED);
  }
}

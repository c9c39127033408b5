package dev.v6cert.acme.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.Subject;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RenewalAdviceTest {

  private static final Instant START = Instant.parse("2026-11-22T00:00:00Z");
  private static final Duration LIFETIME = Duration.ofDays(90);
  private static final Generation GENERATION =
      new Generation(
          1,
          new Generation.Facts(
              List.of(Subject.parse("a.test")), "1f", "CN=x", START, START.plus(LIFETIME)),
          START,
          Optional.empty());
  private static final URI ACCOUNT = URI.create("https://ca.test/account/1");

  private final Random random = new Random(7);

  private static Instant day(double day) {
    return START.plusSeconds((long) (day * 86_400));
  }

  private static RenewalAdvice.Answer window(double start, double end, double now) {
    return new RenewalAdvice.Answer.Offered(
        day(start), day(end), Optional.empty(), Optional.of(Duration.ofHours(6)), day(now));
  }

  private RenewalAdvice after(
      Optional<RenewalAdvice> before, RenewalAdvice.Answer answer, double now) {
    return RenewalAdvice.after(GENERATION, Optional.of(ACCOUNT), before, answer, day(now), random);
  }

  private RenewalAdvice first(RenewalAdvice.Answer answer) {
    return after(Optional.empty(), answer, 0);
  }

  @Nested
  class TheFirstWindow {

    @Test
    void isWhereTheInstantIsChosenUniformly() {
      double sum = 0;
      for (int i = 0; i < 1000; i++) {
        Instant chosen = first(window(58, 62, 0)).window().orElseThrow().renewAt();
        assertThat(chosen).isBetween(day(58), day(62));
        sum += Duration.between(day(58), chosen).toSeconds() / 86_400.0;
      }
      assertThat(sum / 1000).isBetween(1.8, 2.2);
    }

    @ParameterizedTest
    @CsvSource({"-1, 0", "5, 6", "62, 58", "60, 60", "80, 85", "60, 91", "-400, 500"})
    void isNotTakenWhenItIsWrong(double start, double end) {
      assertThat(first(window(start, end, 0)).window()).isEmpty();
    }

    @Test
    void isCutWhereASixthOfTheLifetimeIsLeft() {
      for (int i = 0; i < 200; i++) {
        assertThat(first(window(70, 89, 0)).window().orElseThrow().renewAt())
            .isBetween(day(70), day(75));
      }
    }
  }

  @Nested
  class ALaterWindow {

    @Test
    void keepsTheInstantThatLiesInIt() {
      RenewalAdvice first = first(window(58, 62, 0));
      Instant chosen = first.window().orElseThrow().renewAt();
      RenewalAdvice second = after(Optional.of(first), window(57, 63, 1), 1);
      assertThat(second.window().orElseThrow().renewAt()).isEqualTo(chosen);
      assertThat(second.window().orElseThrow().urgent()).isFalse();
    }

    @Test
    void movesTheInstantThatLiesOutsideIt() {
      RenewalAdvice second = after(Optional.of(first(window(58, 62, 0))), window(30, 31, 1), 1);
      assertThat(second.window().orElseThrow().renewAt()).isBetween(day(30), day(31));
    }

    @Test
    void callsTheCertificateInWhenItWasMovedIntoThePast() {
      RenewalAdvice called = after(Optional.of(first(window(58, 62, 0))), window(0.9, 0.95, 1), 1);
      assertThat(called.window().orElseThrow().urgent()).isTrue();
      assertThat(
              after(Optional.of(called), window(0.9, 0.95, 2), 2).window().orElseThrow().urgent())
          .isTrue();
    }

    @Test
    void leavesTheKnownOneWhenItIsGarbageOrThereIsNone() {
      RenewalAdvice first = first(window(58, 62, 0));
      assertThat(after(Optional.of(first), window(62, 58, 1), 1).window())
          .isEqualTo(first.window());
      assertThat(
              after(Optional.of(first), new RenewalAdvice.Answer.Silent(Optional.empty()), 1)
                  .window())
          .isEqualTo(first.window());
    }
  }

  @Nested
  class TheNextQuestion {

    @ParameterizedTest
    @CsvSource({"PT6H, PT6H", "PT0S, PT1M", "P365D, P1D", ", PT6H"})
    void comesAfterRetryAfterWithinBounds(Duration asked, Duration pause) {
      RenewalAdvice.Answer answer = new RenewalAdvice.Answer.Silent(Optional.ofNullable(asked));
      assertThat(first(answer).refetchAt()).contains(START.plus(pause));
    }

    @Test
    void neverComesWhereTheAuthorityHasNoAdvice() {
      RenewalAdvice advice = first(new RenewalAdvice.Answer.NotOffered());
      assertThat(advice.isStale(day(89))).isFalse();
    }

    @Test
    void comesAtOnceWhenTheClockWasSetBack() {
      RenewalAdvice advice = first(window(58, 62, 0));
      assertThat(advice.isStale(START.plusSeconds(60))).isFalse();
      assertThat(advice.isStale(START.minusSeconds(60))).isTrue();
    }
  }

  @Test
  void survivesBeingStored() {
    RenewalAdvice advice = first(window(58, 62, 0));
    Map<String, String> values = new TreeMap<>();
    advice.put(values);
    assertThat(RenewalAdvice.read(values)).contains(advice);
    values.put("advice-renew-at", "soon");
    assertThat(RenewalAdvice.read(values)).isEmpty();
  }
}

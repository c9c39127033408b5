package dev.v6cert.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeTextTest {

  @ParameterizedTest
  @CsvSource({
    "PT-5S, 0ms",
    "PT0.25S, 250ms",
    "PT59S, 59s",
    "PT60S, 1min",
    "PT61S, 1min 1s",
    "PT1H, 1h",
    "PT23H59M59S, 23h 59min",
    "P1D, 1d",
    "PT719H30M, 29d 23h"
  })
  void aDurationHasItsTwoLargestUnits(Duration duration, String text) {
    assertThat(TimeText.of(duration)).isEqualTo(text);
  }

  @Test
  void anInstantIsToldToTheMinuteInUtc() {
    assertThat(TimeText.of(Instant.parse("2026-11-22T02:05:59.9Z")))
        .isEqualTo("2026-11-22 02:05 UTC");
  }
}

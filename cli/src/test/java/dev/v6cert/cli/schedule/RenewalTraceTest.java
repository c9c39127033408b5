package dev.v6cert.cli.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RenewalTraceTest {

  private static final Instant START = Instant.parse("2026-11-01T03:00:00Z");

  @TempDir Path state;

  private boolean isRecent(Instant now) {
    return RenewalTrace.recent(state, Set.of("a", "b"), now).isPresent();
  }

  private static Instant after(int days, int hours) {
    return START.plus(Duration.ofDays(days)).plus(Duration.ofHours(hours));
  }

  private void run(int day) {
    RenewalTrace.leave(state, Optional.empty(), after(day, 0));
  }

  @Test
  void ofOneRunCountsForThirtyHours() {
    run(0);

    assertThat(isRecent(after(1, 5))).isTrue();
    assertThat(isRecent(after(1, 7))).isFalse();
  }

  @Test
  void ofAWeeklyTimerCountsUntilTheNextIsMissing() {
    run(0);
    run(7);

    assertThat(isRecent(after(14, 1))).isTrue();
    assertThat(isRecent(after(15, 19))).isFalse();
  }

  @Test
  void ofTwoRunsThatAreNoScheduleIsOfTheLastAlone() {
    run(0);
    run(31);

    assertThat(isRecent(after(32, 1))).isTrue();
    assertThat(isRecent(after(33, 0))).isFalse();
  }

  @Test
  void ofOneLineageDoesNotCountForTheOther() {
    RenewalTrace.leave(state, Optional.of("a"), START);
    assertThat(isRecent(after(0, 1))).isFalse();

    RenewalTrace.leave(state, Optional.of("b"), after(0, 2));

    assertThat(isRecent(after(0, 3))).isTrue();
    assertThat(isRecent(after(1, 7))).as("a is missing").isFalse();
  }

  @Test
  void ofAnOlderVersionIsTheTimeOfItsEmptyFile() throws IOException {
    Files.createFile(state.resolve("last-renew"));

    assertThat(isRecent(Instant.now())).isTrue();
    assertThat(isRecent(Instant.now().plus(Duration.ofDays(2)))).isFalse();
  }

  @Test
  void thatSomebodyElseWroteIsNone() throws IOException {
    Files.writeString(state.resolve("last-renew"), "garbage\n");

    assertThat(isRecent(Instant.now())).isFalse();
    run(0);
    assertThat(isRecent(after(0, 1))).isTrue();
  }
}

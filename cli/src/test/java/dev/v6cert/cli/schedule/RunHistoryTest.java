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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunHistoryTest {

  private static final Instant START = Instant.parse("2026-11-01T03:00:00Z");

  @TempDir Path state;

  private boolean isRecent(Instant now) {
    return RunHistory.recent(state, Set.of("a", "b"), now).isPresent();
  }

  private static Instant after(int days, int hours) {
    return START.plus(Duration.ofDays(days)).plus(Duration.ofHours(hours));
  }

  private void run(int day) {
    RunHistory.leave(state, Optional.empty(), after(day, 0));
  }

  @Test
  void ofTheFirstRunCountsUntilAWeeklyTimerWouldComeAgain() {
    run(0);

    assertThat(isRecent(after(7, 23))).isTrue();
    assertThat(isRecent(after(8, 1))).isFalse();
  }

  @Test
  void ofThreeRunsOfALoopCountsForThirtyHours() {
    for (int hour = 0; hour < 3; hour++) {
      RunHistory.leave(state, Optional.empty(), after(0, hour));
    }

    assertThat(isRecent(after(1, 7))).isTrue();
    assertThat(isRecent(after(1, 9))).isFalse();
  }

  @Test
  void ofAWeeklyTimerCountsUntilTheNextIsMissing() {
    run(0);
    run(7);
    run(14);

    assertThat(isRecent(after(21, 1))).isTrue();
    assertThat(isRecent(after(22, 17))).isTrue();
    assertThat(isRecent(after(22, 19))).isFalse();
  }

  /** Hours from a run by hand, to try it, to the first of the weekly timer. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 29, 53, 100, 167})
  void ofAWeeklyTimerThatWasTriedByHandIsNeverMissing(int hours) {
    RunHistory.leave(state, Optional.empty(), after(0, -hours));

    for (int week = 0; week < 5; week++) {
      assertThat(isRecent(after(7 * week, 0))).as("before the run of week %d", week).isTrue();
      run(7 * week);
    }
    assertThat(isRecent(after(35, 0))).isTrue();
    assertThat(isRecent(after(37, 0))).isFalse();
  }

  @Test
  void ofAWeeklyTimerOutlivesAMachineThatWasOff() {
    run(0);
    run(7);
    run(14);
    run(35);

    assertThat(isRecent(after(42, 0))).isTrue();
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
    RunHistory.leave(state, Optional.of("a"), START);
    assertThat(isRecent(after(0, 1))).isFalse();

    RunHistory.leave(state, Optional.of("b"), after(0, 2));

    assertThat(isRecent(after(0, 3))).isTrue();
    assertThat(isRecent(after(8, 1))).as("a is missing").isFalse();
  }

  @Test
  void ofAnOlderVersionIsTheTimeOfItsEmptyFile() throws IOException {
    Files.createFile(state.resolve("last-renew"));

    assertThat(isRecent(Instant.now())).isTrue();
    assertThat(isRecent(Instant.now().plus(Duration.ofDays(2)))).isFalse();
  }

  @Test
  void withTwoEqualTimesIsOfOneRun() throws IOException {
    Files.writeString(state.resolve("last-renew"), "* %1$s %1$s\n".formatted(START));

    assertThat(isRecent(after(7, 0))).isTrue();
  }

  @Test
  void thatSomebodyElseWroteIsNone() throws IOException {
    Files.writeString(state.resolve("last-renew"), "garbage\n");

    assertThat(isRecent(Instant.now())).isFalse();
    run(0);
    assertThat(isRecent(after(0, 1))).isTrue();
  }
}

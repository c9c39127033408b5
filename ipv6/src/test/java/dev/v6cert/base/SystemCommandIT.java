package dev.v6cert.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.v6cert.base.SystemCommand.Outcome;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

@DisabledOnOs(OS.WINDOWS)
class SystemCommandIT {
  private static final Duration LONG = Duration.ofMinutes(1);

  private static ProcessBuilder shell(String script) {
    return new ProcessBuilder("sh", "-c", script);
  }

  @Test
  void tellsStatusAndBothStreams() throws Exception {
    Outcome outcome = SystemCommand.run(shell("cat; echo why >&2; exit 3"), "input\n", LONG);

    assertThat(outcome).isEqualTo(new Outcome(3, "input\n", "why\n", false));
    assertThat(outcome.succeeded()).isFalse();
    assertThat(outcome.lastLine()).isEqualTo("why");
  }

  @Test
  void outputFillsNoPipe() throws Exception {
    Outcome outcome =
        SystemCommand.run(shell("seq 100000; seq 100000 | rev >&2; echo end"), "", LONG);

    assertThat(outcome.succeeded()).isTrue();
    assertThat(outcome.out()).hasLineCount(100_001);
    assertThat(outcome.err()).hasLineCount(100_000);
    assertThat(new Outcome(0, outcome.out(), "", false).lastLine()).isEqualTo("end");
  }

  @Test
  void inputThatIsNotReadIsNoFailure() throws Exception {
    Outcome outcome = SystemCommand.run(shell("exec true"), "x".repeat(1_000_000), LONG);

    assertThat(outcome.succeeded()).isTrue();
  }

  @Test
  void isEndedAtTheLimitAlsoAgainstItsWill() throws Exception {
    Outcome outcome =
        SystemCommand.run(
            shell("trap '' TERM; while :; do sleep 0.1; done"), "", Duration.ofMillis(300));

    assertThat(outcome.timedOut()).isTrue();
    assertThat(outcome.succeeded()).isFalse();
  }

  @Test
  void isToldToEndWhereTheThreadIsInterrupted() throws Exception {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> SystemCommand.run(shell("exec sleep 60"), "", LONG))
        .isInstanceOf(InterruptedException.class);
  }

  @Test
  void missingProgramIsAFailure() {
    assertThatThrownBy(() -> SystemCommand.run(new ProcessBuilder("no-such-program"), "", LONG))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no-such-program");
  }
}

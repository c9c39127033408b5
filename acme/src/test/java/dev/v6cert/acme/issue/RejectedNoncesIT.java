package dev.v6cert.acme.issue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.Registration;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.base.Ticker;
import dev.v6cert.testing.Pebble;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A Pebble that refuses good nonces, as authorities do when they fail over. */
class RejectedNoncesIT {

  /** It is the requests that count here, not the pauses between them. */
  private static final Ticker HURRIED =
      new Ticker() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public void pause(Duration pause) throws InterruptedException {
          Thread.sleep(pause.dividedBy(10));
        }
      };

  @TempDir Path home;
  @TempDir Path state;

  @ParameterizedTest(name = "{0} issuances with {1} % of the nonces rejected")
  @CsvSource({"100, 20, 180", "5, 90, 60"})
  void stopNoIssuance(int issuances, int percent, int seconds) throws Exception {
    issue(issuances, percent, HURRIED, Duration.ofSeconds(seconds));
  }

  @Test
  @EnabledIfSystemProperty(
      named = "v6cert.faults.whole",
      matches = "true",
      disabledReason = "it is a measurement")
  void stopNoneOfTwentyWithinAMinute() throws Exception {
    issue(20, 90, Ticker.SYSTEM, Duration.ofMinutes(1));
  }

  private void issue(int issuances, int percent, Ticker ticker, Duration limit) throws Exception {
    long start = System.nanoTime();
    try (Pebble pebble = Pebble.in(home).rejectingNonces(percent).start();
        StateLock lock = StateLock.acquire(new StateDirectory(state))) {
      for (int i = 1; i <= issuances; i++) {
        Lineage lineage =
            new CertificateIssuer(Clock.systemUTC(), ticker, Duration.ofMinutes(1))
                .issue(
                    lock,
                    Lineage.Plan.of(ChildIssuance.request(pebble.authority())),
                    Registration.agreeing(terms -> true),
                    ChildIssuance.solver(pebble.httpPort()),
                    event -> {});
        assertThat(lineage.generation().orElseThrow().number()).isEqualTo(i);
      }
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    System.out.println(issuances + " at " + percent + " %: " + took.toMillis() + " ms");
    assertThat(took).isLessThan(limit);
  }
}

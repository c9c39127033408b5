package dev.v6cert.cli.option;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JitterTest {

  @Test
  void isAnythingFromNothingToTheLimit() {
    long seed = System.nanoTime();
    System.out.println("seed of the waits: " + seed);
    Random random = new Random(seed);
    Duration limit = Duration.ofSeconds(2);

    assertThat(IntStream.range(0, 2000).mapToObj(_ -> Jitter.time(limit, random)))
        .allSatisfy(time -> assertThat(time).isBetween(Duration.ZERO, limit))
        .anySatisfy(time -> assertThat(time).isLessThan(Duration.ofMillis(200)))
        .anySatisfy(time -> assertThat(time).isGreaterThan(Duration.ofMillis(1800)));
    assertThat(Jitter.time(Duration.ZERO, random)).isZero();
  }
}

package dev.v6cert.dns.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.guard.RateLimiter.Decision;
import java.net.InetAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimiterTest {
  private static final int LIMIT = 100;
  private static final int ZONE = 7;
  private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.1");

  private final Random random = new Random(4);
  private long now = 5_000_000_000_000L;
  private final RateLimiter limiter = new RateLimiter(LIMIT, now);

  /** The decisions on a number of queries, spread at random over a time. */
  private Map<Decision, Integer> decisions(
      int queries, Duration during, IntFunction<InetAddress> client) {
    Map<Decision, Integer> counts = new EnumMap<>(Decision.class);
    for (int i = 0; i < queries; i++) {
      counts.merge(limiter.decide(client.apply(i), ZONE, now), 1, Integer::sum);
      now += random.nextLong(2 * during.toNanos() / queries);
    }
    return counts;
  }

  @Test
  void letsTheLimitThrough() {
    assertThat(decisions(9 * LIMIT, Duration.ofSeconds(10), _ -> CLIENT))
        .containsOnlyKeys(Decision.ANSWER);
  }

  @Test
  void holdsAFloodToTheLimitAndAnswersHalfOfTheRestWithTc() {
    Map<Decision, Integer> counts = decisions(50_000, Duration.ofSeconds(10), _ -> CLIENT);
    assertThat(counts.getOrDefault(Decision.ANSWER, 0))
        .isBetween(98 * LIMIT / 10, 112 * LIMIT / 10);
    int excess = 50_000 - counts.getOrDefault(Decision.ANSWER, 0);
    assertThat(counts.getOrDefault(Decision.TRUNCATE, 0)).isBetween(excess / 2 - 1, excess / 2 + 1);
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.%d, 2", // A /24 as a whole takes twice the limit of an address,
    "2001:db8:1:1::%x, 1", // a /64 the limit,
    "2001:db8:1:%x::1, 2", // a /56 twice,
    "2001:db8:1:%x00::1, 4", // and a /48 four times as much.
  })
  void countsNetworksAsAWhole(String pattern, int shares) {
    InetAddress[] clients = new InetAddress[200];
    for (int i = 0; i < clients.length; i++) {
      clients[i] = InetAddress.ofLiteral(pattern.formatted(i + 1));
    }
    Map<Decision, Integer> counts =
        decisions(50_000, Duration.ofSeconds(10), i -> clients[i % clients.length]);
    assertThat(counts.getOrDefault(Decision.ANSWER, 0))
        .isBetween(98 * LIMIT * shares / 10, 112 * LIMIT * shares / 10);
  }

  @Test
  void leavesOtherNetworksAndOtherZonesAlone() {
    decisions(50_000, Duration.ofSeconds(1), _ -> CLIENT);
    for (String other : new String[] {"192.0.3.1", "::1", "192.1.2.1", "c000:201::1"}) {
      assertThat(limiter.decide(InetAddress.ofLiteral(other), ZONE, now))
          .isEqualTo(Decision.ANSWER);
    }
    assertThat(limiter.decide(CLIENT, ZONE + 1, now)).isEqualTo(Decision.ANSWER);
  }

  @Test
  void forgivesWithinASecond() {
    decisions(50_000, Duration.ofSeconds(1), _ -> CLIENT);
    now += Duration.ofSeconds(1).toNanos();
    assertThat(decisions(LIMIT, Duration.ofMillis(1), _ -> CLIENT))
        .containsOnlyKeys(Decision.ANSWER);
  }

  @Test
  void isRightAfterTheTimeInItsBucketsHasWrapped() {
    decisions(1000, Duration.ofSeconds(1), _ -> CLIENT);
    for (int i = 0; i < 12; i++) {
      now += Duration.ofDays(45).toNanos();
      assertThat(limiter.decide(CLIENT, ZONE, now)).isEqualTo(Decision.ANSWER);
    }
  }

  @Test
  void ofZeroLimitsNothing() {
    RateLimiter none = new RateLimiter(0, now);
    for (int i = 0; i < 10_000; i++) {
      assertThat(none.decide(CLIENT, ZONE, now)).isEqualTo(Decision.ANSWER);
    }
  }
}

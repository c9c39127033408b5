package dev.v6cert.dns.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.v6cert.dns.guard.RateLimiter.Decision;
import dev.v6cert.dns.transport.Peer;
import dev.v6cert.dns.transport.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimiterTest {
  private static final int LIMIT = 100;
  private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.1");

  private final Random random = new Random(4);
  private long now = 5_000_000_000_000L;
  private final RateLimiter limiter = new RateLimiter(RateLimits.of(LIMIT), now);

  private static Decision decide(RateLimiter limiter, InetAddress client, long now) {
    Peer peer = new Peer(new InetSocketAddress(client, 0), Transport.UDP);
    return limiter.decide(peer.high(), peer.low(), now);
  }

  /** The decisions on a number of queries, spread at random over a time. */
  private Map<Decision, Integer> decisions(
      int queries, Duration during, IntFunction<InetAddress> client) {
    Map<Decision, Integer> counts = new EnumMap<>(Decision.class);
    for (int i = 0; i < queries; i++) {
      counts.merge(decide(limiter, client.apply(i), now), 1, Integer::sum);
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
  void holdsAFloodToTheLimitAndAnswersAThirdOfTheRestWithTc() {
    Map<Decision, Integer> counts = decisions(50_000, Duration.ofSeconds(10), _ -> CLIENT);
    assertThat(counts.getOrDefault(Decision.ANSWER, 0))
        .isBetween(98 * LIMIT / 10, 112 * LIMIT / 10);
    int excess = 50_000 - counts.getOrDefault(Decision.ANSWER, 0);
    assertThat(counts.getOrDefault(Decision.TRUNCATE, 0)).isBetween(excess / 3 - 1, excess / 3 + 1);
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
  void leavesOtherNetworksAlone() {
    decisions(50_000, Duration.ofSeconds(1), _ -> CLIENT);
    for (String other : new String[] {"192.0.3.1", "::1", "192.1.2.1", "c000:201::1"}) {
      assertThat(decide(limiter, InetAddress.ofLiteral(other), now)).isEqualTo(Decision.ANSWER);
    }
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
      assertThat(decide(limiter, CLIENT, now)).isEqualTo(Decision.ANSWER);
    }
  }

  @Test
  void ofZeroLimitsNothing() {
    RateLimiter none = new RateLimiter(RateLimits.of(0), now);
    for (int i = 0; i < 10_000; i++) {
      assertThat(decide(none, CLIENT, now)).isEqualTo(Decision.ANSWER);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 1_000, 1_000_000, 100_000_000, 5_000_000_000L})
  void holdsForThreadsWhoseTimesDiffer(long mostBehind) {
    long seed = new Random().nextLong();
    Random interleaved = new Random(seed);
    // The queries that a bucket of the limit's size and rate has room for, by the true time.
    double level = 0;
    long last = now;
    for (int i = 0; i < 200_000; i++) {
      now += interleaved.nextInt(10) == 0 ? interleaved.nextLong(20_000_000) : 20_000;
      long seen = now - (interleaved.nextBoolean() ? 0 : interleaved.nextLong(mostBehind));
      level = Math.max(level - (now - last) / 1e9 * LIMIT, 0);
      last = now;
      if (decide(limiter, CLIENT, seen) == Decision.ANSWER) {
        level++;
      }
      assertThat(level)
          .as("seed %d, query %d", seed, i)
          .isLessThanOrEqualTo(LIMIT * (1 + mostBehind / 1e9) + 1.1);
    }
  }

  @Test
  void staysFullForAThreadWhoseTimeIsOlder() {
    for (int i = 0; i < 10 * LIMIT; i++) {
      decide(limiter, CLIENT, now);
    }
    for (int i = 0; i < 10 * LIMIT; i++) {
      assertThat(decide(limiter, CLIENT, now - 30_000)).isNotEqualTo(Decision.ANSWER);
      assertThat(decide(limiter, CLIENT, now)).isNotEqualTo(Decision.ANSWER);
    }
  }

  @Nested
  class ExemptNetworks {
    private static RateLimiter with(String network) {
      return new RateLimiter(
          new RateLimits(1, List.of(RateLimits.network(network)), Optional.empty()), 0);
    }

    @ParameterizedTest
    @CsvSource({
      "192.0.2.0/24, 192.0.2.255, 192.0.3.0",
      "192.0.2.1, 192.0.2.1, 192.0.2.2",
      "2001:db8::/48, 2001:db8::1, 2001:db8:1::1",
      "2001:db8::1:0/112, 2001:db8::1:ff, 2001:db8::2:0",
    })
    void haveNoLimit(String network, String inside, String outside) {
      RateLimiter limiter = with(network);
      for (int i = 0; i < 1000; i++) {
        assertThat(decide(limiter, InetAddress.ofLiteral(inside), i)).isEqualTo(Decision.ANSWER);
      }
      assertThat(decide(limiter, InetAddress.ofLiteral(outside), 0)).isEqualTo(Decision.ANSWER);
      assertThat(decide(limiter, InetAddress.ofLiteral(outside), 0)).isNotEqualTo(Decision.ANSWER);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "here",
          "192.0.2.1/24",
          "192.0.2.0/33",
          "::/0",
          "0.0.0.0/0",
          "::ffff:192.0.2.0/120"
        })
    void areNothingElse(String text) {
      assertThatIllegalArgumentException().isThrownBy(() -> RateLimits.network(text));
    }
  }
}

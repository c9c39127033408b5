package dev.v6cert.acme.renew;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.lineage.Generation;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.RenewalAdvice;
import dev.v6cert.acme.lineage.RenewalBackoff;
import dev.v6cert.acme.lineage.RenewalState;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Ten years of an hourly timer on a machine that is off now and then, whose clock jumps by a year
 * either way, against an authority that is out of reach now and then: no hour without a valid
 * certificate, and no storm of orders.
 */
class TenYearsTest {

  private static final Instant START = Instant.parse("2026-11-22T00:00:00Z");
  private static final Instant END = START.plus(Duration.ofDays(3653));
  private static final Duration HOUR = Duration.ofHours(1);

  /** The authority's way of answering questions for advice. */
  enum Advising {
    WELL,
    NOT_AT_ALL,
    NOW_AND_THEN,
    PAST_WINDOWS,
    GARBAGE
  }

  static Stream<Arguments> worlds() {
    return Stream.of(
            Duration.ofHours(160), Duration.ofDays(45), Duration.ofDays(64), Duration.ofDays(90))
        .flatMap(lifetime ->
            Stream.of(Advising.values()).map(advising -> Arguments.of(lifetime, advising)));
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void noHourIsWithoutACertificateAndNoWeekIsFullOfOrders(Duration lifetime, Advising advising) {
    long seed = System.getProperty("seed") == null ? new Random().nextLong() : Long.getLong("seed");
    System.out.println("seed " + seed + " for " + lifetime + " " + advising);
    World world = new World(lifetime, advising, new Random(seed));
    while (world.now.isBefore(END)) {
      world.hour();
      assertThat(world.expiry()).as("seed %d at %s", seed, world.now).isAfter(world.now);
    }
    long expected = Duration.between(START, END).dividedBy(lifetime.dividedBy(2));
    assertThat(world.orders.size()).as("seed %d", seed).isLessThan((int) (expected * 3 / 2) + 20);
    assertThat(world.mostInAWeek()).as("seed %d", seed).isLessThanOrEqualTo(5);
  }

  /** A machine and an authority; true time is {@code now}, the machine's is off by a while. */
  private static final class World {
    private final Duration lifetime;
    private final Advising advising;
    private final Random random;
    private final List<Instant> orders = new ArrayList<>();
    private Instant now = START;
    private Duration clockAhead = Duration.ZERO;
    private Instant clockWrongUntil = START;
    private Instant authorityGoneUntil = START;
    private Instant nextTrouble = START.plus(Duration.ofDays(3));
    private Lineage lineage;

    World(Duration lifetime, Advising advising, Random random) {
      this.lifetime = lifetime;
      this.advising = advising;
      this.random = random;
      this.lineage = issued();
    }

    private Instant clock() {
      return now.plus(clockAhead);
    }

    Instant expiry() {
      return lineage.generation().orElseThrow().notAfter();
    }

    /** The timer fires, at any second of the next hour. */
    void hour() {
      now = now.plus(HOUR.minusMinutes(10)).plusSeconds(random.nextInt(1200));
      trouble();
      refresh();
      if (RenewalDecision.of(lineage, clock()) instanceof RenewalDecision.Due) {
        renew();
      }
    }

    private void trouble() {
      if (now.isAfter(clockWrongUntil)) {
        clockAhead = Duration.ZERO;
      }
      if (now.isBefore(nextTrouble)) {
        return;
      }
      Duration lasting = Duration.ofMinutes(random.nextInt((int) longest().toMinutes()));
      switch (random.nextInt(4)) {
        case 0 -> authorityGoneUntil = now.plus(lasting);
        case 1 -> now = now.plus(lasting); // Switched off.
        case 2 -> step(Duration.ofDays(365), lasting);
        default -> step(Duration.ofDays(-365), lasting);
      }
      nextTrouble = now.plus(lasting).plus(lifetime.dividedBy(4));
    }

    private Duration longest() {
      return lifetime.dividedBy(6);
    }

    private void step(Duration ahead, Duration lasting) {
      clockAhead = ahead;
      clockWrongUntil = now.plus(lasting);
    }

    private void refresh() {
      boolean due =
          RenewalDecision.of(lineage, clock()) instanceof RenewalDecision.NotDue
              && lineage.advice().map(it -> it.isStale(clock())).orElse(true);
      if (due) {
        lineage = advised(lineage);
      }
    }

    private void renew() {
      if (now.isBefore(authorityGoneUntil)) {
        RenewalState renewalState =
            lineage
                .renewalState()
                .failed("gone", clock(), Optional.empty(), RenewalBackoff.limit(lineage, clock()));
        lineage =
            new Lineage(
                lineage.plan(),
                lineage.generation(),
                lineage.advice(),
                renewalState,
                lineage.live());
      } else {
        orders.add(now);
        lineage = issued();
      }
    }

    private Lineage issued() {
      IssuanceRequest request =
          IssuanceRequest.of(
              new LineageName("a"),
              List.of(Subject.parse("a.test")),
              CertificateAuthority.LETS_ENCRYPT);
      Instant notBefore = now.minus(HOUR);
      Generation generation =
          new Generation(
              orders.size() + 1,
              new Generation.Facts(
                  request.subjects(),
                  Integer.toHexString(orders.size() + 1),
                  "CN=x",
                  notBefore,
                  notBefore.plus(lifetime)),
              clock(),
              Optional.empty());
      return advised(
          new Lineage(
              Lineage.Plan.of(request),
              Optional.of(generation),
              Optional.empty(),
              RenewalState.NONE,
              Path.of("live", "a")));
    }

    private Lineage advised(Lineage of) {
      Generation generation = of.generation().orElseThrow();
      RenewalAdvice advice =
          RenewalAdvice.after(
              generation,
              Optional.of(URI.create("https://ca.test/account/1")),
              of.advice(),
              answer(generation),
              clock(),
              random);
      return new Lineage(
          of.plan(), of.generation(), Optional.of(advice), of.renewalState(), of.live());
    }

    private RenewalAdvice.Answer answer(Generation generation) {
      boolean silent =
          now.isBefore(authorityGoneUntil)
              || (advising == Advising.NOW_AND_THEN && random.nextBoolean());
      if (silent) {
        return new RenewalAdvice.Answer.Silent(Optional.empty());
      }
      Instant ideal =
          generation
              .notAfter()
              .minus(
                  lifetime.dividedBy(lifetime.compareTo(RenewalDecision.SHORT_LIVED) < 0 ? 2 : 3));
      Duration width = lifetime.dividedBy(100);
      return switch (advising) {
        case NOT_AT_ALL -> new RenewalAdvice.Answer.NotOffered();
        case WELL, NOW_AND_THEN -> window(ideal.minus(width), ideal.plus(width));
        case PAST_WINDOWS -> window(now.minus(HOUR), now.minusSeconds(1));
        case GARBAGE ->
            random.nextBoolean()
                ? window(Instant.EPOCH, Instant.MAX)
                : window(ideal.plus(width), ideal.minus(width));
      };
    }

    private RenewalAdvice.Answer window(Instant start, Instant end) {
      return new RenewalAdvice.Answer.Offered(
          start, end, Optional.empty(), Optional.of(Duration.ofHours(6)), now);
    }

    long mostInAWeek() {
      return orders.stream()
          .mapToLong(first ->
              orders.stream()
                  .filter(it -> !it.isBefore(first) && it.isBefore(first.plus(Duration.ofDays(7))))
                  .count())
          .max()
          .orElse(0);
    }
  }
}

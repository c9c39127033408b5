package dev.v6cert.acme.issue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.IssuanceEvent;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.lineage.CertificateStore;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.RenewalAdvice;
import dev.v6cert.acme.renew.AdviceRefresh;
import dev.v6cert.acme.renew.RenewalDecision;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.testing.FakeAuthority;
import dev.v6cert.testing.FakeAuthority.Answer;
import dev.v6cert.testing.Pebble;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Renewal information (RFC 9773): asked for, kept, and named in the order that follows. */
class RenewalInfoIT {

  @TempDir Path home;
  @TempDir Path state;
  private final List<IssuanceEvent> events = new CopyOnWriteArrayList<>();

  private Lineage stored() {
    return new CertificateStore(new StateDirectory(state))
        .loaded(new LineageName("test"))
        .orElseThrow();
  }

  private void refresh(Duration later) throws AcmeFailureException {
    Clock clock = Clock.fixed(Instant.now().plus(later), ZoneOffset.UTC);
    new AdviceRefresh(new StateDirectory(state), clock)
        .refresh(name -> true, new RenewalInfoClient()::ask);
  }

  @Nested
  class OfARealPebble {

    @Test
    void isStoredAndMakesTheNextOrderAReplacement() throws Exception {
      try (Pebble pebble = Pebble.in(home).lifetime(Duration.ofDays(90)).start()) {
        TestClient client = TestClient.of(pebble, state, events::add);
        Lineage lineage = client.issue("a.v6.test");
        RenewalAdvice advice = lineage.advice().orElseThrow();
        Assumptions.assumeTrue(
            advice.refetchAt().isPresent(),
            "this pebble has no renewal information; version 2.6 and newer do");
        Instant ideal = Instant.now().plus(Duration.ofDays(60));
        assertThat(advice.window().orElseThrow().renewAt())
            .isBetween(ideal.minus(Duration.ofHours(25)), ideal.plus(Duration.ofHours(25)));
        assertThat(stored()).isEqualTo(lineage);

        client.issue("a.v6.test", "b.v6.test");

        assertThat(pebble.log()).contains("is a replacement of");
        assertThat(events).doesNotHaveAnyElementsOfTypes(IssuanceEvent.ReplacementRefused.class);
      }
    }
  }

  @Nested
  class OfAnAuthorityAtFault {

    private FakeAuthority fake(Duration lifetime) throws IOException {
      FakeAuthority fake = new FakeAuthority(home.resolve("root.pem"));
      fake.order().advising();
      fake.order().lifetime(lifetime);
      return fake;
    }

    private Lineage issue(FakeAuthority fake, String subject)
        throws AcmeFailureException, IOException {
      return TestClient.of(fake, state, events::add).issue(subject);
    }

    private static String resource(FakeAuthority fake) {
      return fake.requests().stream()
          .filter(it -> it.startsWith("/renewal-info/"))
          .map(String::strip)
          .reduce((first, last) -> last)
          .orElseThrow();
    }

    private static Answer window(Instant start, Instant end) {
      return Answer.json(
          200, "{\"suggestedWindow\":{\"start\":\"%s\",\"end\":\"%s\"}}".formatted(start, end));
    }

    @Test
    void silenceLeavesTheRulesOfTheLifetimeAndIsAskedAgainLater() throws Exception {
      try (FakeAuthority fake = fake(Duration.ofDays(90))) {
        Lineage lineage = issue(fake, "a.v6.test");
        assertThat(lineage.advice().orElseThrow().window()).isEmpty();
        assertThat(RenewalDecision.of(lineage, Instant.now()))
            .isInstanceOfSatisfying(
                RenewalDecision.NotDue.class,
                it ->
                    assertThat(it.next())
                        .isBetween(
                            Instant.now().plus(Duration.ofDays(59)),
                            Instant.now().plus(Duration.ofDays(61))));
        long asked = fake.requests().size();
        refresh(Duration.ofHours(5));
        assertThat(fake.requests()).hasSize((int) asked);
        refresh(Duration.ofHours(7));
        assertThat(fake.requests().size()).isGreaterThan((int) asked);
      }
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "{}",
          "{\"suggestedWindow\":7}",
          "{\"suggestedWindow\":{\"start\":\"soon\",\"end\":\"later\"}}",
          "<html>"
        })
    void garbageIsSilence(String body) throws Exception {
      try (FakeAuthority fake = fake(Duration.ofDays(90))) {
        issue(fake, "a.v6.test");
        fake.next(resource(fake), Answer.json(200, body));
        refresh(Duration.ofHours(7));
        assertThat(stored().advice().orElseThrow().window()).isEmpty();
      }
    }

    @Test
    void aWindowMovedIntoThePastMakesTheCertificateDueAtOnce() throws Exception {
      try (FakeAuthority fake = fake(Duration.ofDays(90))) {
        issue(fake, "a.v6.test");
        Instant now = Instant.now();
        fake.next(
            resource(fake),
            window(now.plus(Duration.ofDays(58)), now.plus(Duration.ofDays(61))),
            window(now.minus(Duration.ofHours(1)), now.minus(Duration.ofMinutes(30))));
        refresh(Duration.ofHours(7));
        assertThat(RenewalDecision.of(stored(), now)).isInstanceOf(RenewalDecision.NotDue.class);
        refresh(Duration.ofHours(14));
        assertThat(RenewalDecision.of(stored(), now))
            .isEqualTo(new RenewalDecision.Due(RenewalDecision.Reason.ADVISED));
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"alreadyReplaced", "malformed", "unauthorized"})
    void anOrderThatIsRefusedAsAReplacementIsPlacedOnceMoreWithoutThat(String type)
        throws Exception {
      try (FakeAuthority fake = fake(Duration.ofDays(90))) {
        issue(fake, "a.v6.test");
        fake.next("/new-order", Answer.problem(409, type, Map.of()));
        issue(fake, "a.v6.test");
        List<String> orders =
            fake.requests().stream().filter(it -> it.startsWith("/new-order ")).toList();
        assertThat(orders).hasSize(3);
        assertThat(orders.get(0)).doesNotContain("replaces");
        assertThat(orders.get(1)).contains("replaces");
        assertThat(orders.get(2)).doesNotContain("replaces");
        assertThat(events).contains(new IssuanceEvent.ReplacementRefused(type));
      }
    }

    @Test
    void anOrderThatMeetsAFaultThatStaysIsPlacedOnceMoreWithoutThat() throws Exception {
      try (FakeAuthority fake = fake(Duration.ofDays(90))) {
        issue(fake, "a.v6.test");
        Answer fault = Answer.problem(500, "serverInternal", Map.of("Retry-After", "0"));
        fake.next("/new-order", fault, fault, fault, fault, fault, fault);
        issue(fake, "a.v6.test");
        List<String> orders =
            fake.requests().stream().filter(it -> it.startsWith("/new-order ")).toList();
        assertThat(orders).hasSize(8);
        assertThat(orders.subList(1, 7)).allMatch(it -> it.contains("replaces"));
        assertThat(orders.getLast()).doesNotContain("replaces");
        assertThat(events).contains(new IssuanceEvent.ReplacementRefused("HTTP 500"));
      }
    }

    @Test
    void anotherRefusalIsNotTriedAgain() throws Exception {
      try (FakeAuthority fake = fake(Duration.ofDays(90))) {
        issue(fake, "a.v6.test");
        fake.next("/new-order", Answer.problem(403, "rejectedIdentifier", Map.of()));
        AcmeFailureException e =
            catchThrowableOfType(AcmeFailureException.class, () -> issue(fake, "a.v6.test"));
        assertThat(e.failure()).isInstanceOf(AcmeFailure.Refused.class);
        assertThat(fake.count("/new-order")).isEqualTo(2);
      }
    }

    @Test
    void aLineageWhoseNameMovedOrdersNoReplacementUntilItsNextRenewal() throws Exception {
      try (FakeAuthority fake = fake(Duration.ofDays(90))) {
        issue(fake, "a.v6.test");
        issue(fake, "b.v6.test");
        assertThat(fake.requests()).noneMatch(it -> it.contains("replaces"));
        issue(fake, "b.v6.test");
        assertThat(fake.requests()).anyMatch(it -> it.contains("replaces"));
      }
    }
  }
}

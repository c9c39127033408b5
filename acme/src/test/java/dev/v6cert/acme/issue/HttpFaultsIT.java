package dev.v6cert.acme.issue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailure.BadCertificate;
import dev.v6cert.acme.AcmeFailure.NotAcme;
import dev.v6cert.acme.AcmeFailure.RateLimited;
import dev.v6cert.acme.AcmeFailure.Refused;
import dev.v6cert.acme.AcmeFailure.TimedOut;
import dev.v6cert.acme.AcmeFailure.Unavailable;
import dev.v6cert.acme.AcmeFailure.Unreachable;
import dev.v6cert.acme.issue.FaultStage.Step;
import dev.v6cert.testing.FaultProxy.Fault;
import dev.v6cert.testing.HttpMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Renewals from a real Pebble, over a proxy at which, at each step, something goes wrong. The
 * nested classes are rows of the table of faults; what holds in all of them is in {@link
 * FaultStage}.
 */
class HttpFaultsIT {

  private static final int STAGES = 3;

  @TempDir static Path home;
  private static final BlockingQueue<FaultStage> stages = new LinkedBlockingQueue<>();

  @BeforeAll
  static void start() throws Exception {
    for (int i = 0; i < STAGES; i++) {
      Path directory = Files.createDirectory(home.resolve("stage-" + i));
      stages.add(FaultStage.in(directory));
    }
  }

  @AfterAll
  static void stop() throws IOException {
    for (FaultStage stage : stages) {
      stage.close();
    }
  }

  /** All of the steps take some minutes; else those that change something at the authority. */
  private static final boolean WHOLE = Boolean.getBoolean("v6cert.faults.whole");

  /** As long as a load balancer takes to look for another server. */
  private static final Duration STALL = Duration.ofSeconds(30);

  private static final Set<Step> ALL = EnumSet.allOf(Step.class);
  private static final Set<Step> SIGNED = EnumSet.range(Step.NEW_ACCOUNT, Step.CERTIFICATE);
  private static final Set<Step> CHANGING =
      EnumSet.of(Step.NEW_ORDER, Step.CHALLENGE, Step.FINALIZE);

  /** The fault of a stage at a step. */
  private interface Ordeal {
    void at(Step step, FaultStage stage) throws Exception;
  }

  /** Puts stages through it at each of the steps, as many at once as there are stages. */
  private static void atEach(Set<Step> steps, Ordeal ordeal) throws Exception {
    List<Future<?>> running = new ArrayList<>();
    try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Step step : WHOLE || steps.size() <= CHANGING.size() ? steps : CHANGING) {
        running.add(workers.submit(() -> onFreeStage(step, ordeal)));
      }
    }
    for (Future<?> cell : running) {
      cell.get();
    }
  }

  private static boolean onFreeStage(Step step, Ordeal ordeal) throws Exception {
    FaultStage stage = stages.take();
    try {
      ordeal.at(step, stage);
    } finally {
      stages.add(stage);
    }
    return true;
  }

  private static List<Fault> times(int times, Fault fault) {
    return Collections.nCopies(times, fault);
  }

  private static Fault instead(HttpMessage answer) {
    return call -> call.tell(answer);
  }

  private static HttpMessage html(int status) {
    return HttpMessage.answer(status, "text/html", "<html><h1>No</h1></html>");
  }

  private static String inSeconds(int seconds) {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(
        Instant.now().plusSeconds(seconds).atOffset(ZoneOffset.UTC));
  }

  @Nested
  @DisplayName("Row: bad nonces; no Replay-Nonce")
  class Nonces {

    @Test
    void refusedThreeTimesWithoutGivingAnotherAreFetchedAnew() throws Exception {
      Fault refused = instead(HttpMessage.problem(400, "badNonce"));
      atEach(SIGNED, (step, stage) -> stage.with(step, times(3, refused)).issues());
    }

    @Test
    void missingFromAnAnswerAreFetched() throws Exception {
      Fault withheld = call -> call.tell(call.forward().without("Replay-Nonce"));
      atEach(SIGNED, (step, stage) -> stage.with(step, times(1, withheld)).issues());
      atEach(
          EnumSet.of(Step.NEW_NONCE),
          (step, stage) -> stage.with(step, times(1, withheld)).failsThenIssues(NotAcme.class));
    }
  }

  @Nested
  @DisplayName("Row: 500/502 three times; 503 and 429 with Retry-After")
  class Faults {

    @Test
    void threeTimesOfAServerAreTriedAgain() throws Exception {
      List<Fault> faults = List.of(instead(html(502)), instead(html(500)), instead(html(502)));
      atEach(ALL, (step, stage) -> stage.with(step, faults).issues());
    }

    @Test
    void afterTheAuthorityDidItsWorkAreTriedAgain() throws Exception {
      Fault hidden =
          call -> {
            call.forward();
            call.tell(html(502));
          };
      atEach(
          ALL, (step, stage) -> stage.with(step, times(1, hidden)).allowingAnotherOrder().issues());
    }

    @Test
    void thatStayEndTheRun() throws Exception {
      Fault busy = instead(html(503));
      atEach(
          ALL,
          (step, stage) -> stage.with(step, times(100, busy)).failsThenIssues(Unavailable.class));
    }

    @Test
    void withRetryAfterInSecondsOrAsADateAreWaitedFor() throws Exception {
      for (String header : List.of("20", inSeconds(20))) {
        Fault later = instead(html(503).with("Retry-After", header));
        atEach(
            EnumSet.of(Step.NEW_ORDER, Step.FINALIZE),
            (step, stage) -> {
              stage.with(step, times(1, later)).issues();
              assertThat(stage.pauses())
                  .anyMatch(it -> it.toSeconds() >= 5 && it.toSeconds() <= 20);
            });
      }
    }

    @Test
    void withRetryAfterThatIsGarbageAreTriedAgain() throws Exception {
      Fault garbage = instead(html(503).with("Retry-After", "soon"));
      atEach(ALL, (step, stage) -> stage.with(step, times(2, garbage)).issues());
    }

    @ParameterizedTest
    @ValueSource(strings = {"503", "429"})
    void withRetryAfterBeyondAllSenseAreHonouredForAWeekAtMost(int status) throws Exception {
      HttpMessage answer = status == 503 ? html(503) : HttpMessage.problem(429, "rateLimited");
      Fault later = instead(answer.with("Retry-After", "1000000000"));
      atEach(
          ALL,
          (step, stage) -> {
            stage.with(step, times(1, later)).fails(Unavailable.class, RateLimited.class);
            int asked = stage.asked().size();
            stage.later(Duration.ofDays(7).minusMinutes(1));
            stage.fails(AcmeFailure.TooEarly.class);
            assertThat(stage.asked()).hasSize(asked);
            stage.later(Duration.ofDays(7).plusMinutes(1));
            stage.issues();
          });
    }

    @Test
    void limitsWithoutRetryAfterEndTheRunOnly() throws Exception {
      Fault limit = instead(HttpMessage.problem(429, "rateLimited"));
      atEach(
          SIGNED,
          (step, stage) -> stage.with(step, times(1, limit)).failsThenIssues(RateLimited.class));
    }
  }

  @Nested
  @DisplayName("Row: reset mid-body; stall; 1 octet/s; 100 MiB; HTML; wrong type; TLS faults")
  class Answers {

    private final Fault lost =
        call -> {
          call.forward();
          call.cut();
        };

    @Test
    void cutOffBeforeTheAuthorityHeardAreAskedForAgain() throws Exception {
      atEach(ALL, (step, stage) -> stage.with(step, times(1, call -> call.cut())).issues());
    }

    @Test
    void cutOffWhenTheAuthorityHadDoneItsWorkAreAskedForAgain() throws Exception {
      atEach(
          ALL, (step, stage) -> stage.with(step, times(1, lost)).allowingAnotherOrder().issues());
    }

    @Test
    void cutOffInTheMiddleAreAskedForAgain() throws Exception {
      Fault half = call -> call.tellHalf(call.forward());
      atEach(
          ALL, (step, stage) -> stage.with(step, times(1, half)).allowingAnotherOrder().issues());
    }

    @Test
    void toAnOrderThatAreAllLostMakeNoThird() throws Exception {
      atEach(
          EnumSet.of(Step.NEW_ORDER),
          (step, stage) ->
              stage.with(step, times(100, lost)).allowingAnotherOrder().fails(Unreachable.class));
    }

    @Test
    void alwaysCutOffEndTheRun() throws Exception {
      atEach(
          ALL,
          (step, stage) ->
              stage.with(step, times(100, call -> call.cut())).failsThenIssues(Unreachable.class));
    }

    @Test
    void onConnectionsThatCloseWithoutAWordAreNoTrouble() throws Exception {
      Fault last = call -> call.tellLast(call.forward());
      atEach(ALL, (step, stage) -> stage.with(step, times(1, last)).issues());
    }

    @Test
    void thatNeverComeEndTheRunAtItsDeadline() throws Exception {
      atEach(
          ALL,
          (step, stage) ->
              stage
                  .with(step, times(100, call -> call.stall()))
                  .within(Duration.ofMillis(1500))
                  .failsThenIssues(TimedOut.class, Unreachable.class));
    }

    @Test
    void thatComeAfterAWhileAreWaitedFor() throws Exception {
      Duration stall = WHOLE ? STALL : Duration.ofSeconds(2);
      Fault late = call -> call.tellAfter(stall);
      atEach(
          ALL,
          (step, stage) -> {
            long start = System.nanoTime();
            stage.with(step, times(1, late)).issues();
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                .as("not asked for again at " + step)
                .isGreaterThanOrEqualTo(stall);
          });
    }

    @Test
    void ofOneOctetASecondEndTheRunAtItsDeadline() throws Exception {
      Fault slow = call -> call.tellSlowly(call.forward());
      atEach(
          EnumSet.complementOf(EnumSet.of(Step.NEW_NONCE)), // Its answer has no body.
          (step, stage) ->
              stage
                  .with(step, times(100, slow))
                  .within(Duration.ofMillis(1500))
                  .allowingAnotherOrder()
                  .failsThenIssues(TimedOut.class, Unreachable.class));
    }

    @Test
    void ofAHundredMebibytesAreNotReadToTheirEnd() throws Exception {
      HttpMessage flood = HttpMessage.answer(200, "application/json", " ".repeat(100 << 20));
      atEach(
          EnumSet.complementOf(EnumSet.of(Step.NEW_NONCE)),
          (step, stage) ->
              stage
                  .with(step, times(100, instead(flood)))
                  .failsThenIssues(Unreachable.class, NotAcme.class));
    }

    @Test
    void cutShortAsIfTheyWereWholeEndTheRunAtMost() throws Exception {
      Fault shortened =
          call -> {
            HttpMessage answer = call.forward();
            call.tell(answer.withBody(answer.body().substring(0, answer.body().length() / 2)));
          };
      atEach(
          EnumSet.complementOf(EnumSet.of(Step.NEW_NONCE)),
          (step, stage) ->
              stage
                  .with(step, times(1, shortened))
                  .allowingAnotherOrder()
                  .issuesAtLastAfter(NotAcme.class, BadCertificate.class));
    }

    @Test
    void thatAreNotTheAuthoritysEndTheRun() throws Exception {
      List<HttpMessage> foreign =
          List.of(
              html(200),
              HttpMessage.answer(200, "application/json", "[1, 2, 3]"),
              HttpMessage.answer(404, "text/plain", "404 page not found"));
      for (HttpMessage answer : WHOLE ? foreign : foreign.subList(0, 1)) {
        atEach(
            SIGNED,
            (step, stage) ->
                stage
                    .with(step, times(100, instead(answer)))
                    .within(Duration.ofSeconds(3))
                    .failsThenIssues(NotAcme.class, TimedOut.class));
      }
    }

    @Test
    void ofTheWrongTypeEndTheRunAtMost() throws Exception {
      Fault wrong = call -> call.tell(call.forward().with("Content-Type", "text/plain"));
      atEach(
          EnumSet.complementOf(EnumSet.of(Step.NEW_NONCE)),
          (step, stage) ->
              stage
                  .with(step, times(1, wrong))
                  .allowingAnotherOrder()
                  .issuesAtLastAfter(NotAcme.class));
    }

    @Test
    void thatSendElsewhereEndTheRun() throws Exception {
      Fault away = instead(html(302).with("Location", "/elsewhere"));
      Fault round = instead(html(307).with("Location", "/order-plz"));
      for (Fault redirect : WHOLE ? List.of(away, round) : List.of(away)) {
        atEach(
            SIGNED,
            (step, stage) ->
                stage
                    .with(step, times(100, redirect))
                    .failsThenIssues(NotAcme.class, Refused.class, Unreachable.class));
      }
    }
  }
}

package dev.v6cert.acme.renew;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.deploy.HookOutcomes;
import dev.v6cert.acme.hook.HookCommands;
import dev.v6cert.acme.hook.HookKind;
import dev.v6cert.acme.hook.HookRunner;
import dev.v6cert.acme.lineage.CertificateStore;
import dev.v6cert.acme.lineage.IssuanceJournal;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.LineageWriter;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.renew.Renewer.StartJitter;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.testing.TestAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RenewerTest {

  private static final LineageName NAME = new LineageName("a.test");
  private static final AcmeFailure UNREACHABLE =
      new AcmeFailure.Unreachable(CertificateAuthority.LETS_ENCRYPT.directory(), "no route");

  @TempDir Path temporary;
  private Instant now = Instant.now();

  private StateDirectory directory() {
    return new StateDirectory(temporary.resolve("state"));
  }

  private Renewer renewer() {
    return new Renewer(
        directory(),
        Clock.fixed(now, ZoneOffset.UTC),
        new HookRunner(Clock.fixed(now, ZoneOffset.UTC)),
        failure -> failure.getClass().getSimpleName());
  }

  private Lineage commit(StateLock lock, HookCommands hooks) throws AcmeFailureException {
    return commit(lock, NAME, hooks);
  }

  private Lineage commit(StateLock lock, LineageName name, HookCommands hooks)
      throws AcmeFailureException {
    LineageWriter writer = new LineageWriter(lock);
    IssuanceRequest request =
        IssuanceRequest.of(
            name,
            List.of(Subject.parse("a.test"), Subject.parse("2001:db8::1")),
            CertificateAuthority.LETS_ENCRYPT);
    IssuanceJournal journal = writer.journal(request, TestAuthority::newKeys);
    TestAuthority authority = new TestAuthority("renewer");
    X509Certificate leaf =
        authority.leaf(
            journal.keys().getPublic(),
            List.of(TestAuthority.dns("a.test"), TestAuthority.ip("2001:db8::1")),
            now,
            Duration.ofDays(90));
    return writer.commit(
        Lineage.Plan.of(request).with(hooks), journal, List.of(leaf, authority.root()), now);
  }

  private void commit(HookCommands hooks) throws AcmeFailureException {
    commit(NAME, hooks);
  }

  private void commit(LineageName name, HookCommands hooks) throws AcmeFailureException {
    try (StateLock lock = StateLock.acquire(directory())) {
      commit(lock, name, hooks);
    }
  }

  private RenewalOutcome only(List<RenewalOutcome> outcomes) {
    assertThat(outcomes).hasSize(1);
    return outcomes.getFirst();
  }

  private RenewalOutcome renew(LineageIssuer renewal) throws AcmeFailureException {
    Renewer renewer = renewer();
    return only(renewer.renew(name -> true, renewer::decide, StartJitter.NONE, renewal));
  }

  private static Lineage never(StateLock lock, Lineage lineage) {
    throw new AssertionError("nothing is due");
  }

  private Lineage stored() {
    return new CertificateStore(directory()).loaded(NAME).orElseThrow();
  }

  @Nested
  class WhenNothingIsDue {

    @Test
    void doesNothingAndNeedsNoLock() throws Exception {
      commit(HookCommands.NONE);
      try (StateLock lock = StateLock.acquire(directory())) {
        assertThat(lock).isNotNull();
        assertThat(renew(RenewerTest::never)).isInstanceOf(RenewalOutcome.Kept.class);
      }
    }

    @Test
    void runsAHookThatWasCutOffOnceMore() throws Exception {
      Path ran = temporary.resolve("ran");
      commit(HookCommands.deploying("echo ran >> " + ran));
      assertThat(((RenewalOutcome.Kept) renew(RenewerTest::never)).hookOutcomes().ran()).hasSize(1);
      assertThat(((RenewalOutcome.Kept) renew(RenewerTest::never)).hookOutcomes().ran()).isEmpty();
      assertThat(ran).hasContent("ran");
    }

    @Test
    void finishesNothingInADirectoryWithoutLineages() throws Exception {
      assertThat(
              renewer()
                  .renew(name -> true, renewer()::decide, StartJitter.NONE, RenewerTest::never))
          .isEmpty();
    }
  }

  @Nested
  class WhenSomethingIsDue {

    @Test
    void renewsAndRunsTheHookWithCertbotsVariables() throws Exception {
      Path out = temporary.resolve("out");
      commit(
          HookCommands.deploying(
              "echo \"$RENEWED_LINEAGE|$RENEWED_DOMAINS\" > " + out + "; echo told"));
      renew(RenewerTest::never);
      now = now.plus(Duration.ofDays(61));
      RenewalOutcome.Renewed renewed =
          (RenewalOutcome.Renewed) renew((lock, old) -> commit(lock, old.plan().hooks()));
      assertThat(renewed.lineage().generation().orElseThrow().number()).isEqualTo(2);
      assertThat(out).hasContent(directory().live(NAME) + "|a.test 2001:db8::1");
      assertThat(renewed.hookOutcomes().ran().getFirst().output()).isEqualTo("told\n");
      assertThat(stored().renewalState().hookPending()).isFalse();
    }

    @Test
    void keepsAHookThatFailedPending() throws Exception {
      commit(HookCommands.deploying("exit 3"));
      RenewalOutcome.Kept kept = (RenewalOutcome.Kept) renew(RenewerTest::never);
      assertThat(kept.hookOutcomes().ran().getFirst().status()).isEqualTo(3);
      assertThat(stored().renewalState().hookPending()).isTrue();
    }

    @Test
    void remembersAFailureAndWaits() throws Exception {
      commit(HookCommands.NONE);
      now = now.plus(Duration.ofDays(61));
      LineageIssuer failing =
          (lock, old) -> {
            throw new AcmeFailureException(UNREACHABLE);
          };
      assertThat(renew(failing))
          .isEqualTo(new RenewalOutcome.Failed(NAME, UNREACHABLE, HookOutcomes.NONE));
      assertThat(stored().renewalState().lastError()).contains("Unreachable");
      assertThat(renew(RenewerTest::never)).isInstanceOf(RenewalOutcome.Deferred.class);
      now = now.plus(Duration.ofMinutes(2));
      assertThat(renew((lock, old) -> commit(lock, HookCommands.NONE)))
          .isInstanceOf(RenewalOutcome.Renewed.class);
      assertThat(stored().renewalState().failures()).isZero();
    }

    @Test
    void stopsWhenItIsInterruptedAndHoldsThatAgainstNobody() throws Exception {
      commit(HookCommands.NONE);
      LineageName second = new LineageName("b.test");
      commit(second, HookCommands.NONE.with(HookKind.POST, "echo post"));
      commit(new LineageName("c.test"), HookCommands.NONE);
      now = now.plus(Duration.ofDays(61));
      LineageIssuer interrupted =
          (lock, old) -> {
            Thread.currentThread().interrupt();
            if (old.name().equals(second)) {
              throw new AcmeFailureException(new AcmeFailure.Interrupted());
            }
            return old;
          };
      List<RenewalOutcome> outcomes;
      try {
        outcomes = renewer().renew(it -> true, renewer()::decide, StartJitter.NONE, interrupted);
      } finally {
        assertThat(Thread.interrupted()).isTrue();
      }
      assertThat(outcomes).hasSize(2);
      assertThat(outcomes.getFirst()).isInstanceOf(RenewalOutcome.Renewed.class);
      assertThat(outcomes.getLast())
          .isEqualTo(
              new RenewalOutcome.Failed(second, new AcmeFailure.Interrupted(), HookOutcomes.NONE));
      assertThat(
              only(
                  renewer()
                      .renew(
                          second::equals,
                          renewer()::decide,
                          StartJitter.NONE,
                          (lock, old) -> commit(lock, second, HookCommands.NONE))))
          .isInstanceOf(RenewalOutcome.Renewed.class);
    }

    @Test
    void doesNotCountAnInterruptionAsAFailure() throws Exception {
      commit(HookCommands.NONE);
      now = now.plus(Duration.ofDays(61));
      LineageIssuer interrupted =
          (lock, old) -> {
            throw new AcmeFailureException(new AcmeFailure.Interrupted());
          };
      assertThat(renew(interrupted)).isInstanceOf(RenewalOutcome.Failed.class);
      assertThat(stored().renewalState().failures()).isZero();
    }

    @Test
    void isForcedByTheCallersDecision() throws Exception {
      commit(HookCommands.NONE);
      List<RenewalOutcome> outcomes =
          renewer()
              .renew(
                  NAME::equals,
                  lineage -> new RenewalDecision.Due(RenewalDecision.Reason.FORCED),
                  StartJitter.NONE,
                  (lock, old) -> commit(lock, HookCommands.NONE));
      assertThat(only(outcomes)).isInstanceOf(RenewalOutcome.Renewed.class);
    }
  }

  @Test
  void reportsADamagedLineageAndGoesOn() throws Exception {
    commit(HookCommands.NONE);
    Files.writeString(directory().root().resolve("renewal/z.properties"), "garbage");
    Renewer renewer = renewer();
    assertThat(renewer.renew(name -> true, renewer::decide, StartJitter.NONE, RenewerTest::never))
        .hasSize(2)
        .hasAtLeastOneElementOfType(RenewalOutcome.Failed.class)
        .hasAtLeastOneElementOfType(RenewalOutcome.Kept.class);
  }

  @Test
  void goesOnAfterALineageWhoseHookRecordIsOfANewerProgram() throws Exception {
    commit(HookCommands.NONE);
    commit(new LineageName("z.test"), HookCommands.NONE);
    Files.writeString(directory().root().resolve("hooks/a.test.properties"), "format-version=99\n");
    Renewer renewer = renewer();
    List<RenewalOutcome> outcomes =
        renewer.renew(name -> true, renewer::decide, StartJitter.NONE, RenewerTest::never);
    assertThat(outcomes).hasSize(2);
    assertThat(outcomes.getFirst()).isInstanceOf(RenewalOutcome.Failed.class);
    assertThat(outcomes.getLast()).isInstanceOf(RenewalOutcome.Kept.class);
  }

  @Test
  void goesOnAfterAHookRecordOfANewerProgramThatIsOfNoLineage() throws Exception {
    commit(HookCommands.NONE);
    Files.writeString(directory().root().resolve("hooks/0.test.properties"), "format-version=99\n");
    Renewer renewer = renewer();
    assertThat(renewer.renew(name -> true, renewer::decide, StartJitter.NONE, RenewerTest::never))
        .hasSize(2)
        .hasAtLeastOneElementOfType(RenewalOutcome.Kept.class)
        .last()
        .isInstanceOf(RenewalOutcome.Failed.class);
  }

  @Nested
  class ThePauseThatTimersNeed {

    private int pauses;

    private List<RenewalOutcome> renew() throws AcmeFailureException {
      return renewer()
          .renew(
              name -> true,
              renewer()::decide,
              this::pause,
              (lock, old) -> commit(lock, old.name(), HookCommands.NONE));
    }

    private void pause() {
      pauses++;
      try {
        StateLock.acquire(directory()).close();
      } catch (AcmeFailureException e) {
        throw new AssertionError(e);
      }
    }

    @Test
    void isNotTakenWhereOnlyAHookIsToBeRun() throws Exception {
      commit(HookCommands.deploying("true"));
      commit(new LineageName("b.test"), HookCommands.NONE);
      assertThat(renew()).hasSize(2);
      assertThat(stored().renewalState().hookPending()).isFalse();
      assertThat(pauses).isZero();
    }

    @Test
    void isTakenOnceBeforeALockWhereAnAuthorityIsToBeAsked() throws Exception {
      commit(HookCommands.deploying("true"));
      now = now.minus(Duration.ofDays(61));
      commit(new LineageName("b.test"), HookCommands.NONE);
      commit(new LineageName("c.test"), HookCommands.NONE);
      now = now.plus(Duration.ofDays(61));
      assertThat(renew()).hasSize(3);
      assertThat(pauses).isEqualTo(1);
    }
  }

  @Test
  void rehearsesNothingWithoutMakingADirectory() throws Exception {
    assertThat(renewer().rehearse(name -> true, RenewerTest::never)).isEmpty();
    assertThat(directory().root()).doesNotExist();
  }

  @Test
  void rehearsesWithoutATrace() throws Exception {
    commit(HookCommands.deploying("false"));
    Lineage before = stored();
    assertThat(only(renewer().rehearse(name -> true, (lock, lineage) -> lineage)))
        .isEqualTo(new RenewalOutcome.Rehearsed(NAME, HookOutcomes.NONE));
    assertThat(stored()).isEqualTo(before);
  }
}

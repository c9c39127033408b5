package dev.v6cert.acme.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.DeployFailure;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.hook.HookCommands;
import dev.v6cert.acme.hook.HookKind;
import dev.v6cert.acme.hook.HookResult;
import dev.v6cert.acme.hook.HookRunner;
import dev.v6cert.acme.lineage.CertificateStore;
import dev.v6cert.acme.lineage.HookRecord;
import dev.v6cert.acme.lineage.HookRecords;
import dev.v6cert.acme.lineage.IssuanceJournal;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.LineageWriter;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.renew.LineageIssuer;
import dev.v6cert.acme.renew.RenewalOutcome;
import dev.v6cert.acme.renew.Renewer;
import dev.v6cert.acme.renew.Renewer.StartJitter;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.testing.TestAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which hooks a renewal runs, what they are told, and which the next run runs again. */
class LineageHooksTest {

  private static final LineageName NAME = new LineageName("a.test");

  @TempDir Path temporary;
  private Instant now = Instant.now();
  private HookCommands hooks = HookCommands.NONE;

  @BeforeEach
  void logEveryHook() throws IOException {
    Files.createFile(log());
    for (HookKind kind : HookKind.values()) {
      hooks = hooks.with(kind, logging(kind));
    }
  }

  private Path log() {
    return temporary.resolve("log");
  }

  private Path failing(HookKind kind) {
    return temporary.resolve(kind.id() + "-fails");
  }

  private String logging(HookKind kind) {
    return "echo \"%s|$RENEWED_LINEAGE|$RENEWED_DOMAINS|$FAILED_DOMAINS|$FAILURE_REASON\" >> %s; [ ! -e %s ]"
        .formatted(kind.id(), log(), failing(kind));
  }

  /** The lines logged since the last call, without the state directory. */
  private List<String> ran() throws IOException {
    List<String> lines =
        Files.readAllLines(log()).stream()
            .map(line -> line.replace(directory().live(NAME).toString(), "LIVE"))
            .toList();
    Files.writeString(log(), "");
    return lines;
  }

  private StateDirectory directory() {
    return new StateDirectory(temporary.resolve("state"));
  }

  private Lineage commit(StateLock lock) throws AcmeFailureException {
    LineageWriter writer = new LineageWriter(lock);
    IssuanceRequest request =
        IssuanceRequest.of(
            NAME,
            List.of(Subject.parse("a.test"), Subject.parse("2001:db8::1")),
            CertificateAuthority.LETS_ENCRYPT);
    IssuanceJournal journal = writer.journal(request, TestAuthority::newKeys);
    TestAuthority authority = new TestAuthority("hooks");
    return writer.commit(
        Lineage.Plan.of(request).with(hooks),
        journal,
        List.of(
            authority.leaf(
                journal.keys().getPublic(),
                List.of(TestAuthority.dns("a.test"), TestAuthority.ip("2001:db8::1")),
                now,
                Duration.ofDays(90)),
            authority.root()),
        now);
  }

  private void obtained() throws Exception {
    try (StateLock lock = StateLock.acquire(directory())) {
      commit(lock);
    }
  }

  private static Lineage refused(StateLock lock, Lineage lineage) throws AcmeFailureException {
    throw new AcmeFailureException(
        new AcmeFailure.Unreachable(lineage.plan().request().authority().directory(), "no route"));
  }

  private RenewalOutcome renew(LineageIssuer renewal) throws AcmeFailureException {
    Clock clock = Clock.fixed(now, ZoneOffset.UTC);
    Renewer renewer =
        new Renewer(
            directory(),
            clock,
            new HookRunner(clock),
            failure -> failure.getClass().getSimpleName());
    return renewer.renew(name -> true, renewer::decide, StartJitter.NONE, renewal).getFirst();
  }

  private RenewalOutcome renew() throws AcmeFailureException {
    return renew((lock, lineage) -> commit(lock));
  }

  private Lineage stored() {
    return new CertificateStore(directory()).loaded(NAME).orElseThrow();
  }

  private void due() {
    now = now.plus(Duration.ofDays(61));
  }

  @Test
  void aRenewalRunsPrePostAndDeployAndTellsWhatCertbotTells() throws Exception {
    obtained();
    due();

    RenewalOutcome outcome = renew();

    assertThat(ran())
        .containsExactly(
            "pre||||", "post||a.test 2001:db8::1||", "deploy|LIVE|a.test 2001:db8::1||");
    assertThat(outcome.hookOutcomes().ran())
        .extracting(HookResult::kind)
        .containsExactly(HookKind.PRE, HookKind.POST, HookKind.DEPLOY);
    renew();
    assertThat(ran()).isEmpty();
  }

  @Test
  void aFailedRenewalRunsPostAndFailureAndTheDeployHookOfTheOldCertificate() throws Exception {
    obtained();
    due();

    renew(LineageHooksTest::refused);

    assertThat(ran())
        .containsExactly(
            "pre||||",
            "post|||a.test 2001:db8::1|",
            "failure|LIVE||a.test 2001:db8::1|Unreachable",
            "deploy|LIVE|a.test 2001:db8::1||");
    assertThat(stored().renewalState().failures()).isEqualTo(1);
    assertThat(stored().renewalState().hookPending()).isFalse();
    assertThat(renew()).isInstanceOf(RenewalOutcome.Deferred.class);
    assertThat(ran()).isEmpty();
  }

  @Test
  void aPreHookThatFailsStopsTheRenewalButNotThePostHook() throws Exception {
    obtained();
    renew();
    ran();
    due();
    Files.createFile(failing(HookKind.PRE));

    RenewalOutcome outcome = renew(LineageHooksTest::refused);

    assertThat(((RenewalOutcome.Failed) outcome).failure())
        .isInstanceOf(DeployFailure.HookFailed.class);
    assertThat(ran())
        .containsExactly(
            "pre||||", "post|||a.test 2001:db8::1|", "failure|LIVE||a.test 2001:db8::1|HookFailed");
  }

  @Test
  void aDeployHookThatFailsRunsOnceInEachRunUntilItSucceeds() throws Exception {
    obtained();
    Files.createFile(failing(HookKind.DEPLOY));
    for (int run = 0; run < 2; run++) {
      renew();
      assertThat(ran()).contains("deploy|LIVE|a.test 2001:db8::1||");
      assertThat(stored().renewalState().hookPending()).isTrue();
    }
    Files.delete(failing(HookKind.DEPLOY));

    renew();
    renew();

    assertThat(ran()).containsExactly("deploy|LIVE|a.test 2001:db8::1||");
  }

  /** The calls of the failure hook in the hourly runs of so many days. */
  private List<String> alarms(int days) throws Exception {
    List<String> alarms = new ArrayList<>();
    for (int hour = 0; hour < days * 24; hour++) {
      renew();
      alarms.addAll(ran().stream().filter(line -> line.startsWith("failure")).toList());
      now = now.plus(Duration.ofHours(1));
    }
    return alarms;
  }

  @Test
  void aDeployHookThatGoesOnFailingIsToldAtOnceAndThenDaily() throws Exception {
    obtained();
    Files.createFile(failing(HookKind.DEPLOY));
    assertThat(alarms(10)).hasSize(11).allMatch(line -> line.endsWith("HookFailed"));
  }

  @Test
  void aFailureAfterAllWasWellAndAnotherKindOfFailureAreToldAtOnce() throws Exception {
    obtained();
    Files.createFile(failing(HookKind.DEPLOY));
    assertThat(alarms(1)).hasSize(2);
    Files.delete(failing(HookKind.DEPLOY));
    assertThat(alarms(1)).isEmpty();

    due();
    renew(LineageHooksTest::refused);
    assertThat(ran()).contains("failure|LIVE||a.test 2001:db8::1|Unreachable");
    now = now.plus(Duration.ofMinutes(2));
    renew(LineageHooksTest::refused);
    assertThat(ran()).noneMatch(line -> line.startsWith("failure"));
    now = now.plus(Duration.ofMinutes(15));
    Files.createFile(failing(HookKind.PRE));
    renew(LineageHooksTest::refused);
    assertThat(ran()).contains("failure|LIVE||a.test 2001:db8::1|HookFailed");
  }

  @Test
  void aDeploymentBetweenTwoFailedRenewalsDoesNotMakeTheSecondNews() throws Exception {
    obtained();
    due();
    renew(LineageHooksTest::refused);
    assertThat(ran()).anyMatch(line -> line.startsWith("deploy"));
    now = now.plus(Duration.ofMinutes(2));
    renew(LineageHooksTest::refused);
    assertThat(ran()).noneMatch(line -> line.startsWith("failure"));
  }

  @Test
  void aPostAndAFailureHookThatFailRunOnceInEachRunUntilTheySucceed() throws Exception {
    obtained();
    renew();
    ran();
    due();
    Files.createFile(failing(HookKind.POST));
    Files.createFile(failing(HookKind.FAILURE));
    renew(LineageHooksTest::refused);
    assertThat(ran()).hasSize(3);

    renew();
    assertThat(ran())
        .containsExactlyInAnyOrder(
            "post|||a.test 2001:db8::1|", "failure|LIVE||a.test 2001:db8::1|Unreachable");
    Files.delete(failing(HookKind.POST));
    Files.delete(failing(HookKind.FAILURE));
    renew();
    assertThat(ran()).hasSize(2);

    renew();
    assertThat(ran()).isEmpty();
  }

  @Test
  void aFailureThatWasNeverToldIsNotToldOnceThereIsACertificate() throws Exception {
    obtained();
    renew();
    due();
    Files.createFile(failing(HookKind.FAILURE));
    renew(LineageHooksTest::refused);
    ran();
    now = now.plus(Duration.ofMinutes(2));

    renew();

    assertThat(ran()).extracting(line -> line.substring(0, 3)).containsExactly("pre", "pos", "dep");
  }

  @Test
  void whatAnObtainThatWasKilledBeforeItsFirstCertificateOwesIsRunByRenew() throws Exception {
    try (StateLock lock = StateLock.acquire(directory())) {
      new HookRecords(directory())
          .addPending(
              lock,
              NAME,
              new HookRecord.PendingHook(
                  HookKind.POST,
                  logging(HookKind.POST),
                  Duration.ofMinutes(1),
                  Map.of("FAILED_DOMAINS", "a.test")));
    }

    assertThat(renew()).isInstanceOf(RenewalOutcome.Settled.class);

    assertThat(ran()).containsExactly("post|||a.test|");
    assertThat(new HookRecords(directory()).find(NAME).pending()).isEmpty();
  }

  @Test
  void howEachEndedIsKeptAndDamageToThatIsWorthNoFailure() throws Exception {
    obtained();
    hooks = HookCommands.deploying("echo told; exit 4");
    due();
    renew();

    HookResult last =
        Objects.requireNonNull(new HookRecords(directory()).find(NAME).last().get(HookKind.DEPLOY));
    assertThat(last.output()).isEqualTo("told\n");
    assertThat(last.status()).isEqualTo(4);
    assertThat(last.at()).isEqualTo(now);
    Path file = directory().root().resolve("hooks/a.test.properties");
    Files.writeString(file, "format-version=1\ndeploy.command=x\ndeploy.at=never\n");
    assertThat(new HookRecords(directory()).find(NAME).last()).isEmpty();
    Files.writeString(file, "format-version=99\n");
    assertThatThrownBy(() -> new HookRecords(directory()).find(NAME))
        .isInstanceOf(AcmeFailureException.class)
        .hasMessageContaining("NEWER_FORMAT");
  }
}

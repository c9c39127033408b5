package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.FakeAuthority;
import dev.v6cert.testing.FakeAuthority.Answer;
import dev.v6cert.testing.FreePorts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The behaviour of obtain at a limit of the CA, against a CA that reports one. */
class CandidatesIT {

  private static final int TEMPORARY = ExitStatus.TEMPORARY.code();
  private static final int REFUSED = ExitStatus.REFUSED.code();

  @TempDir Path home;
  private FakeAuthority fake;
  private V6cert machine;
  private int port;

  @BeforeEach
  void start() throws IOException {
    fake = new FakeAuthority(home.resolve("root.pem"));
    machine = V6cert.here(home);
    port = FreePorts.next();
  }

  @AfterEach
  void stop() {
    fake.close();
  }

  private void limits(int orders) {
    for (int i = 0; i < orders; i++) {
      fake.next("/new-order", Answer.problem(429, "rateLimited", Map.of("Retry-After", "7200")));
    }
  }

  private Outcome obtain(String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of("obtain", "--agree-tos", "--no-dns-check"));
    all.addAll(List.of("--http-address", "::1", "--http-port", port + ""));
    all.addAll(List.of("--ca", fake.directory() + "", "--ca-root", home.resolve("root.pem") + ""));
    if (machine.run("addresses").code() != 0) {
      all.addAll(List.of("--address", "2a01:4f8:c17:b8f::2")); // Taken at its word.
    }
    all.addAll(List.of(words));
    return machine.run(all.toArray(String[]::new));
  }

  private long orders() {
    return fake.count("/new-order");
  }

  private String names() throws Exception {
    return machine.run("list").out();
  }

  @Test
  void theFirstZoneIsTakenWhileThereIsNoLimit() throws Exception {
    assertThat(obtain().code()).isZero();
    assertThat(names()).contains(".sslip.io").doesNotContain("nip.io");
    assertThat(orders()).isEqualTo(1);
  }

  @Test
  void aLimitLeadsToTheNextZoneAndThatIsSaid() throws Exception {
    limits(1);

    Outcome outcome = obtain();

    assertThat(outcome.code()).as(outcome.toString()).isZero();
    assertThat(outcome.err())
        .contains("a limit of the CA is reached")
        .containsPattern("trying .*nip.io");
    assertThat(names()).contains(".nip.io").doesNotContain("sslip.io");
    assertThat(orders()).isEqualTo(2);
  }

  @Test
  void whatWasObtainedFurtherDownIsKept() throws Exception {
    limits(1);
    assertThat(obtain().code()).isZero();

    Outcome again = obtain();

    assertThat(again.code()).as(again.toString()).isZero();
    assertThat(again.err())
        .containsPattern("kept the certificate for .*nip.io, which is still good; --force")
        .doesNotContain("as it was", "as they were");
    assertThat(orders()).isEqualTo(2);
  }

  @Test
  void whatWasAskedForAsSuchIsNotKeptInPlaceOfTheName() throws Exception {
    assertThat(obtain("--ip").code()).isZero();
    assertThat(obtain("--zone", "nip.io").code()).isZero();

    Outcome outcome = obtain();

    assertThat(outcome.code()).as(outcome.toString()).isZero();
    assertThat(names()).contains("ip-", ".nip.io", ".sslip.io");
    assertThat(orders()).isEqualTo(3);
  }

  @Test
  void aZoneWhoseLimitIsKnownIsNotAskedForAgain() throws Exception {
    limits(1);
    assertThat(obtain().code()).isZero();

    Outcome forced = obtain("--force");

    assertThat(forced.code()).as(forced.toString()).isZero();
    assertThat(forced.err()).contains("takes no order before");
    assertThat(orders()).isEqualTo(3);
    assertThat(names()).doesNotContain("sslip.io");
  }

  @Test
  void aRenewalStaysWithWhatTheLineageHas() throws Exception {
    limits(1);
    assertThat(obtain().code()).isZero();

    assertThat(machine.run("renew", "--force").code()).isZero();

    assertThat(names()).contains(".nip.io").doesNotContain("sslip.io");
    assertThat(fake.requests().getLast()).doesNotContain("sslip");
  }

  @Test
  void theLastStepIsTheAddressItself() throws Exception {
    limits(2);

    Outcome outcome = obtain();

    assertThat(outcome.code()).as(outcome.toString()).isZero();
    assertThat(names()).contains("ip-").doesNotContain(".io");
    assertThat(orders()).isEqualTo(3);
  }

  @Test
  void atTheEndOfTheLadderItIsAFailureAndNothingIsInstalled() throws Exception {
    limits(3);

    Outcome outcome = obtain();

    assertThat(outcome.code()).isEqualTo(TEMPORARY);
    assertThat(names()).isEmpty();
    assertThat(orders()).isEqualTo(3);
  }

  @Test
  void zonesThatWereTypedAreAllThatIsTriedUnderOneName() throws Exception {
    limits(1);
    Outcome outcome = obtain("--zone", "a.test", "--zone", "b.test", "--lineage", "web");
    assertThat(outcome.code()).as(outcome.toString()).isZero();
    assertThat(names()).contains("web ", ".b.test").doesNotContain("a.test");

    limits(2);
    assertThat(obtain("--zone", "c.test", "--zone", "d.test").code()).isEqualTo(TEMPORARY);

    assertThat(names()).doesNotContain("ip-", "c.test", "d.test");
  }

  @Test
  void anotherRefusalIsNoReasonToGoOn() throws Exception {
    fake.next("/new-order", Answer.problem(400, "rejectedIdentifier", Map.of()));

    assertThat(obtain().code()).isEqualTo(REFUSED);

    assertThat(orders()).isEqualTo(1);
  }

  @Test
  void anAuthorityThatWantsToBeLeftAloneAltogetherIsAskedForNoOtherName() throws Exception {
    fake.next("/new-order", Answer.html(503, Map.of("Retry-After", "7200")));
    assertThat(obtain().code()).isEqualTo(TEMPORARY);

    Outcome again = obtain();

    assertThat(again.code()).as(again.toString()).isEqualTo(TEMPORARY);
    assertThat(again.err())
        .contains("takes no order before", "last asked for anything")
        .doesNotContain("trying");
    assertThat(orders()).isEqualTo(1);
  }

  @Test
  void aRehearsalStaysOnTheFirstStep() throws Exception {
    limits(1);

    assertThat(obtain("--dry-run").code()).isEqualTo(TEMPORARY);

    assertThat(orders()).isEqualTo(1);
  }
}

package dev.v6cert.acme.issue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailure.EarlyReason;
import dev.v6cert.acme.AcmeFailure.Step;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.AcmeProblem;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.state.StateDirectory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrderLedgerTest {

  private static final Instant START = Instant.parse("2026-11-22T00:00:00Z");
  private static final IssuanceRequest REQUEST =
      request(CertificateAuthority.LETS_ENCRYPT, "a", "a.test", "2001:db8::1");

  @TempDir Path state;
  private StateLock lock;

  @BeforeEach
  void open() throws AcmeFailureException {
    lock = StateLock.acquire(new StateDirectory(state));
  }

  @AfterEach
  void close() {
    lock.close();
  }

  private static IssuanceRequest request(
      CertificateAuthority authority, String lineage, String... subjects) {
    return IssuanceRequest.of(
        new LineageName(lineage), Stream.of(subjects).map(Subject::parse).toList(), authority);
  }

  private static Instant day(int day) {
    return START.plus(Duration.ofDays(day));
  }

  private OrderLedger ledger() {
    return new OrderLedger(lock);
  }

  private void issueFive(IssuanceRequest request) throws AcmeFailureException {
    for (int i = 0; i < 5; i++) {
      ledger().check(request, false, day(i));
      ledger().issued(request, day(i));
    }
  }

  private static AcmeFailure limited(Step step, Duration wait) {
    AcmeProblem problem = AcmeProblem.of("rateLimited", "enough");
    return new AcmeFailure.RateLimited(step, problem, Optional.of(wait));
  }

  private AcmeFailure.TooEarly refusal(IssuanceRequest request, Instant now) {
    AcmeFailureException e =
        catchThrowableOfType(AcmeFailureException.class, () -> ledger().check(request, false, now));
    assertThat(e).isNotNull();
    return (AcmeFailure.TooEarly) e.failure();
  }

  @Nested
  class TheSixthInAWeek {

    @Test
    void isRefusedUntilTheFirstIsAWeekOld() throws Exception {
      issueFive(REQUEST);
      assertThat(refusal(REQUEST, day(5)))
          .isEqualTo(
              new AcmeFailure.TooEarly(
                  CertificateAuthority.LETS_ENCRYPT.directory(),
                  REQUEST.subjects(),
                  day(7),
                  EarlyReason.WEEKLY_LIMIT));
      ledger().check(REQUEST, false, day(7));
    }

    @Test
    void isRefusedUnderAnotherLineageAndInAnotherOrder() throws Exception {
      issueFive(REQUEST);
      IssuanceRequest same =
          request(CertificateAuthority.LETS_ENCRYPT, "b", "2001:db8::1", "a.test");
      assertThat(refusal(same, day(5)).until()).isEqualTo(day(7));
    }

    @Test
    void isFreeForOtherNamesOtherAuthoritiesAndReplacements() throws Exception {
      issueFive(REQUEST);
      IssuanceRequest staging =
          request(CertificateAuthority.LETS_ENCRYPT_STAGING, "a", "a.test", "2001:db8::1");
      issueFive(staging);
      ledger().check(staging, false, day(5));
      ledger().check(request(CertificateAuthority.LETS_ENCRYPT, "a", "a.test"), false, day(5));
      assertThatCode(() -> ledger().check(REQUEST, true, day(5))).doesNotThrowAnyException();
    }

    @Test
    void isNotRefusedByLinesOfAClockThatWasAhead() throws Exception {
      issueFive(REQUEST);
      assertThatCode(() -> ledger().check(REQUEST, false, START.minusSeconds(1)))
          .doesNotThrowAnyException();
    }
  }

  @Nested
  class NotBefore {

    @Test
    void holdsForTheSameNamesUntilItHasPassedEvenForReplacements() throws Exception {
      ledger().notBefore(REQUEST, limited(Step.ORDER, Duration.ofHours(30)), START);
      AcmeFailure.TooEarly refusal = refusal(REQUEST, START.plus(Duration.ofHours(29)));
      assertThat(refusal.until()).isEqualTo(START.plus(Duration.ofHours(30)));
      assertThat(refusal.reason()).isEqualTo(EarlyReason.AUTHORITY_SAID_SO);
      ledger().check(REQUEST, false, START.plus(Duration.ofHours(30)));
    }

    @Test
    void holdsForEveryNameWhereTheAuthorityRefusedWhateverTheName() throws Exception {
      IssuanceRequest other = request(CertificateAuthority.LETS_ENCRYPT, "b", "b.test");
      URI directory = CertificateAuthority.LETS_ENCRYPT.directory();
      for (AcmeFailure failure :
          List.of(
              limited(Step.ACCOUNT, Duration.ofHours(1)),
              new AcmeFailure.Unavailable(directory, 503, Optional.of(Duration.ofHours(1))))) {
        Files.deleteIfExists(state.resolve("ledger.properties"));
        ledger().notBefore(REQUEST, failure, START);
        assertThat(refusal(REQUEST, START).reason()).isEqualTo(EarlyReason.AUTHORITY_CLOSED);
        assertThat(refusal(other, START).reason()).isEqualTo(EarlyReason.AUTHORITY_CLOSED);
        ledger().check(other, false, START.plus(Duration.ofHours(1)));
        ledger().check(request(CertificateAuthority.GOOGLE, "a", "a.test"), false, START);
      }
    }

    @Test
    void isBelievedForAWeekAtMost() throws Exception {
      ledger().notBefore(REQUEST, limited(Step.ORDER, Duration.ofDays(9999)), START);
      assertThat(refusal(REQUEST, day(1)).until()).isEqualTo(day(7));
    }
  }

  @Test
  void forgetsWhatNoLongerCounts() throws Exception {
    issueFive(REQUEST);
    ledger().issued(REQUEST, day(30));
    assertThat(Files.readString(state.resolve("ledger.properties")).lines()).hasSize(2);
  }

  @Test
  void tellsAThreadThatWasInterruptedFromADiskThatFailed() {
    Thread.currentThread().interrupt();
    AcmeFailureException e;
    try {
      e = catchThrowableOfType(AcmeFailureException.class, () -> ledger().issued(REQUEST, START));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(e.failure()).isEqualTo(new AcmeFailure.Interrupted());
  }

  @Test
  void isTheSameInEveryLocale() throws Exception {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG"));
    try {
      ledger().issued(REQUEST, START);
    } finally {
      Locale.setDefault(before);
    }
    assertThat(state.resolve("ledger.properties")).content().startsWith("entry-0000=");
  }

  @Test
  void isBegunAnewWhenItIsDamaged() throws Exception {
    Files.writeString(state.resolve("ledger.properties"), "entry-0000=nonsense");
    ledger().check(REQUEST, false, START);
    ledger().issued(REQUEST, START);
    assertThat(Files.readString(state.resolve("ledger.properties"))).contains("ISSUED");
  }
}

package dev.v6cert.acme.localca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.KeyType;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.account.Keys;
import dev.v6cert.ipv6.name.Zone;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LocalAuthorityTest {

  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
  private static final String NAME_CONSTRAINTS = "2.5.29.30";
  private static final String SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";
  private static final NameConstraints PERMITTED =
      NameConstraints.in(List.of(Zone.of("sslip.io"), Zone.of("nip.io")));
  private static final List<Subject> SUBJECTS =
      List.of(Subject.parse("app.test"), Subject.parse("127.0.0.1"), Subject.parse("::1"));

  private final LocalAuthority authority = LocalAuthority.create("me@here", PERMITTED, NOW);

  @Nested
  class TheAuthoritiesCertificates {

    @Test
    void carryTheSameCriticalConstraints() {
      for (X509Certificate one : List.of(authority.root(), authority.intermediate())) {
        assertThat(one.getCriticalExtensionOIDs()).contains(NAME_CONSTRAINTS);
        assertThat(CertificateTemplate.permitted(one)).isEqualTo(PERMITTED);
      }
    }

    @Test
    void limitHowManyAuthoritiesMayFollow() {
      assertThat(authority.root().getBasicConstraints()).isEqualTo(1);
      assertThat(authority.intermediate().getBasicConstraints()).isZero();
    }

    @Test
    void signCertificatesAndNothingElse() {
      boolean[] usage = {false, false, false, false, false, true, true, false, false};

      assertThat(authority.root().getKeyUsage()).isEqualTo(usage);
      assertThat(authority.intermediate().getKeyUsage()).isEqualTo(usage);
    }

    @Test
    void lastTenYears() throws Exception {
      assertThat(authority.root().getNotBefore().toInstant())
          .isEqualTo(NOW.minus(1, ChronoUnit.HOURS));
      assertThat(authority.root().getNotAfter().toInstant())
          .isEqualTo(Instant.parse("2036-11-29T11:00:00Z"));
      assertThat(authority.intermediate().getNotAfter()).isEqualTo(authority.root().getNotAfter());
      authority.intermediate().verify(authority.root().getPublicKey());
    }

    @Test
    void sayWhoseTheyAre() {
      assertThat(authority.root().getSubjectX500Principal().getName())
          .isEqualTo("CN=v6cert me@here 2026-11-29");
      assertThat(authority.intermediate().getSubjectX500Principal().getName())
          .isEqualTo("CN=v6cert local CA " + authority.id());
    }

    @Test
    void takeAnyOwnersName() {
      String odd = "a,b+c=\"d\"\\;<e>#é".repeat(10);

      X509Certificate root = LocalAuthority.create(odd, PERMITTED, NOW).root();

      assertThat(root.getSubjectX500Principal().getName()).startsWith("CN=v6cert a");
    }
  }

  @Nested
  class ALeaf {

    private final List<X509Certificate> chain = chain(KeyType.EC256, NOW);

    @Test
    void comesWithTheIntermediate() throws Exception {
      assertThat(chain).hasSize(2);
      assertThat(chain.getLast()).isEqualTo(authority.intermediate());
      chain.getFirst().verify(authority.intermediate().getPublicKey());
    }

    @Test
    void isForAServerWithTheNamesAndWithoutASubject() throws Exception {
      X509Certificate leaf = chain.getFirst();

      assertThat(leaf.getSubjectX500Principal().getName()).isEmpty();
      assertThat(leaf.getSubjectAlternativeNames())
          .extracting(it -> String.valueOf(it.get(1)))
          .containsExactly("app.test", "127.0.0.1", "0:0:0:0:0:0:0:1");
      assertThat(leaf.getExtendedKeyUsage()).containsExactly(SERVER_AUTHENTICATION);
      assertThat(leaf.getBasicConstraints()).isNegative();
      assertThat(leaf.getCriticalExtensionOIDs()).contains("2.5.29.17", "2.5.29.15", "2.5.29.19");
    }

    @Test
    void lastsNinetyDaysAndIsDueAtSixty() {
      assertThat(lifetime(chain.getFirst())).isEqualTo(Duration.ofDays(90));
    }

    @Test
    void hasKeyEnciphermentForRsaOnly() {
      assertThat(chain.getFirst().getKeyUsage()[2]).isFalse();
      assertThat(chain(KeyType.RSA2048, NOW).getFirst().getKeyUsage()[2]).isTrue();
    }

    @Test
    void doesNotOutliveItsIssuer() {
      Instant late = authority.root().getNotAfter().toInstant().minus(Duration.ofDays(3));

      X509Certificate leaf = chain(KeyType.EC256, late).getFirst();

      assertThat(leaf.getNotAfter()).isEqualTo(authority.root().getNotAfter());
    }

    private List<X509Certificate> chain(KeyType type, Instant now) {
      try {
        return authority.sign(Keys.generate(type).getPublic(), SUBJECTS, now);
      } catch (AcmeFailureException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Nested
  class Refuses {

    @Test
    void aPublicNameAmongPrivateOnes() {
      List<Subject> subjects = List.of(Subject.parse("app.test"), Subject.parse("example.com"));

      assertThat(failure(subjects, NOW))
          .isInstanceOfSatisfying(
              AcmeFailure.NotPrivate.class,
              refused -> assertThat(refused.subject()).hasToString("example.com"));
    }

    @Test
    void toSignBeforeItsRoot() {
      assertThat(failure(SUBJECTS, NOW.minus(Duration.ofHours(1)).minusSeconds(1)))
          .isEqualTo(
              new AcmeFailure.BeforeRoot(
                  Instant.parse("2026-11-29T10:59:59Z"), Instant.parse("2026-11-29T11:00:00Z")));
    }

    @Test
    void toSignAfterItsRoot() {
      assertThat(failure(SUBJECTS, Instant.parse("2036-11-29T11:00:00Z")))
          .isInstanceOf(AcmeFailure.RootEnded.class);
    }

    private AcmeFailure failure(List<Subject> subjects, Instant now) {
      try {
        authority.sign(Keys.generate(KeyType.EC256).getPublic(), subjects, now);
        throw new AssertionError("signed " + subjects);
      } catch (AcmeFailureException e) {
        return e.failure();
      }
    }
  }

  @Test
  void isAnotherOneEachTime() {
    LocalAuthority other = LocalAuthority.create("me@here", PERMITTED, NOW);

    assertThat(other.id()).isNotEqualTo(authority.id()).matches("[0-9a-f]{16}");
    assertThat(other.fingerprint()).startsWith(other.id());
    assertThatThrownBy(() -> other.intermediate().verify(authority.root().getPublicKey()))
        .isInstanceOf(SignatureException.class);
  }

  private static Duration lifetime(X509Certificate certificate) {
    return Duration.between(
        certificate.getNotBefore().toInstant(), certificate.getNotAfter().toInstant());
  }
}

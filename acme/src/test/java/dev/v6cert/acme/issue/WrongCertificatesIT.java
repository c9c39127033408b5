package dev.v6cert.acme.issue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.lineage.CertificateStore;
import dev.v6cert.acme.lineage.KeyedCertificate;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.testing.FakeAuthority;
import dev.v6cert.testing.FakeOrder;
import dev.v6cert.testing.TestAuthority;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Certificates that were not asked for: none is installed, and the old one stays in place. */
class WrongCertificatesIT {

  private static final String NAME = "a.v6.test";

  @TempDir Path home;
  @TempDir Path state;
  private FakeAuthority fake;

  @BeforeEach
  void start() throws IOException {
    fake = new FakeAuthority(home.resolve("root.pem"));
  }

  @AfterEach
  void stop() {
    fake.close();
  }

  private Lineage issue() throws AcmeFailureException, IOException {
    return TestClient.of(fake, state, event -> {}).issue(NAME);
  }

  /** Makes a chain in place of the proper one. */
  interface Tampering
      extends BiFunction<TestAuthority, List<X509Certificate>, List<X509Certificate>> {}

  private static X509Certificate leaf(
      TestAuthority authority, PublicKey key, Instant from, Duration lifetime, String... names) {
    return authority.leaf(key, Stream.of(names).map(TestAuthority::dns).toList(), from, lifetime);
  }

  private static Arguments wrong(String what, String fault, Tampering tampering) {
    return Arguments.of(what, fault, tampering);
  }

  /** A leaf for the right key in place of the proper one, above the same root. */
  private static Arguments wrongLeaf(
      String what, String fault, Duration from, Duration lifetime, String... names) {
    return wrong(
        what,
        fault,
        (authority, chain) ->
            List.of(
                leaf(
                    authority,
                    chain.getFirst().getPublicKey(),
                    Instant.now().plus(from),
                    lifetime,
                    names),
                chain.getLast()));
  }

  static Stream<Arguments> wrongOnes() {
    Duration day = Duration.ofDays(1);
    return Stream.of(
        wrong(
            "another key",
            "another key",
            (authority, chain) ->
                List.of(
                    leaf(authority, TestAuthority.newKeys().getPublic(), Instant.now(), day, NAME),
                    chain.getLast())),
        wrongLeaf("another name", "b.v6.test", Duration.ZERO, day, "b.v6.test"),
        wrongLeaf("a name too many", "b.v6.test", Duration.ZERO, day, NAME, "b.v6.test"),
        wrongLeaf("no name", "no subject alternative names", Duration.ZERO, day),
        wrongLeaf("expired", "expired", Duration.ofDays(-3), day, NAME),
        wrongLeaf("not yet valid", "not valid before", Duration.ofDays(2), day, NAME),
        wrongLeaf(
            "valid for a century", "make no sense", Duration.ZERO, day.multipliedBy(36500), NAME),
        wrong("without its issuers", "missing", (authority, chain) -> chain.subList(0, 1)),
        wrong("in the wrong order", "another key", (authority, chain) -> chain.reversed()),
        wrong(
            "beside the issuer of another",
            "breaks at CN=other",
            (authority, chain) -> List.of(chain.getFirst(), new TestAuthority("other").root())),
        wrong(
            "signed by another of the same name",
            "breaks at CN=the fake",
            (authority, chain) -> List.of(chain.getFirst(), new TestAuthority("the fake").root())),
        wrong(
            "signed by what is not an authority",
            "CN=leaf is not an authority",
            (authority, chain) -> {
              TestAuthority impostor = new TestAuthority("leaf");
              PublicKey wanted = chain.getFirst().getPublicKey();
              PublicKey its = impostor.root().getPublicKey();
              return List.of(
                  leaf(impostor, wanted, Instant.now(), day, NAME),
                  leaf(authority, its, Instant.now(), day, NAME),
                  chain.getLast());
            }),
        wrong(
            "with its chain broken further up",
            "breaks at CN=other",
            (authority, chain) ->
                List.of(chain.getFirst(), chain.getLast(), new TestAuthority("other").root())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongOnes")
  void isRefusedAndTheOldOneStays(String what, String fault, Tampering tampering) throws Exception {
    X509Certificate old = KeyedCertificate.of(issue()).certificate();
    fake.order().tampering(chain -> tampering.apply(fake.order().authority(), chain));

    AcmeFailureException e = catchThrowableOfType(AcmeFailureException.class, this::issue);

    assertThat(e).isNotNull();
    assertThat(e.failure())
        .isInstanceOfSatisfying(
            AcmeFailure.BadCertificate.class, bad -> assertThat(bad.fault()).contains(fault));
    Path live = new StateDirectory(state).live(new LineageName("test"));
    assertThat(
            KeyedCertificate.ofFiles(live.resolve("cert.pem"), live.resolve("privkey.pem"))
                .certificate())
        .isEqualTo(old);
    fake.order().tampering(chain -> chain);
    assertThat(KeyedCertificate.of(issue()).certificate()).isNotEqualTo(old);
  }

  @Test
  void isNotInstalledWhereThereWasNoneBefore() throws Exception {
    fake.order().tampering(chain -> chain.subList(0, 1));
    AcmeFailureException e = catchThrowableOfType(AcmeFailureException.class, this::issue);
    assertThat(e.failure()).isInstanceOf(AcmeFailure.BadCertificate.class);
    assertThat(new CertificateStore(new StateDirectory(state)).lineages()).isEmpty();
  }

  @Test
  void thatCannotBeParsedIsToldInTheWordsOfTheParser() {
    fake.order().copying(FakeOrder.Copying.SUBJECT_AND_NAMES_UNCRITICAL);
    String longName = "a".repeat(60) + ".v6.test"; // It fits no common name.
    AcmeFailureException e =
        catchThrowableOfType(
            AcmeFailureException.class,
            () -> TestClient.of(fake, state, event -> {}).issue(longName));
    assertThat(e.failure())
        .isInstanceOfSatisfying(
            AcmeFailure.UnreadableCertificate.class,
            unreadable -> assertThat(unreadable.fault()).contains("subject field is empty"));
  }

  @Test
  void belowAnExpiredIssuerIsRefused() {
    fake.clockAhead(Duration.ofDays(31));
    AcmeFailureException e = catchThrowableOfType(AcmeFailureException.class, this::issue);
    assertThat(e.failure())
        .isEqualTo(new AcmeFailure.BadCertificate("CN=the fake in its chain has expired"));
  }
}

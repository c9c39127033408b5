package dev.v6cert.acme.issue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.Diagnosis;
import dev.v6cert.acme.IssuanceEvent;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.KeyPolicy;
import dev.v6cert.acme.KeyType;
import dev.v6cert.acme.Registration;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.lineage.CertificateStore;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.testing.FreePorts;
import dev.v6cert.testing.RunningPebble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Issuance from a real Pebble, which validates over ::1. */
class IssuanceIT {

  @RegisterExtension static final RunningPebble pebble = new RunningPebble();

  @TempDir Path state;
  private final List<IssuanceEvent> events = new CopyOnWriteArrayList<>();

  private TestClient client() {
    return TestClient.of(pebble.running(), state, events::add);
  }

  private Lineage issue(IssuanceRequest request, Registration registration)
      throws AcmeFailureException {
    return client().issue(request, registration);
  }

  private IssuanceRequest request(String... subjects) {
    return client().request(subjects);
  }

  @ParameterizedTest
  @EnumSource(names = {"EC256", "EC384", "RSA2048", "RSA4096"})
  void leavesACertificateThatOpensslVerifies(KeyType type) throws Exception {
    Lineage lineage =
        issue(request("2001-db8--1.v6.test").with(KeyPolicy.DEFAULT.with(type)), TestClient.AGREED);
    assertThat(
            run(
                "openssl",
                "verify",
                "-CAfile",
                pebble.running().issuingRoot().toString(),
                "-untrusted",
                lineage.live().resolve("chain.pem").toString(),
                lineage.live().resolve("cert.pem").toString()))
        .contains("OK");
    String key = Files.readString(lineage.privateKey());
    assertThat(key).startsWith("-----BEGIN PRIVATE KEY-----\n");
    assertThat(run("openssl", "pkey", "-in", lineage.privateKey().toString(), "-pubout"))
        .isEqualTo(
            run("openssl", "x509", "-in", lineage.fullChain().toString(), "-pubkey", "-noout"));
    new CertificateStore(new StateDirectory(state)).verify(lineage.name());
  }

  @Test
  void tellsEachStep() throws Exception {
    issue(request("a.v6.test"), TestClient.AGREED);
    assertThat(events)
        .extracting(event -> event.getClass().getSimpleName())
        .containsSubsequence(
            "DirectoryRead",
            "AccountCreated",
            "OrderCreated",
            "ChallengePresented",
            "Asked",
            "AuthorizationValid",
            "Finalized",
            "Downloaded",
            "Committed");
  }

  @Test
  void certifiesAnAddress() throws Exception {
    Lineage lineage = issue(request("::1"), TestClient.AGREED);
    assertThat(
            run(
                "openssl",
                "x509",
                "-in",
                lineage.fullChain().toString(),
                "-noout",
                "-ext",
                "subjectAltName"))
        .contains("IP Address:0:0:0:0:0:0:0:1");
  }

  @Test
  void certifiesANameAndAnAddressTogether() throws Exception {
    Lineage lineage = issue(request("b.v6.test", "::1"), TestClient.AGREED);
    assertThat(lineage.generation().orElseThrow().subjects())
        .containsExactlyInAnyOrder(Subject.parse("b.v6.test"), Subject.parse("::1"));
  }

  @Test
  void usesTheSameAccountAgain() throws Exception {
    issue(request("c.v6.test"), TestClient.AGREED);
    events.clear();
    issue(request("c.v6.test"), Registration.agreeing(terms -> false));
    assertThat(events).hasAtLeastOneElementOfType(IssuanceEvent.AccountFound.class);
    assertThat(events).doesNotHaveAnyElementsOfTypes(IssuanceEvent.AccountCreated.class);
  }

  @Test
  void findsTheAccountByItsKeyWhereItsAddressWasLost() throws Exception {
    issue(request("d.v6.test"), TestClient.AGREED);
    try (var files = Files.walk(state.resolve("accounts"))) {
      for (Path file : files.filter(it -> it.endsWith("account.properties")).toList()) {
        Files.delete(file);
      }
    }
    events.clear();
    issue(request("d.v6.test"), Registration.agreeing(terms -> false));
    assertThat(events).hasAtLeastOneElementOfType(IssuanceEvent.AccountFound.class);
  }

  @Test
  void opensNoAccountWithoutAgreement() {
    assertThatThrownBy(() -> issue(request("e.v6.test"), Registration.agreeing(terms -> false)))
        .isInstanceOfSatisfying(
            AcmeFailureException.class,
            e -> assertThat(e.failure()).isInstanceOf(AcmeFailure.TermsNotAgreed.class));
  }

  @Test
  void rehearsesWithoutInstallingAnything() throws Exception {
    try (StateLock lock = client().lock()) {
      new CertificateIssuer()
          .rehearse(lock, request("g.v6.test"), TestClient.AGREED, client().solver(), events::add);
    }
    assertThat(events).hasAtLeastOneElementOfType(IssuanceEvent.AuthorizationValid.class);
    assertThat(new CertificateStore(new StateDirectory(state)).lineages()).isEmpty();
    try (var files = Files.list(state.resolve("archive"))) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void saysThatNothingHandsThePortOn() throws Exception {
    TestClient elsewhere =
        new TestClient(pebble.running().authority(), FreePorts.next(), state, events::add);
    assertThatThrownBy(() -> elsewhere.issue("f.v6.test"))
        .isInstanceOfSatisfying(
            AcmeFailureException.class,
            e ->
                assertThat(e.failure())
                    .isInstanceOfSatisfying(
                        AcmeFailure.ValidationFailed.class,
                        it ->
                            assertThat(it.validations().getFirst().diagnosis())
                                .isEqualTo(Diagnosis.NOTHING_HANDS_ON)));
  }

  static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}

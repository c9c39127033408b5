package dev.v6cert.acme.issue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.KeyPolicy;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.issue.CertificateRevoker.Reason;
import dev.v6cert.acme.issue.CertificateRevoker.Signer;
import dev.v6cert.acme.lineage.CertificateStore;
import dev.v6cert.acme.lineage.Generation;
import dev.v6cert.acme.lineage.KeyedCertificate;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.lineage.StoredLineage;
import dev.v6cert.acme.renew.RenewalDecision;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.testing.RunningPebble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Revocations as a real Pebble sees them. */
class RevocationIT {

  @RegisterExtension static final RunningPebble pebble = new RunningPebble();

  @TempDir Path state;

  private TestClient client() {
    return TestClient.of(pebble.running(), state, event -> {});
  }

  private Lineage issue() throws AcmeFailureException {
    return client().issue(client().request("r.v6.test").with(KeyPolicy.DEFAULT.reusing()));
  }

  private void revoke(Lineage lineage, Reason reason, Signer signer) throws AcmeFailureException {
    try (StateLock lock = client().lock()) {
      new CertificateRevoker().revoke(lock, lineage, reason, signer, event -> {});
    }
  }

  private Lineage stored() {
    StoredLineage stored =
        new CertificateStore(new StateDirectory(state)).find(new LineageName("test")).orElseThrow();
    return ((StoredLineage.Loaded) stored).lineage();
  }

  private static String status(KeyedCertificate certificate) throws IOException {
    return pebble.running().status(certificate.certificate());
  }

  @Test
  void theAccountRevokesItsCertificate() throws Exception {
    Lineage lineage = issue();
    KeyedCertificate certificate = KeyedCertificate.of(lineage);
    assertThat(status(certificate)).contains("Valid");

    revoke(lineage, Reason.SUPERSEDED, Signer.ACCOUNT);

    assertThat(status(certificate)).contains("Revoked").containsPattern("\"Reason\": ?4");
  }

  @Test
  void theKeyOfTheCertificateRevokesItWithoutAnAccount() throws Exception {
    Lineage lineage = issue();
    KeyedCertificate certificate = KeyedCertificate.of(lineage);
    try (var accounts = Files.walk(state.resolve("accounts"))) {
      for (Path file : accounts.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }

    AcmeFailureException e =
        catchThrowableOfType(
            AcmeFailureException.class,
            () -> revoke(lineage, Reason.KEY_COMPROMISE, Signer.ACCOUNT));
    assertThat(e.failure()).isInstanceOf(AcmeFailure.NoAccount.class);
    revoke(lineage, Reason.KEY_COMPROMISE, Signer.CERTIFICATE_KEY);

    assertThat(status(certificate)).contains("Revoked").containsPattern("\"Reason\": ?1");
  }

  @Test
  void aCertificateInNoLineageIsRevokedByItsKey() throws Exception {
    Lineage lineage = issue();
    KeyedCertificate certificate =
        KeyedCertificate.ofFiles(lineage.live().resolve("cert.pem"), lineage.privateKey());

    new CertificateRevoker()
        .revoke(pebble.running().authority(), certificate, Reason.UNSPECIFIED, event -> {});

    assertThat(status(certificate)).contains("Revoked");
  }

  @Test
  void aRevokedOneIsDueAndItsSuccessorHasAnotherKeyThoughKeysAreKept() throws Exception {
    Lineage lineage = issue();
    String key = Files.readString(lineage.privateKey());
    String serial = lineage.generation().map(Generation::serial).orElseThrow();
    revoke(lineage, Reason.KEY_COMPROMISE, Signer.ACCOUNT);
    assertThat(RenewalDecision.of(stored(), Instant.now()))
        .isEqualTo(new RenewalDecision.Due(RenewalDecision.Reason.REVOKED));

    Lineage successor = issue();

    assertThat(successor.generation().map(Generation::serial)).isNotEqualTo(Optional.of(serial));
    assertThat(Files.readString(successor.privateKey())).isNotEqualTo(key);
    assertThat(RenewalDecision.of(stored(), Instant.now()))
        .isInstanceOf(RenewalDecision.NotDue.class);
  }

  @Test
  void oneThatWasRevokedBeforeIsRememberedAsSuch() throws Exception {
    Lineage lineage = issue();
    revoke(lineage, Reason.UNSPECIFIED, Signer.CERTIFICATE_KEY);
    revoke(lineage, Reason.UNSPECIFIED, Signer.ACCOUNT);
    assertThat(stored().generation().flatMap(Generation::revokedAt)).isPresent();
  }
}

package dev.v6cert.acme.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.state.DurableFiles;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.testing.TestAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A commit that was killed before its last rename, which makes the new generation live. */
class UnfinishedSwapTest {

  private static final LineageName NAME = new LineageName("a.test");

  @TempDir Path temporary;
  private StateLock lock;
  private LineageWriter writer;

  @BeforeEach
  void open() throws AcmeFailureException {
    lock = StateLock.acquire(new StateDirectory(temporary.resolve("state")));
    writer = new LineageWriter(lock);
  }

  @AfterEach
  void close() {
    lock.close();
  }

  private void commit() throws AcmeFailureException {
    IssuanceRequest request =
        IssuanceRequest.of(
            NAME, List.of(Subject.parse("a.test")), CertificateAuthority.of("https://ca.test/dir"));
    IssuanceJournal journal = writer.journal(request, TestAuthority::newKeys);
    TestAuthority authority = new TestAuthority("swap");
    X509Certificate leaf =
        authority.leaf(
            journal.keys().getPublic(), List.of(TestAuthority.dns("a.test")), Duration.ofDays(9));
    Lineage _ =
        writer.commit(
            Lineage.Plan.of(request), journal, List.of(leaf, authority.root()), Instant.now());
  }

  private Path live() {
    return lock.directory().live(NAME);
  }

  private void putBack() throws Exception {
    Files.delete(live());
    Files.createSymbolicLink(live(), CertificateStore.target(NAME, 1));
  }

  @Test
  void isFinishedByTheNextRun() throws Exception {
    commit();
    commit();
    putBack();

    assertThat(writer.recover(NAME).orElseThrow().generation().orElseThrow().number()).isEqualTo(2);
    assertThat(live().toRealPath()).hasFileName("2");
  }

  @Test
  void isNotFinishedWithFilesThatAreNotThere() throws Exception {
    commit();
    commit();
    putBack();
    DurableFiles.deleteTree(lock.directory().archive(NAME).resolve("2"));

    assertThat(writer.recover(NAME).orElseThrow().generation().orElseThrow().number()).isEqualTo(1);
    assertThat(live().toRealPath()).hasFileName("1");
  }
}

package dev.v6cert.acme.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.testing.TestAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineageDeletionTest {

  private static final LineageName NAME = new LineageName("a.test");
  private static final LineageName OTHER = new LineageName("b.test");

  @TempDir Path temporary;
  private StateDirectory directory = new StateDirectory(Path.of("unset"));

  @BeforeEach
  void commitTwo() throws Exception {
    directory = new StateDirectory(temporary.resolve("state"));
    commit(NAME);
    commit(NAME);
    commit(OTHER);
  }

  private void commit(LineageName name) throws AcmeFailureException {
    IssuanceRequest request =
        IssuanceRequest.of(
            name,
            List.of(Subject.parse(name.text())),
            CertificateAuthority.of("https://ca.test/dir"));
    try (StateLock lock = StateLock.acquire(directory)) {
      LineageWriter writer = new LineageWriter(lock);
      IssuanceJournal journal = writer.journal(request, TestAuthority::newKeys);
      TestAuthority authority = new TestAuthority("deletion");
      X509Certificate leaf =
          authority.leaf(
              journal.keys().getPublic(),
              List.of(TestAuthority.dns(name.text())),
              Duration.ofDays(9));
      writer.commit(
          Lineage.Plan.of(request), journal, List.of(leaf, authority.root()), Instant.now());
    }
  }

  private void delete() throws AcmeFailureException {
    try (StateLock lock = StateLock.acquire(directory)) {
      LineageDeletion.delete(lock, NAME);
    }
  }

  private Path decide() throws IOException {
    Path file = directory.renewal().resolve(NAME + ".properties");
    return Files.move(file, directory.renewal().resolve(NAME + ".deleted"));
  }

  private void assertGone() throws Exception {
    try (Stream<Path> all = Files.walk(directory.root())) {
      assertThat(all.map(Path::toString)).noneMatch(path -> path.contains(NAME.text()));
    }
    CertificateStore store = new CertificateStore(directory);
    assertThat(store.lineages()).extracting(StoredLineage::name).containsExactly(OTHER);
    store.verify(OTHER);
  }

  @Test
  void leavesNothingAndTouchesNoOther() throws Exception {
    delete();
    assertGone();
  }

  @Test
  void takesAwayWhatIsDamaged() throws Exception {
    Files.writeString(directory.renewal().resolve(NAME + ".properties"), "garbage");
    delete();
    assertGone();
  }

  @Test
  void doesNothingWhereThereIsNoSuchLineage() throws Exception {
    delete();
    delete();
    assertGone();
  }

  @Test
  void aKilledOneIsDecidedForEveryReaderAndFinishedByTheNextToTakeTheLock() throws Exception {
    decide();
    CertificateStore store = new CertificateStore(directory);
    assertThat(store.find(NAME)).isEmpty();
    assertThat(store.lineages()).hasSize(1);

    StateLock.acquire(directory).close();

    assertGone();
  }

  @Test
  void oneKilledAmongTheFilesIsFinishedToo() throws Exception {
    decide();
    Files.delete(directory.live(NAME));
    Files.delete(directory.archive(NAME).resolve("1/privkey.pem"));

    StateLock.acquire(directory).close();

    assertGone();
  }

  @Test
  void theNameIsFreeAgain() throws Exception {
    decide();
    commit(NAME);
    CertificateStore store = new CertificateStore(directory);
    store.verify(NAME);
    assertThat(directory.archive(NAME).resolve("1")).isDirectory();
    assertThat(directory.archive(NAME).resolve("2")).doesNotExist();
  }
}

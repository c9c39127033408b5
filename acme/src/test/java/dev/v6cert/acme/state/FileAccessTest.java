package dev.v6cert.acme.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.KeyAccess;
import dev.v6cert.acme.KeyPolicy;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.StoreFailure.GroupUnusable;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.lineage.CertificateStore;
import dev.v6cert.acme.lineage.IssuanceJournal;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.LineageWriter;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.lineage.StoredLineage;
import dev.v6cert.testing.TestAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileAccessTest {

  private static final LineageName NAME = new LineageName("a.test");

  @TempDir Path temporary;
  private StateDirectory directory = new StateDirectory(Path.of("unset"));

  @BeforeEach
  void setUp() {
    Assumptions.assumeTrue(DurableFiles.POSIX, "files have no modes here");
    directory = new StateDirectory(temporary.resolve("state"));
  }

  private Lineage commit(KeyAccess access) throws AcmeFailureException {
    IssuanceRequest request =
        IssuanceRequest.of(
                NAME,
                List.of(Subject.parse("a.test")),
                CertificateAuthority.of("https://ca.test/dir"))
            .with(KeyPolicy.DEFAULT.with(access));
    try (StateLock lock = StateLock.acquire(directory)) {
      LineageWriter writer = new LineageWriter(lock);
      writer.check(access);
      IssuanceJournal journal = writer.journal(request, TestAuthority::newKeys);
      TestAuthority authority = new TestAuthority("access");
      X509Certificate leaf =
          authority.leaf(
              journal.keys().getPublic(), List.of(TestAuthority.dns("a.test")), Duration.ofDays(9));
      return writer.commit(
          Lineage.Plan.of(request), journal, List.of(leaf, authority.root()), Instant.now());
    }
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static String group(Path path) throws IOException {
    return Files.getFileAttributeView(path, PosixFileAttributeView.class)
        .readAttributes()
        .group()
        .getName();
  }

  /** A group that is not the process's own, as root may give files to any; else its own. */
  private String someGroup() throws IOException {
    String own = group(temporary);
    if (!"root".equals(System.getProperty("user.name"))) {
      return own;
    }
    try (Stream<String> groups = Files.lines(Path.of("/etc/group"))) {
      return groups
          .map(line -> line.substring(0, line.indexOf(':')))
          .filter(name -> !name.equals(own))
          .findFirst()
          .orElse(own);
    }
  }

  @Test
  void everythingIsForTheOwnerUnlessToldOtherwise() throws Exception {
    Lineage lineage = commit(KeyAccess.OWNER);
    assertThat(mode(lineage.privateKey())).isEqualTo("rw-------");
    assertThat(mode(lineage.live())).isEqualTo("rwx------");
    for (Path parent : directory.wayTo(NAME)) {
      assertThat(mode(parent)).as(parent.toString()).isEqualTo("rwx------");
    }
  }

  @Test
  void aGroupCanReadTheFilesAndPassOnTheWayToThem() throws Exception {
    String group = someGroup();
    Lineage lineage = commit(KeyAccess.of(Optional.of(group), Optional.empty()));
    for (Path file : List.of(lineage.privateKey(), lineage.fullChain())) {
      assertThat(mode(file)).isEqualTo("rw-r-----");
      assertThat(group(file)).isEqualTo(group);
    }
    assertThat(mode(lineage.live().toRealPath())).isEqualTo("rwxr-x---");
    for (Path parent : directory.wayTo(NAME)) {
      assertThat(mode(parent)).as(parent.toString()).isEqualTo("rwx--x--x");
    }
    assertThat(mode(directory.accounts())).isEqualTo("rwx------");
    assertThat(mode(directory.renewal())).isEqualTo("rwx------");
  }

  @Test
  void staysWithTheLineage() throws Exception {
    KeyAccess access = KeyAccess.of(Optional.of(someGroup()), Optional.of(0440));
    Lineage lineage = commit(access);
    assertThat(mode(lineage.privateKey())).isEqualTo("r--r-----");
    StoredLineage stored = new CertificateStore(directory).find(NAME).orElseThrow();
    assertThat(stored)
        .isInstanceOfSatisfying(
            StoredLineage.Loaded.class,
            sound -> assertThat(sound.lineage().plan().request().key().access()).isEqualTo(access));
  }

  @Test
  void aGroupThatIsNotThereIsRefused() {
    AcmeFailureException e =
        catchThrowableOfType(
            AcmeFailureException.class,
            () -> commit(KeyAccess.of(Optional.of("no-such-group"), Optional.empty())));
    assertThat(e.failure()).isEqualTo(new GroupUnusable("no-such-group", false, ""));
    assertThat(directory.archive(NAME)).doesNotExist();
  }
}

package dev.v6cert.acme.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.v6cert.acme.AccountName;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.StoreFailure.StateProblem;
import dev.v6cert.acme.StoreFailure.StateUnusable;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.state.DurableFiles;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.testing.TestAuthority;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountStoreTest {

  @TempDir Path temporary;
  private StateLock lock;
  private AccountStore store;

  @BeforeEach
  void open() throws Exception {
    lock = StateLock.acquire(new StateDirectory(temporary.resolve("state")));
    store =
        new AccountStore(lock, CertificateAuthority.of("https://ca.test/dir"), AccountName.DEFAULT);
    store.storeKey(TestAuthority.newKeys());
  }

  @AfterEach
  void close() {
    lock.close();
  }

  private Path key() throws Exception {
    try (Stream<Path> files = Files.walk(lock.directory().accounts())) {
      return files.filter(file -> file.endsWith("privkey.pem")).findFirst().orElseThrow();
    }
  }

  private StateProblem problem() {
    AcmeFailureException e = catchThrowableOfType(AcmeFailureException.class, store::find);
    assertThat(e).isNotNull();
    return ((StateUnusable) e.failure()).problem();
  }

  @Nested
  class AKey {

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwx------"})
    void thatOthersMayReadOrThatIsOddIsRefused(String mode) throws Exception {
      assumeTrue(DurableFiles.POSIX, "files have no modes here");
      Files.setPosixFilePermissions(key(), PosixFilePermissions.fromString(mode));
      assertThat(problem()).isEqualTo(StateProblem.TOO_OPEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"})
    void thatIsDamagedIsRefusedAndStays(String text) throws Exception {
      Path file = Files.writeString(key(), text);
      assertThat(problem()).isEqualTo(StateProblem.CORRUPT);
      assertThat(file).hasContent(text);
    }

    @Test
    void thatIsSoundIsTheAccount() throws Exception {
      assertThat(store.find().orElseThrow().url()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://ca.test/Dir",
        "https://ca.test/dir/",
        "https://ca.test/dir?a",
        "https://ca.test:8443/dir",
        "https://ca.test/a/dir"
      })
  void isAnotherOneForEachAddressOfADirectory(String other) throws Exception {
    AccountStore others =
        new AccountStore(lock, CertificateAuthority.of(other), AccountName.DEFAULT);
    assertThat(others.find()).isEmpty();
    others.storeKey(TestAuthority.newKeys());
    others.storeUrl(URI.create(other));
    assertThat(others.find().orElseThrow().url()).contains(URI.create(other));
    assertThat(store.find().orElseThrow().url()).isEmpty();
  }

  @Test
  void isTheSameWhateverTheCaseOfTheHost() throws Exception {
    store.storeUrl(URI.create("https://ca.test/account/1"));
    AccountStore same =
        new AccountStore(lock, CertificateAuthority.of("https://CA.test/dir"), AccountName.DEFAULT);
    assertThat(same.find().orElseThrow().url()).contains(URI.create("https://ca.test/account/1"));
  }
}

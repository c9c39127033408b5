package dev.v6cert.acme.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.v6cert.acme.AccountName;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.StoreFailure.Busy;
import dev.v6cert.acme.StoreFailure.StateProblem;
import dev.v6cert.acme.StoreFailure.StateUnusable;
import dev.v6cert.acme.account.AccountPaths;
import dev.v6cert.acme.account.AccountStore;
import dev.v6cert.acme.account.KnownAccount;
import dev.v6cert.acme.state.DurableFiles;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.testing.TestAuthority;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateLockTest {

  private static final CertificateAuthority AUTHORITY =
      CertificateAuthority.of("https://[2001:db8::1]:14000/acme/dir");

  @TempDir Path temporary;

  private Path key() {
    Path accounts = new StateDirectory(temporary).accounts();
    return AccountPaths.directory(accounts, AUTHORITY, AccountName.DEFAULT).resolve("privkey.pem");
  }

  private StateUnusable refusal(Path root) {
    AcmeFailureException e =
        catchThrowableOfType(
            AcmeFailureException.class, () -> StateLock.acquire(new StateDirectory(root)).close());
    assertThat(e).isNotNull();
    return (StateUnusable) e.failure();
  }

  @Nested
  class OfADirectory {

    @Test
    void isRefusedWhereEverybodyMayPutAnotherInItsPlace() throws Exception {
      assumeTrue(DurableFiles.POSIX, "files have no modes here");
      Path open = Files.createDirectory(temporary.resolve("open"));
      Path root = open.resolve("state");
      Files.setAttribute(open, "unix:mode", 0777);
      assertThat(refusal(root).path()).isEqualTo(open.toRealPath());
      assertThat(refusal(root).problem()).isEqualTo(StateProblem.TOO_OPEN);

      Files.setAttribute(open, "unix:mode", 01777); // As /tmp is.
      StateLock.acquire(new StateDirectory(root)).close();
    }

    @Test
    void isHeldByOneAtATime() throws Exception {
      StateDirectory directory = new StateDirectory(temporary);
      try (StateLock lock = StateLock.acquire(directory)) {
        assertThat(lock.directory()).isEqualTo(directory);
        AcmeFailureException e =
            catchThrowableOfType(
                AcmeFailureException.class, () -> StateLock.acquire(directory).close());
        assertThat(e.failure())
            .isEqualTo(new Busy(temporary, Optional.of(ProcessHandle.current().pid())));
      }
      StateLock.acquire(directory).close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxrwxrwx", "rwxrwx---", "rwxr-x-w-"})
    void isRefusedWhereOthersCanWrite(String mode) throws Exception {
      Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString(mode));
      assertThat(refusal(temporary).problem()).isEqualTo(StateProblem.TOO_OPEN);
      Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwx------"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"accounts", "archive", "hooks", "live", "renewal"})
    void isRefusedWhereOthersCanWriteToAPartOfIt(String part) throws Exception {
      StateDirectory directory = new StateDirectory(temporary);
      StateLock.acquire(directory).close();
      directory.check();
      Path open = temporary.resolve(part);
      Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
      assertThat(refusal(temporary))
          .isEqualTo(new StateUnusable(open, StateProblem.TOO_OPEN, "other users can write to it"));
      assertThat(catchThrowableOfType(AcmeFailureException.class, directory::check).failure())
          .isEqualTo(refusal(temporary));
    }

    @Test
    void isTakenAsMkdirMakesIt() throws Exception {
      Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
      StateLock.acquire(new StateDirectory(temporary)).close();
    }

    @Test
    void isFreedOfWhatAKilledRunLeftButNotOfWhatOneIsAt() throws Exception {
      Path left = Files.createFile(temporary.resolve(".owner-1.tmp"));
      Path present = Files.createFile(temporary.resolve(".owner-2.tmp"));
      Files.setLastModifiedTime(left, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
      StateLock.acquire(new StateDirectory(temporary)).close();
      assertThat(left).doesNotExist();
      assertThat(present).exists();
    }

    @Test
    void isRefusedWhereItCannotBeMade() throws Exception {
      Path file = Files.createFile(temporary.resolve("file"));
      assertThat(refusal(file).problem()).isEqualTo(StateProblem.NOT_WRITABLE);
      assertThat(refusal(file.resolve("below")).problem()).isEqualTo(StateProblem.NOT_WRITABLE);
    }

    @Test
    void isRefusedWhereALinkWasPlanted() throws Exception {
      Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
      Path state = Files.createDirectory(temporary.resolve("state"));
      Files.createSymbolicLink(state.resolve("archive"), elsewhere);
      assertThat(refusal(state).path()).isEqualTo(state.resolve("archive"));
    }
  }

  @Nested
  class OfAccounts {

    @Test
    void areFoundAgain() throws Exception {
      KeyPair keys = TestAuthority.newKeys();
      URI url = URI.create("https://[2001:db8::1]:14000/account/1");
      try (StateLock lock = StateLock.acquire(new StateDirectory(temporary))) {
        AccountStore accounts = new AccountStore(lock, AUTHORITY, AccountName.DEFAULT);
        assertThat(accounts.find()).isEmpty();
        accounts.storeKey(keys);
        assertThat(accounts.find().orElseThrow().url()).isEmpty();
        accounts.storeUrl(url);
        AccountStore.StoredAccount stored = accounts.find().orElseThrow();
        assertThat(stored.url()).contains(url);
        assertThat(stored.keys().getPrivate()).isEqualTo(keys.getPrivate());
        assertThat(account(lock, CertificateAuthority.LETS_ENCRYPT, "default")).isEmpty();
        assertThat(account(lock, AUTHORITY, "second")).isEmpty();
        assertThat(KnownAccount.in(new StateDirectory(temporary)))
            .extracting(KnownAccount::name, KnownAccount::url)
            .containsExactly(tuple(AccountName.DEFAULT, url));
      }
    }

    private Optional<AccountStore.StoredAccount> account(
        StateLock lock, CertificateAuthority authority, String name) throws AcmeFailureException {
      return new AccountStore(lock, authority, new AccountName(name)).find();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "garbage",
          """
          -----BEGIN PRIVATE KEY-----
          AAAA
          -----END PRIVATE KEY-----
          """,
          """
          -----BEGIN PRIVATE KEY-----
          =A=
          -----END PRIVATE KEY-----
          -----BEGIN PUBLIC KEY-----
          AAAA
          -----END PUBLIC KEY-----
          """
        })
    void withADamagedKeyAreRefusedAndKept(String text) throws Exception {
      try (StateLock lock = StateLock.acquire(new StateDirectory(temporary))) {
        AccountStore accounts = new AccountStore(lock, AUTHORITY, AccountName.DEFAULT);
        accounts.storeKey(TestAuthority.newKeys());
        Path key = key();
        Files.writeString(key, text);
        AcmeFailureException e =
            catchThrowableOfType(AcmeFailureException.class, () -> accounts.find());
        assertThat(((StateUnusable) e.failure()).problem()).isEqualTo(StateProblem.CORRUPT);
        assertThat(Files.readString(key)).isEqualTo(text);
      }
    }

    @Test
    void withAKeyThatOthersCanReadAreRefused() throws Exception {
      try (StateLock lock = StateLock.acquire(new StateDirectory(temporary))) {
        AccountStore accounts = new AccountStore(lock, AUTHORITY, AccountName.DEFAULT);
        accounts.storeKey(TestAuthority.newKeys());
        Path key = key();
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
        AcmeFailureException e =
            catchThrowableOfType(AcmeFailureException.class, () -> accounts.find());
        assertThat(((StateUnusable) e.failure()).problem()).isEqualTo(StateProblem.TOO_OPEN);
      }
    }
  }
}

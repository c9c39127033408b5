package dev.v6cert.acme.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.v6cert.acme.AccountName;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.StoreFailure.StateProblem;
import dev.v6cert.acme.StoreFailure.StateUnusable;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.account.AccountPaths;
import dev.v6cert.acme.account.AccountStore;
import dev.v6cert.acme.account.KnownAccount;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.hook.HookCommands;
import dev.v6cert.acme.issue.OrderLedger;
import dev.v6cert.acme.lineage.RenewalState.FailureStreak;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.testing.TestAuthority;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** State of programs older and newer than this one. */
class MigrationTest {

  private static final LineageName NAME = new LineageName("old");
  private static final CertificateAuthority CA = CertificateAuthority.of("https://ca.test/dir");
  private static final IssuanceRequest REQUEST =
      IssuanceRequest.of(NAME, List.of(Subject.parse("a.test")), CA);

  @TempDir Path state;
  private StateDirectory directory = new StateDirectory(Path.of(""));
  private StateLock lock;

  @BeforeEach
  void open() throws AcmeFailureException {
    directory = new StateDirectory(state);
    lock = StateLock.acquire(directory);
  }

  @AfterEach
  void close() {
    lock.close();
  }

  /** Puts the recorded file in place. */
  private Path recorded() throws IOException {
    Path file = directory.renewal().resolve("old.properties");
    try (InputStream in =
        Objects.requireNonNull(getClass().getResourceAsStream("lineage-format-1.properties"))) {
      Files.write(file, in.readAllBytes());
    }
    return file;
  }

  private Lineage stored() {
    return new CertificateStore(directory).loaded(NAME).orElseThrow();
  }

  @Nested
  class AnOlderFormat {

    @Test
    void isReadAsWhatItMeantAndIsWrittenAsThePresentOneWhenItNextChanges() throws Exception {
      Path file = recorded();

      Lineage before = stored();
      LineageFile old = LineageFile.read(file, NAME);

      assertThat(before.plan().hooks()).isEqualTo(HookCommands.deploying("systemctl reload nginx"));
      assertThat(before.plan().verify()).isEmpty();
      assertThat(before.plan().responder())
          .isEqualTo(
              new ResponderPlan(
                  ChallengeType.HTTP_01,
                  Optional.empty(),
                  Optional.of(InetAddress.ofLiteral("2a01:4f8:c17:b8f::2")),
                  80,
                  false,
                  ResponderPlan.Openings.NONE));
      assertThat(before.renewalState().streak())
          .as("the last failure is the first that is known")
          .contains(
              new FailureStreak(
                  2,
                  "cannot reach the CA: no route",
                  Instant.parse("2026-11-22T01:00:00Z"),
                  Instant.parse("2026-11-22T01:00:00Z"),
                  Instant.parse("2026-11-22T01:10:00Z")));
      assertThat(before.renewalState().deployed()).isEmpty();
      assertThat(Files.readString(file)).contains("format-version=1");
      old.write(file);
      assertThat(Files.readString(file)).contains("format-version=3").contains("hook-limit=PT2M");
      assertThat(LineageFile.read(file, NAME)).isEqualTo(old);
    }

    @Test
    void ofAnOrderAndAnAccountWithoutAVersionIsRead() throws Exception {
      IssuanceJournal journal = new LineageWriter(lock).journal(REQUEST, TestAuthority::newKeys);
      journal.ordered(URI.create("https://ca.test/order/7"));
      Path order = directory.archive(NAME).resolve("order-1/order.properties");
      Files.writeString(order, Files.readString(order).replace("format-version=1\n", ""));

      assertThat(new LineageWriter(lock).journal(REQUEST, TestAuthority::newKeys).order())
          .contains(URI.create("https://ca.test/order/7"));
    }
  }

  @Nested
  class ThePlaceOfAnAccount {

    private Path account(AccountName name) throws Exception {
      KeyPair keys = TestAuthority.newKeys();
      AccountStore store = new AccountStore(lock, CA, name);
      store.storeKey(keys);
      store.storeUrl(URI.create("https://ca.test/account/1"));
      return AccountPaths.directory(directory.accounts(), CA, name);
    }

    /** As versions of 2026 left it: below the host, called after the letters of the path. */
    private Path old(AccountName name, String directoryName) throws Exception {
      Path old = directory.accounts().resolve("ca.test").resolve(directoryName);
      Files.move(account(name), old);
      return old;
    }

    @Test
    void isChangedToTheHashOfTheAddressWhenItIsNextUsed() throws Exception {
      Path old = old(AccountName.DEFAULT, "dir");
      Path other = old(new AccountName("work"), "dir@work");

      assertThat(AccountStore.url(directory, CA, AccountName.DEFAULT))
          .as("without a lock nothing is moved")
          .contains(URI.create("https://ca.test/account/1"));
      assertThat(old).isDirectory();
      assertThat(KnownAccount.in(directory)).hasSize(2);
      AccountStore store = new AccountStore(lock, CA, AccountName.DEFAULT);

      assertThat(store.find().orElseThrow().url())
          .contains(URI.create("https://ca.test/account/1"));
      assertThat(old).doesNotExist();
      assertThat(other).isDirectory();
      assertThat(KnownAccount.in(directory)).hasSize(2);
    }

    @Test
    void ofAnotherAuthorityStays() throws Exception {
      Path old = old(AccountName.DEFAULT, "dir");
      CertificateAuthority upper = CertificateAuthority.of("https://ca.test/DIR");
      CertificateAuthority query = CertificateAuthority.of("https://ca.test/dir?tenant=1");

      assertThat(new AccountStore(lock, upper, AccountName.DEFAULT).find()).isEmpty();
      assertThat(new AccountStore(lock, query, AccountName.DEFAULT).find()).isEmpty();
      assertThat(AccountStore.url(directory, query, AccountName.DEFAULT)).isEmpty();
      assertThat(old).isDirectory();
    }
  }

  @Nested
  class ANewerFormat {

    private void refused(Path file, ThrowingCallable use) throws IOException {
      String newer = Files.readString(file).replaceAll("format-version=\\d+", "format-version=99");
      Files.writeString(file, newer);

      AcmeFailureException e = catchThrowableOfType(AcmeFailureException.class, use);

      assertThat(e).isNotNull();
      assertThat(e.failure())
          .isEqualTo(
              new StateUnusable(file, StateProblem.NEWER_FORMAT, "its format-version is 99"));
      assertThat(Files.readString(file)).isEqualTo(newer);
    }

    @Test
    void ofTheLedgerIsRefusedAndKept() throws Exception {
      OrderLedger ledger = new OrderLedger(lock);
      ledger.issued(REQUEST, Instant.now());

      refused(directory.ledger(), () -> ledger.check(REQUEST, false, Instant.now()));
      refused(directory.ledger(), () -> ledger.issued(REQUEST, Instant.now()));
    }

    @Test
    void ofAnOrderIsRefusedAndKept() throws Exception {
      LineageWriter writer = new LineageWriter(lock);
      writer.journal(REQUEST, TestAuthority::newKeys).ordered(URI.create("https://ca.test/o/1"));

      refused(
          directory.archive(NAME).resolve("order-1/order.properties"),
          () -> writer.journal(REQUEST, TestAuthority::newKeys));
    }

    @Test
    void ofALineageIsRefusedAndKept() throws Exception {
      refused(recorded(), () -> new LineageWriter(lock).recover(NAME));
    }
  }
}

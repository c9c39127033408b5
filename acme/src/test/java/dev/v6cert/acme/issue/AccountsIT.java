package dev.v6cert.acme.issue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.v6cert.acme.AccountName;
import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.ExternalAccount;
import dev.v6cert.acme.IssuanceEvent;
import dev.v6cert.acme.Registration;
import dev.v6cert.acme.account.AccountOperations;
import dev.v6cert.acme.account.AccountOperations.Details;
import dev.v6cert.acme.account.AccountStore;
import dev.v6cert.acme.account.KnownAccount;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.testing.RunningPebble;
import dev.v6cert.testing.TestAuthority;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Accounts with a real Pebble that demands external ones. */
class AccountsIT {

  private static final String SECRET =
      "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W";
  private static final ExternalAccount EXTERNAL = new ExternalAccount("kid-1", SECRET);
  private static final AccountName SECOND = new AccountName("second");

  @RegisterExtension
  static final RunningPebble pebble =
      new RunningPebble(settings -> settings.externalAccounts(Map.of("kid-1", SECRET)));

  @TempDir Path state;
  private final List<IssuanceEvent> events = new CopyOnWriteArrayList<>();

  private TestClient client() {
    return TestClient.of(pebble.running(), state, events::add);
  }

  private Lineage issue(AccountName account, Optional<ExternalAccount> external)
      throws AcmeFailureException {
    return client()
        .issue(
            client().request("e.v6.test").by(account),
            new Registration(Optional.of("me@example.org"), terms -> true, external));
  }

  private void issue() throws AcmeFailureException {
    issue(AccountName.DEFAULT, Optional.of(EXTERNAL));
  }

  private StateLock lock() throws AcmeFailureException {
    return client().lock();
  }

  private AccountOperations renewalState(StateLock lock) {
    return new AccountOperations(
        lock, pebble.running().authority(), AccountName.DEFAULT, events::add);
  }

  private static AccountStore store(StateLock lock) throws AcmeFailureException {
    return new AccountStore(lock, pebble.running().authority(), AccountName.DEFAULT);
  }

  private Details details() throws AcmeFailureException {
    try (StateLock lock = lock()) {
      return renewalState(lock).details();
    }
  }

  @Nested
  class Opened {

    @Test
    void withAnExternalAccountWhereTheAuthorityWantsOne() throws Exception {
      issue();
      assertThat(events).hasAtLeastOneElementOfType(IssuanceEvent.AccountCreated.class);
      assertThat(details().status()).isEqualTo("valid");
    }

    @Test
    void notWithoutOneAndNothingIsOrdered() {
      AcmeFailureException e =
          catchThrowableOfType(
              AcmeFailureException.class, () -> issue(AccountName.DEFAULT, Optional.empty()));
      assertThat(e.failure())
          .isEqualTo(new AcmeFailure.ExternalAccountRequired(pebble.running().directory()));
      assertThat(events).doesNotHaveAnyElementsOfTypes(IssuanceEvent.OrderCreated.class);
    }

    @Test
    void notWithOneThatTheAuthorityDoesNotKnow() {
      AcmeFailureException e =
          catchThrowableOfType(
              AcmeFailureException.class,
              () -> issue(AccountName.DEFAULT, Optional.of(new ExternalAccount("kid-9", SECRET))));
      assertThat(e.failure()).isInstanceOf(AcmeFailure.ExternalAccountRefused.class);
      assertThat(events).doesNotHaveAnyElementsOfTypes(IssuanceEvent.OrderCreated.class);
    }

    @Test
    void besideAnotherWithTheSameAuthorityIsAnotherOne() throws Exception {
      issue();
      issue(SECOND, Optional.of(EXTERNAL));
      List<KnownAccount> accounts = KnownAccount.in(new StateDirectory(state));
      assertThat(accounts)
          .extracting(KnownAccount::name)
          .containsExactly(AccountName.DEFAULT, SECOND);
      assertThat(accounts.getFirst().url()).isNotEqualTo(accounts.getLast().url());
    }
  }

  @Test
  void getsAnotherAddressToWriteTo() throws Exception {
    issue();
    try (StateLock lock = lock()) {
      assertThat(renewalState(lock).update("you@example.org").contacts())
          .containsExactly(URI.create("mailto:you@example.org"));
    }
  }

  @Test
  void isNotMadeUpWhereThereIsNone() {
    AcmeFailureException e = catchThrowableOfType(AcmeFailureException.class, () -> details());
    assertThat(e.failure()).isEqualTo(new AcmeFailure.NoAccount(pebble.running().directory()));
  }

  @Nested
  class RollingOver {

    @Test
    void changesTheKeyAndKeepsTheAccount() throws Exception {
      issue();
      URI url = details().url();
      try (StateLock lock = lock()) {
        KeyPair before = store(lock).find().orElseThrow().keys();
        renewalState(lock).rollOver();
        AccountStore.StoredAccount after = store(lock).find().orElseThrow();
        assertThat(after.keys().getPrivate()).isNotEqualTo(before.getPrivate());
        assertThat(store(lock).nextKey()).isEmpty();
      }
      assertThat(details().url()).isEqualTo(url);
      issue();
    }

    @Test
    void thatWasKilledBeforeTheAuthorityHeardOfItKeepsTheOldKey() throws Exception {
      issue();
      URI url = details().url();
      KeyPair old;
      try (StateLock lock = lock()) {
        old = store(lock).find().orElseThrow().keys();
        store(lock).storeNextKey(TestAuthority.newKeys());
      }

      assertThat(details().url()).isEqualTo(url);

      try (StateLock lock = lock()) {
        assertThat(store(lock).find().orElseThrow().keys().getPrivate())
            .isEqualTo(old.getPrivate());
        assertThat(store(lock).nextKey()).isEmpty();
      }
    }

    @Test
    void thatWasKilledAfterTheAuthorityTookTheNewKeyTakesItToo() throws Exception {
      issue();
      URI url = details().url();
      KeyPair taken;
      try (StateLock lock = lock()) {
        KeyPair old = store(lock).find().orElseThrow().keys();
        renewalState(lock).rollOver();
        taken = store(lock).find().orElseThrow().keys();
        store(lock).storeKey(old);
        store(lock).storeNextKey(taken);
      }

      issue();

      assertThat(details().url()).isEqualTo(url);
      try (StateLock lock = lock()) {
        assertThat(store(lock).find().orElseThrow().keys().getPrivate())
            .isEqualTo(taken.getPrivate());
        assertThat(store(lock).nextKey()).isEmpty();
      }
    }
  }

  @Nested
  class Deactivating {

    @Test
    void forgetsItSoThatTheNextOrderOpensAnother() throws Exception {
      issue();
      URI url = details().url();
      try (StateLock lock = lock()) {
        renewalState(lock).deactivate();
      }
      assertThat(KnownAccount.in(new StateDirectory(state))).isEmpty();
      issue();
      assertThat(details().url()).isNotEqualTo(url);
    }

    @Test
    void thatWasKilledAfterTheAuthorityDidItIsFinishedByTheNext(@TempDir Path home)
        throws Exception {
      issue();
      Path copy = home.resolve("copy");
      copy(state.resolve("accounts"), copy);
      try (StateLock lock = lock()) {
        renewalState(lock).deactivate();
      }
      copy(copy, state.resolve("accounts"));
      AcmeFailureException e =
          catchThrowableOfType(AcmeFailureException.class, AccountsIT.this::issue);
      assertThat(e.failure()).isInstanceOf(AcmeFailure.Refused.class);

      try (StateLock lock = lock()) {
        store(lock).storeLeaving();
        renewalState(lock).deactivate();
      }

      assertThat(KnownAccount.in(new StateDirectory(state))).isEmpty();
    }

    private void copy(Path from, Path to) throws IOException {
      try (var tree = Files.walk(from)) {
        for (Path path : tree.toList()) {
          Path target = to.resolve(from.relativize(path).toString());
          if (!Files.exists(target)) {
            Files.copy(path, target, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
          }
        }
      }
    }
  }
}

package dev.v6cert.dns.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.v6cert.dns.challenge.Account;
import dev.v6cert.dns.challenge.ChallengeAccounts;
import dev.v6cert.dns.challenge.StoreLocation;
import dev.v6cert.dns.challenge.StoreUnavailableException;
import dev.v6cert.dns.challenge.StoredAccounts;
import dev.v6cert.dns.credential.BcryptHash;
import dev.v6cert.dns.credential.KeyDigest;
import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.journal.JournalStore;
import dev.v6cert.ipv6.AddressBlock;
import dev.v6cert.ipv6.name.Zone;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Name;

/** Accounts that an acme-dns server made, in the rows that sqlite3 -json wrote of its database. */
class AcmeDnsImportTest {
  private static final Zone ZONE = Zone.of("auth.test");
  private static final Instant NOW = Instant.parse("2026-11-30T06:00:00Z");
  private static final String USER = "6873d934-22de-4899-b882-cfa3b0ac3a61";
  private static final String KEY = "miHHo4Z3jeFvDZL6BS-x1hdAWzNSfMqEqUc7AR9y";
  private static final String WRONG = "w".repeat(40);

  @TempDir Path home;

  private Path rows() throws Exception {
    Path file = home.resolve("acme-dns.json");
    if (!Files.exists(file)) {
      try (var rows = getClass().getResourceAsStream("acme-dns.json")) {
        long _ = Files.copy(rows, file);
      }
    }
    return file;
  }

  private List<Account> read(String text) throws Exception {
    return AcmeDnsImport.read(Files.writeString(home.resolve("rows"), text), ZONE, NOW);
  }

  @Test
  void keepTheirNamesKeysAndNetworks() throws Exception {
    List<Account> accounts = AcmeDnsImport.read(rows(), ZONE, NOW);
    assertThat(accounts).hasSize(2);
    assertThat(accounts.getFirst().user()).isEqualTo(USER);
    assertThat(accounts.getFirst().domain())
        .isEqualTo("b6d7f142-e333-43ae-9247-b5d34ed9df76.auth.test");
    assertThat(accounts.getFirst().key().matches(KEY)).isTrue();
    assertThat(accounts.getFirst().key().matches(WRONG)).isFalse();
    assertThat(accounts.getFirst().used()).isTrue();
    assertThat(accounts.getLast().allowed()).containsExactly(AddressBlock.parse("127.0.0.0/8"));
  }

  @Test
  void areReadFromLinesOfPostgresToo() throws Exception {
    String lines =
        Files.readString(rows()).replace("[{", "{").replace("},", "}").replace("}]", "}");
    assertThat(read(lines.replace("Username", "username"))).hasSize(2);
    assertThat(read("[]")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "[1]",
        "{\"username\":\"u\",\"subdomain\":\"s\",\"password\":\"plain\"}",
        "{\"username\":\"u\",\"subdomain\":\"a.b\",\"password\":\"\"}",
        "{\"subdomain\":\"s\"}"
      })
  void areRefusedWithTheirLineWhereTheyAreNone(String line) {
    assertThatThrownBy(() -> read("\n" + line))
        .isInstanceOfSatisfying(
            FileFailure.class, failure -> assertThat(failure.line()).hasValue(2));
  }

  @Test
  void becomeDigestsAtTheirFirstRightKey() throws Exception {
    StoreLocation place = new StoreLocation.Directory(home.resolve("store"));
    try (StoredAccounts stored =
        StoredAccounts.open(place, new JournalStore(place.directory(), _ -> {}))) {
      assertThat(stored.take(AcmeDnsImport.read(rows(), ZONE, NOW))).isEqualTo(2);
      assertThat(stored.take(AcmeDnsImport.read(rows(), ZONE, NOW))).isZero();
    }
    try (JournalStore store = new JournalStore(place.directory(), _ -> {})) {
      store.open();
      assertThat(store.account(USER).orElseThrow().key()).isInstanceOf(BcryptHash.class);
      ChallengeAccounts accounts =
          new ChallengeAccounts(
              Name.fromConstantString("auth.test."), store, InstantSource.system());
      assertThat(accounts.authenticated(USER, WRONG)).isEmpty();
      assertThat(store.account(USER).orElseThrow().key()).isInstanceOf(BcryptHash.class);
      assertThat(accounts.authenticated(USER, KEY)).isPresent();
      assertThat(store.account(USER).orElseThrow().key()).isEqualTo(KeyDigest.of(KEY));
      assertThat(accounts.authenticated(USER, KEY)).isPresent();
      assertThat(accounts.authenticated(USER, WRONG)).isEmpty();
    }
  }

  @Test
  void areCheckedOneAfterAnother() throws Exception {
    try (JournalStore store = new JournalStore(home.resolve("store"), _ -> {})) {
      store.open();
      List<Account> imported = AcmeDnsImport.read(rows(), ZONE, NOW);
      boolean _ =
          store.write(draft -> {
            imported.forEach(draft::put);
            return true;
          });
      ChallengeAccounts accounts =
          new ChallengeAccounts(
              Name.fromConstantString("auth.test."), store, InstantSource.system());
      int refused = 0;
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<Boolean>> guesses = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
          guesses.add(threads.submit(() -> accounts.authenticated(USER, WRONG).isPresent()));
        }
        for (Future<Boolean> guess : guesses) {
          try {
            assertThat(guess.get()).isFalse();
          } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(StoreUnavailableException.class);
            refused++;
          }
        }
      }
      assertThat(refused).isGreaterThan(10);
      assertThat(accounts.authenticated(USER, "short")).isEmpty();
      assertThat(accounts.authenticated(USER, KEY)).isPresent();
    }
  }
}

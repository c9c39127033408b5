package dev.v6cert.dns.challenge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.challenge.ChallengeAccounts.Registered;
import dev.v6cert.dns.journal.JournalStore;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Name;

/** Accounts, by the clock of the test. */
class ChallengeAccountsTest {
  private static final int KEYS = 100_000;

  @TempDir Path home;
  private Instant now = Instant.parse("2026-11-29T12:00:00Z");
  private JournalStore store;
  private ChallengeAccounts accounts;

  @BeforeEach
  void open() throws Exception {
    store = new JournalStore(home, _ -> {});
    store.open();
    accounts = new ChallengeAccounts(Name.fromConstantString("auth.test."), store, () -> now);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void thatWereNeverUsedAreRemovedAfterNinetyDays() throws Exception {
    Account unused = accounts.register(List.of()).account();
    Account used = accounts.register(List.of()).account();
    accounts.add(used, "1".repeat(43));
    now = now.plus(ChallengeAccounts.UNUSED);
    assertThat(accounts.removeUnused()).isZero();
    now = now.plusSeconds(1);
    Account young = accounts.register(List.of()).account();
    assertThat(accounts.removeUnused()).isEqualTo(1);
    assertThat(store.account(unused.user())).isEmpty();
    assertThat(store.exists(unused.name())).isFalse();
    assertThat(store.account(used.user())).isPresent();
    assertThat(store.account(young.user())).isPresent();
  }

  @Test
  void aHundredThousandWrongKeysCostLittleAndTheRightOneGetsIn() throws Exception {
    Registered registered = accounts.register(List.of());
    String user = registered.account().user();
    int accepted = 0;
    long start = 0;
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    for (int i = -KEYS / 10; i < KEYS; i++) { // The code is compiled first.
      start = i == 0 ? threads.getCurrentThreadCpuTime() : start;
      String key = Integer.toString(i + KEYS).repeat(6);
      accepted += accounts.authenticated(user, key).isPresent() ? 1 : 0;
    }
    long nanosEach = (threads.getCurrentThreadCpuTime() - start) / KEYS;
    System.out.println("a wrong key costs " + nanosEach + " ns of the processor");
    assertThat(nanosEach).isLessThan(10_000);
    assertThat(accepted).isZero();
    assertThat(accounts.authenticated(user, registered.key())).contains(registered.account());
  }
}

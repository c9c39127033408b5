package dev.v6cert.acme.localca.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountBookTest {

  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
  private static final int OF_ONE_PEER = 50;

  @TempDir Path directory;

  private static Account account(int number, String source) {
    String name = source + "-" + number;
    return new Account(
        name, "{}", "key of " + name, List.of(), source, NOW.plusSeconds(number), true);
  }

  @Test
  void replacesTheOldestUnusedAccountOfAPeer() throws Exception {
    AccountBook book = AccountBook.load(directory);
    for (int i = 0; i < OF_ONE_PEER; i++) {
      Account _ = book.open(account(i, "10.0.0.1"), _ -> false);
    }
    Account other = book.open(account(0, "10.0.0.2"), _ -> false);

    Account _ = book.open(account(99, "10.0.0.1"), one -> !one.id().equals("10.0.0.1-0"));

    assertThat(book.find("10.0.0.1-0")).isPresent();
    assertThat(book.find("10.0.0.1-1")).isEmpty();
    assertThat(book.ofKey("key of 10.0.0.1-1")).isEmpty();
    assertThat(book.find("10.0.0.1-99")).isPresent();
    assertThat(AccountBook.load(directory).find("10.0.0.1-1")).isEmpty();
    assertThat(book.find(other.id())).isPresent();
  }

  @Test
  void refusesAPeerThatUsesAllOfItsAccounts() throws Exception {
    AccountBook book = AccountBook.load(directory);
    for (int i = 0; i < OF_ONE_PEER; i++) {
      Account _ = book.open(account(i, "10.0.0.1"), _ -> false);
    }

    assertThatThrownBy(() -> book.open(account(99, "10.0.0.1"), _ -> false))
        .isInstanceOf(ProblemException.class)
        .hasMessage("10.0.0.1 has 50 accounts already");
    assertThat(book.open(account(0, "10.0.0.2"), _ -> false)).isNotNull();
  }
}

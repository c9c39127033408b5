package dev.v6cert.dns.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.challenge.Account;
import dev.v6cert.dns.challenge.Change;
import dev.v6cert.dns.challenge.HostedRecord;
import dev.v6cert.dns.challenge.StoreSamples;
import dev.v6cert.dns.credential.KeyDigest;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.TXTRecord;

/** The memory that content is charged with. */
class RecordTableTest {
  private static final Instant TIME = StoreSamples.TIME;

  private final RecordTable table = new RecordTable(MemoryLimit.ofHeap(2 << 20));
  private long serial = 1;

  private void apply(Change... changes) {
    serial++;
    table.apply(serial, List.of(changes));
  }

  private static Account account() {
    return new Account(
        UUID.randomUUID().toString(),
        Name.fromConstantString(UUID.randomUUID() + ".auth.example.org."),
        KeyDigest.of(StoreSamples.KEY),
        List.of(),
        TIME,
        false);
  }

  private static Change.RecordsSet values(Name name, String... values) {
    return new Change.RecordsSet(
        name,
        Stream.of(values)
            .map(text -> new HostedRecord(new TXTRecord(name, DClass.IN, 1, text.repeat(43)), TIME))
            .toList());
  }

  @Test
  void anAccountIsChargedWithItsTwoValuesFromTheStart() {
    Account account = account();
    apply(new Change.AccountPut(account));
    long charged = table.held().octets();
    assertThat(charged).isBetween(300L, 420L);
    apply(values(account.name(), "a", "b"), new Change.AccountPut(account.afterUse()));
    assertThat(table.held().octets() - charged)
        .isEqualTo(4 * 200); // The names above it, with the root.
    Account other = account();
    apply(new Change.AccountPut(other));
    long both = table.held().octets();
    apply(values(other.name(), "a", "b"));
    assertThat(table.held().octets()).isEqualTo(both);
    assertThat(table.records(other.name())).hasSize(2);
  }

  @Test
  void nothingIsChargedOnceEverythingIsGone() {
    Account account = account();
    Name below = Name.fromConstantString("x.y.auth.example.org.");
    apply(values(account.name(), "a", "b", "c"), new Change.AccountPut(account));
    apply(values(below, "a"));
    assertThat(table.exists(new Name(below, 1))).isTrue();
    apply(new Change.AccountPut(account.afterUse()), values(below, "a", "b"));
    apply(new Change.AccountRemoved(account.user()));
    assertThat(table.held().octets()).isPositive();
    apply(values(account.name()), values(below));
    assertThat(table.held().octets()).isZero();
    assertThat(table.held().accounts()).isZero();
    assertThat(table.exists(new Name(below, 1))).isFalse();
  }

  @Test
  void isFullBeforeItIsTooLargeAndHasRoomAgain() {
    Account last = account();
    while (table.hasRoom()) {
      last = account();
      apply(new Change.AccountPut(last));
    }
    assertThat(table.held().octets()).isBetween(1L << 20, (1L << 20) + 500);
    assertThat(table.isTooLarge()).isFalse();
    apply(new Change.AccountRemoved(last.user()));
    assertThat(table.hasRoom()).isTrue();
    while (!table.isTooLarge()) {
      apply(new Change.AccountPut(account()));
    }
    assertThat(table.held().octets()).isGreaterThan(9L << 17);
  }

  @Test
  void itsSuccessorIsEqual() {
    Account account = account();
    apply(new Change.AccountPut(account), values(account.name(), "a"));
    RecordTable next = table.successor();
    next.apply(9, List.of(new Change.AccountPut(account), values(account.name(), "b")));
    next.complete();
    assertThat(next.account(account.user())).contains(account);
    assertThat(next.records(account.name())).isNotEqualTo(table.records(account.name()));
    assertThat(next.held()).isEqualTo(table.held());
  }
}

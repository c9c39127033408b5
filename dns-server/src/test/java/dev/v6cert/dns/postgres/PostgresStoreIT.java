package dev.v6cert.dns.postgres;

import static dev.v6cert.dns.challenge.StoreSamples.account;
import static dev.v6cert.dns.challenge.StoreSamples.name;
import static dev.v6cert.dns.challenge.StoreSamples.set;
import static dev.v6cert.dns.challenge.StoreSamples.text;
import static dev.v6cert.dns.challenge.StoreSamples.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.v6cert.dns.challenge.HostedRecord;
import dev.v6cert.dns.challenge.RecordStore;
import dev.v6cert.dns.challenge.StoreFailure;
import dev.v6cert.dns.challenge.StoreFailure.Kind;
import dev.v6cert.dns.challenge.StoreLocation.Database;
import dev.v6cert.dns.challenge.StoreSamples;
import dev.v6cert.dns.challenge.StoreUnavailableException;
import dev.v6cert.testing.FreePorts;
import dev.v6cert.testing.RunningPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stores of several servers in one database, which is a real one. */
class PostgresStoreIT {
  private RunningPostgres postgres;
  private final List<RecordStore> opened = new ArrayList<>();
  private final Queue<String> warnings = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void startTheDatabase() throws Exception {
    postgres = RunningPostgres.start();
  }

  @AfterEach
  void stop() throws Exception {
    opened.forEach(RecordStore::close);
    postgres.close();
  }

  private PostgresStore store(String url) {
    PostgresStore store = new PostgresStore(new Database(url, Path.of("unused")), warnings::add);
    opened.add(store);
    return store;
  }

  private PostgresStore opened() throws StoreFailure {
    PostgresStore store = store(postgres.url());
    store.open();
    return store;
  }

  private void sql(String text) throws Exception {
    try (Connection connection = DriverManager.getConnection(postgres.url());
        Statement statement = connection.createStatement()) {
      boolean _ = statement.execute(text);
    }
  }

  private static void waitUntil(Callable<Boolean> holds) throws Exception {
    for (int i = 0; !holds.call(); i++) {
      assertThat(i).as("waited for 20 seconds").isLessThan(400);
      Thread.sleep(Duration.ofMillis(50));
    }
  }

  @Test
  void everythingIsThereAtTheNextStart() throws Exception {
    long serial;
    try (PostgresStore store = opened()) {
      StoreSamples.writeOneAccountAndAnotherThatGoes(store);
      serial = store.serial();
    }
    try (PostgresStore store = opened()) {
      assertThat(texts(store, "a")).containsExactly("one", "two");
      assertThat(store.account("user-a")).contains(account("a"));
      assertThat(store.account("user-b")).isEmpty();
      assertThat(store.exists(name("b"))).isFalse();
      assertThat(store.serial()).isEqualTo(serial).isEqualTo(6);
      assertThat(store.status().octets()).isPositive();
    }
    assertThat(warnings).isEmpty();
  }

  @Test
  void notificationsOfItsOwnChangesAreNoLoss() throws Exception {
    PostgresStore store = opened();
    for (int i = 0; i < 60; i++) {
      String batch = "n" + i + "-";
      boolean _ =
          store.write(draft -> {
            for (int j = 0; j < 1000; j++) { // A look into the database takes a while, too.
              draft.put(account(batch + j));
            }
            return true;
          });
    }
    assertThat(warnings).isEmpty();
  }

  @Nested
  class AnotherServer {
    @Test
    void servesWhatThisOneWrote() throws Exception {
      PostgresStore one = opened();
      PostgresStore other = opened();
      boolean _ =
          one.write(draft -> {
            draft.put(account("a"));
            return true;
          });
      set(one, "a", "value");
      waitUntil(() -> other.serial() == one.serial());
      assertThat(texts(other, "a")).containsExactly("value");
      assertThat(other.account("user-a")).contains(account("a"));
      set(other, "a");
      waitUntil(() -> one.serial() == other.serial());
      assertThat(texts(one, "a")).isEmpty();
    }

    @Test
    void seesAValueBeforeItIsToldOfIt() throws Exception {
      PostgresStore one = opened();
      set(one, "a", "value");
      PostgresStore other = opened();
      sql(
          "update v6cert_dns_state set serial = serial + 1;"
              + " update v6cert_dns_entry set serial = serial + 1, data = null"); // And no NOTIFY.
      assertThat(texts(other, "a")).hasSize(1);
      other.refresh();
      assertThat(texts(other, "a")).as("a copy of this second").hasSize(1);
      Thread.sleep(Duration.ofMillis(1100));
      other.refresh();
      assertThat(texts(other, "a")).isEmpty();
    }

    @Test
    void losesNoTransactionToThisOne() throws Exception {
      List<PostgresStore> both = List.of(opened(), opened());
      List<Future<?>> writers = new ArrayList<>();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 100; i++) {
          String value = "v" + i;
          PostgresStore store = both.get(i % 2);
          writers.add(threads.submit(() -> add(store, value)));
        }
        for (Future<?> writer : writers) {
          writer.get();
        }
      }
      waitUntil(() -> both.getFirst().serial() == both.getLast().serial());
      assertThat(texts(both.getFirst(), "all")).doesNotHaveDuplicates().hasSize(100);
      assertThat(texts(both.getLast(), "all"))
          .containsExactlyElementsOf(texts(both.getFirst(), "all"));
    }

    private static boolean add(RecordStore store, String value) throws Exception {
      return store.write(draft -> {
        List<HostedRecord> values = new ArrayList<>(draft.records(name("all")));
        values.add(text("all", value));
        draft.set(name("all"), values);
        return true;
      });
    }
  }

  @Nested
  class ADatabaseThatIsKilled {
    /** Writes values to names of its own until it is told to stop, and keeps what was accepted. */
    private static final class Client {
      final String name;
      final RecordStore store;
      volatile String accepted = "none";
      volatile String tried = "none";
      final AtomicInteger count = new AtomicInteger();
      final AtomicInteger refused = new AtomicInteger();

      Client(String name, RecordStore store) {
        this.name = name;
        this.store = store;
      }

      void run(Callable<Boolean> goesOn) throws Exception {
        for (int i = 0; goesOn.call(); i++) {
          tried = "v" + i;
          try {
            set(store, name, tried);
            accepted = tried;
            int _ = count.incrementAndGet();
            assertThat(texts(store, name)).containsExactly(accepted);
          } catch (StoreUnavailableException e) {
            int _ = refused.incrementAndGet();
            // What was accepted last is served on, or what may have been made.
            assertThat(texts(store, name)).isSubsetOf(accepted, tried);
            Thread.sleep(Duration.ofMillis(5));
          }
        }
      }
    }

    private volatile boolean goesOn = true;

    @Test
    void losesNothingThatWasAcceptedAndServesWhatItHad() throws Exception {
      List<PostgresStore> both = List.of(opened(), opened());
      List<Client> clients = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        clients.add(new Client("client-" + i, both.get(i % 2)));
      }
      List<Future<?>> running = new ArrayList<>();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (Client client : clients) {
          running.add(
              threads.submit(() -> {
                client.run(() -> goesOn);
                return true;
              }));
        }
        for (int round = 0; round < 3; round++) {
          int before = clients.stream().mapToInt(client -> client.count.get()).sum();
          waitUntil(
              () -> clients.stream().mapToInt(client -> client.count.get()).sum() > before + 50);
          postgres.kill();
          waitUntil(() -> both.stream().allMatch(one -> one.status().fault().isPresent()));
          assertThatThrownBy(() -> set(both.getFirst(), "never", "accepted"))
              .isInstanceOf(StoreUnavailableException.class);
          for (PostgresStore store : both) {
            long begin = System.nanoTime();
            store.refresh();
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isLessThan(Duration.ofMillis(290));
          }
          postgres.restart();
          waitUntil(() -> both.stream().allMatch(one -> one.status().fault().isEmpty()));
        }
        goesOn = false;
        for (Future<?> one : running) {
          one.get();
        }
      }
      assertThat(clients).allSatisfy(client -> assertThat(client.refused.get()).isPositive());
      waitUntil(() -> both.getFirst().serial() == both.getLast().serial());
      PostgresStore fresh = opened();
      for (Client client : clients) {
        assertThat(List.of(both.getFirst(), both.getLast(), fresh))
            .allSatisfy(
                store -> assertThat(texts(store, client.name)).containsExactly(client.accepted));
      }
      assertThat(fresh.exists(name("never"))).isFalse();
      assertThat(warnings)
          .anyMatch(text -> text.contains("takes no changes"))
          .anyMatch(text -> text.contains("takes changes again"))
          .noneMatch(text -> text.contains("pw"));
    }
  }

  @Nested
  class AConnectionThatBreaks {
    private void breakAll() throws Exception {
      sql(
          "select pg_terminate_backend(pid) from pg_stat_activity"
              + " where pid <> pg_backend_pid() and application_name = 'v6cert'");
    }

    @Test
    void isMadeAgainAndWhatChangedMeanwhileIsRead() throws Exception {
      PostgresStore store = opened();
      set(store, "a", "first");
      set(store, "b", "second");
      breakAll();
      sql("delete from v6cert_dns_entry where key = 'a.auth.test.'"); // As a backup put back would.
      sql("update v6cert_dns_state set serial = 2");
      waitUntil(() -> store.serial() == 2);
      waitUntil(() -> store.status().fault().isEmpty());
      assertThat(texts(store, "a")).isEmpty();
      assertThat(texts(store, "b")).hasSize(1);
      set(store, "a", "third");
      assertThat(store.serial()).isEqualTo(3);
    }

    @Test
    void costsNoWriterMoreThanARepeat() throws Exception {
      PostgresStore store = opened();
      set(store, "a", "first");
      breakAll();
      waitUntil(() -> {
        try {
          set(store, "a", "second");
          return true;
        } catch (StoreUnavailableException e) {
          return false;
        }
      });
      assertThat(texts(store, "a")).containsExactly("second");
    }
  }

  @Test
  void aServerThatHangsInATransactionStopsTheOthersForSeconds() throws Exception {
    PostgresStore store = opened();
    try (Connection hanging = DriverManager.getConnection(postgres.url());
        Statement statement = hanging.createStatement()) {
      boolean _ = statement.execute("set idle_in_transaction_session_timeout = 5000");
      hanging.setAutoCommit(false);
      boolean _ = statement.execute("select serial from v6cert_dns_state for update");
      assertThatThrownBy(() -> set(store, "a", "value"))
          .isInstanceOf(StoreUnavailableException.class);
      waitUntil(() -> store.status().fault().isEmpty());
      set(store, "a", "value");
    }
  }

  @Nested
  class AStartThatFails {
    private StoreFailure failure(String url) {
      return catchThrowableOfType(StoreFailure.class, () -> store(url).open());
    }

    @ParameterizedTest
    @CsvSource({
      "user=v6cert&password=wrong, REFUSED, password authentication failed",
      "user=stranger&password=pw, REFUSED, password authentication failed",
      "user=v6cert, REFUSED, no password was provided"
    })
    void isThatOfAWrongAccount(String parameters, Kind kind, String text) {
      String url = postgres.url().replaceFirst("\\?.*", "?" + parameters);
      StoreFailure failure = failure(url);
      assertThat(failure.kind()).isEqualTo(kind);
      assertThat(failure).hasMessageContaining(text);
      assertThat(failure.database()).doesNotContain("password");
    }

    @Test
    void isThatOfADatabaseThatIsMissing() {
      StoreFailure failure = failure(postgres.url().replace("/dns?", "/other?"));
      assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
      assertThat(failure).hasMessage("database \"other\" does not exist");
    }

    @Test
    void isThatOfAServerThatIsNotThere() throws Exception {
      StoreFailure failure =
          failure("jdbc:postgresql://127.0.0.1:" + FreePorts.next() + "/dns?user=v6cert");
      assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
      assertThat(failure).hasMessageContaining("refused");
    }

    @Test
    void isThatOfAUrlThatIsNone() {
      assertThat(failure("jdbc:postgresql://127.0.0.1:port/dns").kind()).isEqualTo(Kind.REFUSED);
    }

    @Test
    void isThatOfNewerTables() throws Exception {
      opened().close();
      sql("update v6cert_dns_state set version = 2");
      StoreFailure failure = failure(postgres.url());
      assertThat(failure.kind()).isEqualTo(Kind.CONTENT);
      assertThat(failure).hasMessage("its tables have version 2, this v6cert knows 1");
    }

    @Test
    void isThatOfAUserWhoMayNotMakeTables() throws Exception {
      sql("create role weak login password 'pw'; revoke create on schema public from public");
      String url = postgres.url().replace("user=v6cert", "user=weak");
      assertThat(failure(url).kind()).isEqualTo(Kind.REFUSED);
      opened().close();
      sql("grant select, insert, update, delete on v6cert_dns_state, v6cert_dns_entry to weak");
      PostgresStore store = store(url);
      store.open();
      set(store, "a", "value");
    }
  }
}

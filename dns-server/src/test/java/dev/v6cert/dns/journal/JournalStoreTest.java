package dev.v6cert.dns.journal;

import static dev.v6cert.dns.challenge.StoreSamples.KEY;
import static dev.v6cert.dns.challenge.StoreSamples.account;
import static dev.v6cert.dns.challenge.StoreSamples.name;
import static dev.v6cert.dns.challenge.StoreSamples.set;
import static dev.v6cert.dns.challenge.StoreSamples.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.v6cert.dns.challenge.RecordStore;
import dev.v6cert.dns.challenge.StoreSamples;
import dev.v6cert.dns.challenge.StoreUnavailableException;
import dev.v6cert.dns.file.FileFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Name;

/** The journal, as it is found again at the next start. */
class JournalStoreTest {
  @TempDir Path home;
  private final List<String> warnings = new ArrayList<>();

  private Path directory() {
    return home.resolve("store");
  }

  private Path journal() {
    return directory().resolve("journal");
  }

  private JournalStore opened() throws FileFailure {
    JournalStore store = new JournalStore(directory(), warnings::add);
    store.open();
    return store;
  }

  private byte[] threeWrites() throws Exception {
    try (JournalStore store = opened()) {
      set(store, "a", "first");
      set(store, "b", "second");
      set(store, "c", "third");
    }
    return Files.readAllBytes(journal());
  }

  @Test
  void everythingIsThereAtTheNextStart() throws Exception {
    long serial;
    try (JournalStore store = opened()) {
      StoreSamples.writeOneAccountAndAnotherThatGoes(store);
      serial = store.serial();
    }
    try (JournalStore store = opened()) {
      assertThat(texts(store, "a")).containsExactly("one", "two");
      assertThat(store.account("user-a")).contains(account("a"));
      assertThat(store.account("user-a").orElseThrow().key().matches(KEY)).isTrue();
      assertThat(store.account("user-b")).isEmpty();
      assertThat(texts(store, "b")).isEmpty();
      assertThat(store.serial()).isEqualTo(serial).isGreaterThan(4);
    }
    assertThat(warnings).isEmpty();
  }

  @Test
  void theSerialOutlivesAJournalThatIsWrittenAnewWithoutContent() throws Exception {
    long serial;
    try (JournalStore store = new JournalStore(directory(), warnings::add, 1)) {
      store.open();
      for (int i = 0; i < 40; i++) {
        set(store, "a", "one");
        set(store, "a");
      }
      serial = store.serial();
    }
    try (JournalStore store = opened()) {
      assertThat(store.serial()).isEqualTo(serial);
    }
  }

  @Test
  void noKeyAndNobodyElseIsLetIn() throws Exception {
    try (JournalStore store = opened()) {
      boolean _ =
          store.write(draft -> {
            draft.put(account("a"));
            return true;
          });
    }
    assertThat(new String(Files.readAllBytes(journal()), StandardCharsets.ISO_8859_1))
        .contains("user-a")
        .doesNotContain(KEY);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(journal())))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory())))
        .isEqualTo("rwx------");
  }

  @Test
  void namesAboveARecordAndNamesOfAccountsExist() throws Exception {
    try (JournalStore store = opened()) {
      set(store, "x.y.z", "deep");
      boolean _ =
          store.write(draft -> {
            draft.put(account("a"));
            return true;
          });
      assertThat(store.exists(name("x.y.z"))).isTrue();
      assertThat(store.exists(name("y.z"))).isTrue();
      assertThat(store.exists(name("Z"))).isTrue();
      assertThat(store.exists(name("a"))).isTrue();
      assertThat(store.exists(name("w.x.y.z"))).isFalse();
      assertThat(store.exists(name("yy.z"))).isFalse();
      assertThat(store.exists(Name.fromConstantString("other."))).isFalse();
    }
  }

  @Test
  void aTransactionThatFailsLeavesNothingAndHarmsNoOther() throws Exception {
    try (JournalStore store = opened()) {
      assertThatThrownBy(() ->
              store.write(draft -> {
                draft.set(name("a"), List.of(StoreSamples.text("a", "half")));
                throw new IllegalArgumentException("no");
              }))
          .isInstanceOf(IllegalStateException.class);
      set(store, "b", "whole");
      assertThat(texts(store, "a")).isEmpty();
      assertThat(texts(store, "b")).containsExactly("whole");
    }
    try (JournalStore store = opened()) {
      assertThat(texts(store, "a")).isEmpty();
    }
  }

  @Test
  void writersAtTheSameTimeSeeEachOthersChanges() throws Exception {
    try (JournalStore store = opened();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> ends = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        ends.add(
            threads.submit(() -> {
              for (int j = 0; j < 50; j++) {
                int _ = store.write(JournalStoreTest::increment);
              }
              return null;
            }));
      }
      for (Future<?> end : ends) {
        end.get();
      }
      assertThat(texts(store, "n")).containsExactly("800");
      assertThat(store.status().writes()).isEqualTo(800);
    }
    try (JournalStore store = opened()) {
      assertThat(texts(store, "n")).containsExactly("800");
    }
  }

  private static int increment(RecordStore.Draft draft) {
    List<String> now = texts(draft, "n");
    int next = now.isEmpty() ? 1 : Integer.parseInt(now.getFirst()) + 1;
    draft.set(name("n"), List.of(StoreSamples.text("n", Integer.toString(next))));
    return next;
  }

  @Test
  void theJournalIsWrittenAnewBeforeItIsLarge() throws Exception {
    try (JournalStore store = new JournalStore(directory(), warnings::add, 2000)) {
      store.open();
      set(store, "kept", "kept");
      for (int i = 0; i < 100; i++) {
        set(store, "a", "x".repeat(250), Integer.toString(i));
      }
      assertThat(store.status().octets()).isLessThan(2500);
      assertThat(Files.size(journal())).isEqualTo(store.status().octets());
    }
    try (JournalStore store = opened()) {
      assertThat(texts(store, "a")).contains("99");
      assertThat(texts(store, "kept")).containsExactly("kept");
    }
  }

  @Nested
  class AfterACrash {
    @Test
    void anEndThatIsNotWholeIsCutOffAtEachOctet() throws Exception {
      byte[] whole = threeWrites();
      int third = lastFrame(whole);
      for (int length = third; length < whole.length; length++) {
        expectTwo(Arrays.copyOf(whole, length), length > third);
      }
    }

    @Test
    void anEndOfZerosOrOfOtherOctetsIsCutOff() throws Exception {
      byte[] whole = threeWrites();
      int third = lastFrame(whole);
      byte[] zeros = whole.clone();
      Arrays.fill(zeros, third, zeros.length, (byte) 0);
      expectTwo(zeros, true);
      for (int at = third; at < whole.length; at++) {
        byte[] changed = whole.clone();
        changed[at] ^= 0x41;
        expectTwo(changed, true);
      }
    }

    private void expectTwo(byte[] content, boolean cut) throws Exception {
      Files.write(journal(), content);
      warnings.clear();
      try (JournalStore store = opened()) {
        assertThat(texts(store, "a")).containsExactly("first");
        assertThat(texts(store, "b")).containsExactly("second");
        assertThat(texts(store, "c")).isEmpty();
        assertThat(warnings).hasSize(cut ? 1 : 0);
        set(store, "d", "fourth");
      }
      try (JournalStore store = opened()) {
        assertThat(texts(store, "d")).containsExactly("fourth");
      }
    }

    @Test
    void aFileThatWasNeverBegunIsBegun() throws Exception {
      Files.createDirectories(directory());
      for (String start : List.of("", "v6cert jou")) {
        Files.writeString(journal(), start);
        try (JournalStore store = opened()) {
          set(store, "a", "first");
        }
      }
    }

    private static int lastFrame(byte[] whole) {
      for (int at = whole.length - 4; ; at--) {
        if ((whole[at] & 0xff) == 0xd5 && (whole[at + 1] & 0xff) == 0xa1) {
          return at;
        }
      }
    }
  }

  @Nested
  class Damage {
    @Test
    void inTheMiddleStopsTheStartAtEachOctet() throws Exception {
      byte[] whole = threeWrites();
      int format = JournalReader.FORMAT.length;
      for (int at = 0; at < AfterACrash.lastFrame(whole); at++) {
        byte[] changed = whole.clone();
        changed[at] ^= 0x41;
        Files.write(journal(), changed);
        int place = at;
        assertThatThrownBy(JournalStoreTest.this::opened)
            .as("octet " + at)
            .isInstanceOfSatisfying(
                FileFailure.class,
                failure -> {
                  assertThat(failure.kind()).isEqualTo(FileFailure.Kind.DAMAGE);
                  assertThat(failure.reason())
                      .contains(place < format ? "not a journal" : "damaged from octet");
                });
        assertThat(Files.readAllBytes(journal())).isEqualTo(changed);
      }
    }
  }

  @Test
  void aSecondProcessIsTurnedAway() throws Exception {
    try (JournalStore store = opened()) {
      assertThatThrownBy(this::opened).hasMessageContaining("a running dns-server uses this store");
      set(store, "a", "first");
    }
  }

  @Test
  void aDirectoryThatCannotBeMadeIsNamed() throws IOException {
    Files.writeString(directory(), "a file");
    assertThatThrownBy(this::opened).isInstanceOf(FileFailure.class).hasMessageContaining("store");
  }

  @Test
  void aStoreThatIsClosedRefusesChanges() throws Exception {
    JournalStore store = opened();
    store.close();
    store.close();
    assertThatThrownBy(() -> set(store, "a", "late")).isInstanceOf(StoreUnavailableException.class);
  }
}

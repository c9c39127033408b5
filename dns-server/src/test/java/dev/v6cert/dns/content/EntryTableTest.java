package dev.v6cert.dns.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.challenge.Change;
import dev.v6cert.dns.challenge.StoreSamples;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Name;

/** The table of entries, beside a map of the JDK. */
class EntryTableTest {
  private static byte[] entry(String label, String text) {
    return ChangeCodec.encode(
        new Change.RecordsSet(StoreSamples.name(label), List.of(StoreSamples.text(label, text))));
  }

  private static byte[] key(String label) {
    return StoreSamples.name(label).toWire();
  }

  @Test
  void isLikeAMapThroughRandomChanges() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    EntryTable table = new EntryTable(EntryTable.Key.NAME);
    Map<String, byte[]> map = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      String label = "n" + random.nextInt(1 + i / 10 % 500);
      String written = random.nextBoolean() ? label : label.toUpperCase(Locale.ROOT);
      if (random.nextInt(5) < 2) {
        assertThat(table.remove(key(written))).isSameAs(map.remove(label));
      } else {
        byte[] entry = entry(written, Integer.toString(i));
        assertThat(table.put(entry)).isSameAs(map.put(label, entry));
      }
      assertThat(table.find(key(written))).isSameAs(map.get(label));
      assertThat(table.size()).isEqualTo(map.size());
    }
    map.forEach((label, entry) -> assertThat(table.find(key(label))).isSameAs(entry));
    assertThat(table.all()).containsExactlyInAnyOrderElementsOf(map.values());
  }

  @Test
  void findsAccountsByUserAndByNameAndUsersByCase() {
    byte[] entry = ChangeCodec.encode(new Change.AccountPut(StoreSamples.account("a")));
    EntryTable users = new EntryTable(EntryTable.Key.USER);
    EntryTable owners = new EntryTable(EntryTable.Key.OWNER);
    assertThat(users.put(entry)).isNull();
    assertThat(owners.put(entry)).isNull();
    assertThat(users.find("user-a".getBytes(StandardCharsets.UTF_8))).isSameAs(entry);
    assertThat(users.find("User-a".getBytes(StandardCharsets.UTF_8))).isNull();
    assertThat(owners.find(Name.fromConstantString("A.Auth.test.").toWire())).isSameAs(entry);
    assertThat(owners.find(key("b"))).isNull();
  }

  @Test
  void findsNamesThatDifferLittleAtOnce() {
    EntryTable table = new EntryTable(EntryTable.Key.NAME);
    long start = System.nanoTime();
    for (int i = 0; i < 100_000; i++) {
      byte[] _ = table.put(entry(new UUID(i, 1).toString(), "x"));
    }
    for (int i = 0; i < 100_000; i++) {
      assertThat(table.find(key(new UUID(i, 1).toString()))).isNotNull();
    }
    // With String's hash, whose factor is 31, the start at 82,000 accounts took half a minute.
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
  }

  @Test
  void readersFindWhatStaysWhileOthersComeAndGo() throws Exception {
    EntryTable table = new EntryTable(EntryTable.Key.NAME);
    List<byte[]> kept = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      kept.add(entry("kept" + i, "x"));
      byte[] _ = table.put(kept.get(i));
    }
    AtomicBoolean ends = new AtomicBoolean();
    try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
      Future<Integer> missed =
          threads.submit(() -> {
            int missing = 0;
            while (!ends.get()) {
              for (int i = 0; i < 100; i++) {
                byte[] found = table.find(key("kept" + i));
                missing += found != null && Arrays.equals(found, kept.get(i)) ? 0 : 1;
              }
            }
            return missing;
          });
      for (int i = 0; i < 50_000; i++) {
        byte[] _ = table.put(entry("other" + i, "x"));
        byte[] _ = table.remove(key("other" + (i - i % 7)));
      }
      ends.set(true);
      assertThat(missed.get()).isZero();
    }
  }
}

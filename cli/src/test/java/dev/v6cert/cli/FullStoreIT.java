package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.challenge.Account;
import dev.v6cert.dns.challenge.HostedRecord;
import dev.v6cert.dns.challenge.RecordStore.Draft;
import dev.v6cert.dns.credential.KeyDigest;
import dev.v6cert.dns.journal.JournalStore;
import dev.v6cert.testing.FreePorts;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.TXTRecord;

/** As many accounts as the heap that a server has by default can hold, and one more. */
class FullStoreIT {
  private static final long HEAP = 64 << 20; // As the launcher has it.
  private static final long LEFT = 64 << 10; // For some accounts by the API.
  private static final int TOGETHER = 1000;
  private static final int COPIES = 6;
  private static final String KEY = "k".repeat(40);

  @TempDir Path home;
  private final HttpClient client = HttpClient.newHttpClient();
  private int port;
  private int registrations;
  private @Nullable Process server;

  @AfterEach
  void end() throws InterruptedException {
    client.close();
    kill();
  }

  private void kill() throws InterruptedException {
    if (server != null) {
      server.destroyForcibly();
      assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** Accounts with two values each, as clients leave them. */
  private int fill(Path directory) throws Exception {
    KeyDigest digest = KeyDigest.of(KEY);
    try (JournalStore store = new JournalStore(directory, _ -> {})) {
      store.open();
      int count = 0;
      while (store.status().held().octets() < HEAP / 2 - LEFT) {
        int from = count;
        count +=
            store.write(draft -> {
              for (int i = 0; i < TOGETHER; i++) {
                put(draft, from + i, digest);
              }
              return TOGETHER;
            });
      }
      return count;
    }
  }

  private static void put(Draft draft, int number, KeyDigest digest) {
    Name name = Name.fromConstantString(new UUID(number, 1) + ".auth.example.org.");
    Instant now = Instant.now();
    draft.put(new Account(new UUID(number, 0).toString(), name, digest, List.of(), now, true));
    draft.set(
        name,
        List.of(
            new HostedRecord(new TXTRecord(name, DClass.IN, 1, "a".repeat(43)), now),
            new HostedRecord(new TXTRecord(name, DClass.IN, 1, "b".repeat(43)), now)));
  }

  /** A journal that was not written anew for long, and is larger than the whole heap. */
  private static void lengthen(Path journal) throws IOException {
    byte[] whole = Files.readAllBytes(journal);
    int format = "v6cert journal 1\n".length();
    for (int i = 1; i < COPIES; i++) {
      Files.write(
          journal, Arrays.copyOfRange(whole, format, whole.length), StandardOpenOption.APPEND);
    }
    assertThat(Files.size(journal)).isGreaterThan(2 * HEAP);
  }

  private void start(Path directory) throws IOException {
    port = FreePorts.next();
    Process started =
        V6cert.here(home)
            .process(
                List.of(),
                List.of(
                    "dns-server",
                    "--listen=127.0.0.1:" + FreePorts.next(),
                    "--challenge-zone=auth.example.org",
                    "--api=127.0.0.1:" + port,
                    "--registration=open",
                    "--store=" + directory))
            .redirectError(home.resolve("server.log").toFile())
            .start();
    server = started;
    BufferedReader out = started.inputReader(StandardCharsets.UTF_8);
    assertThat(out.readLine()).as(Files.readString(home.resolve("server.log"))).isNotNull();
  }

  private HttpResponse<String> register() throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/register"))
            .header("X-Forwarded-For", "192.0.2." + (registrations++ % 250))
            .POST(BodyPublishers.noBody())
            .build(),
        BodyHandlers.ofString());
  }

  private int update(int number, String value) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/update"))
            .header("X-Api-User", new UUID(number, 0).toString())
            .header("X-Api-Key", KEY)
            .POST(
                BodyPublishers.ofString(
                    "{\"subdomain\":\"" + new UUID(number, 1) + "\",\"txt\":\"" + value + "\"}"))
            .build();
    return client.send(request, BodyHandlers.ofString()).statusCode();
  }

  private void expectFullAndChanging(int accounts) throws Exception {
    HttpResponse<String> refused = register();
    for (int i = 0; refused.statusCode() == 201; i++) {
      assertThat(i).isLessThan(1000);
      refused = register();
    }
    assertThat(refused.statusCode()).isEqualTo(507);
    assertThat(refused.body()).isEqualTo("{\"error\":\"no_memory_for_more_accounts\"}");
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    for (int i = 0; i < 100; i++) {
      assertThat(update(i * (accounts / 100), "c".repeat(43))).isEqualTo(200);
    }
    assertThat(Files.readString(home.resolve("server.log")))
        .contains("is full: registrations are refused")
        .doesNotContain("OutOfMemory");
  }

  @Test
  void areServedAndChangedAndOutliveAKillAndNoMoreAreTaken() throws Exception {
    Path directory = home.resolve("store");
    int accounts = fill(directory);
    System.out.println(accounts + " accounts fit the default heap");
    lengthen(directory.resolve("journal"));
    start(directory);
    expectFullAndChanging(accounts);
    assertThat(Files.size(directory.resolve("journal"))).isLessThan(HEAP); // It was written anew.
    kill();
    start(directory);
    expectFullAndChanging(accounts);
  }
}

package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.FreePorts;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The accounts of a stopped server, and what the running one makes of them. */
class DnsAccountsIT {
  private static final String VALUE = "v".repeat(43);

  /** A row of an acme-dns database, as sqlite3 -json writes it. */
  private static final String OF_ACME_DNS =
      """
      {"Username":"6873d934-22de-4899-b882-cfa3b0ac3a61",\
      "Password":"$2a$10$4rtW3FprvjgEEg0Hk6OzseWAMtRMp7wQk9/Pziftu06TMFHjzKNIa",\
      "Subdomain":"b6d7f142-e333-43ae-9247-b5d34ed9df76","AllowFrom":"[]"}\
      """;

  @TempDir Path home;

  private int apiPort;
  private @Nullable Process server;

  @BeforeEach
  void choosePort() throws IOException {
    apiPort = FreePorts.next();
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (server != null) {
      server.destroy();
      assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
      server = null;
    }
  }

  private void start() throws IOException {
    Path log = home.resolve("server.log");
    Process started =
        V6cert.here(home)
            .process(
                List.of(),
                List.of(
                    "dns-server",
                    "--listen=127.0.0.1:" + FreePorts.next(),
                    "--challenge-zone=auth.test",
                    "--api=127.0.0.1:" + apiPort,
                    "--store=" + home.resolve("store")))
            .redirectError(log.toFile())
            .start();
    server = started;
    BufferedReader out = started.inputReader(StandardCharsets.UTF_8);
    assertThat(out.readLine()).as(Files.readString(log)).startsWith("listening on ");
  }

  private Outcome run(String... words) throws Exception {
    return V6cert.here(home).run(List.of("--store=" + home.resolve("store")), words);
  }

  private int update(Matcher account) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + apiPort + "/update"))
            .header("X-Api-User", account.group(1))
            .header("X-Api-Key", account.group(2))
            .POST(
                BodyPublishers.ofString(
                    "{\"subdomain\":\"" + account.group(3) + "\",\"txt\":\"" + VALUE + "\"}"))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, BodyHandlers.ofString()).statusCode();
    }
  }

  private static Matcher credentials(String json) {
    Matcher account =
        Pattern.compile(
                "\"username\": \"(.*)\",\\s+\"password\": \"(.*)\",\\s+\"fulldomain\": \".*\","
                    + "\\s+\"subdomain\": \"(.*)\",")
            .matcher(json);
    assertThat(account.find()).as(json).isTrue();
    return account;
  }

  @Test
  void ofAcmeDnsAreImportedOnceAndTheirKeysOpenThem() throws Exception {
    start(); // It makes the store.
    stop();
    Path rows = Files.writeString(home.resolve("acme-dns.json"), "[" + OF_ACME_DNS + "]\n");
    String[] take = {"dns-accounts", "import", rows.toString(), "--challenge-zone=auth.test"};
    Outcome imported = run(take);
    assertThat(imported.code()).as(imported.toString()).isZero();
    assertThat(run(take).code()).isZero();
    Outcome listed = run("dns-accounts", "list");
    assertThat(listed.out()).containsOnlyOnce("b6d7f142-e333-43ae-9247-b5d34ed9df76.auth.test");

    Matcher account =
        Pattern.compile("(.*) (.*) (.*)")
            .matcher(
                "6873d934-22de-4899-b882-cfa3b0ac3a61 miHHo4Z3jeFvDZL6BS-x1hdAWzNSfMqEqUc7AR9y"
                    + " b6d7f142-e333-43ae-9247-b5d34ed9df76");
    Matcher wrong = Pattern.compile("(.*) (.*) (.*)").matcher("");
    assertThat(account.matches()).isTrue();
    assertThat(wrong.reset(account.group().replace("miHH", "MiHH")).matches()).isTrue();
    start();
    assertThat(update(wrong)).isEqualTo(401);
    assertThat(update(account)).isEqualTo(200);
    stop();
    start(); // With the digest that it stored in place of the hash.
    assertThat(update(account)).isEqualTo(200);
    assertThat(update(wrong)).isEqualTo(401);
    stop();

    Files.writeString(rows, OF_ACME_DNS.replace("$2a$10$", "plain"));
    Outcome broken = run(take);
    assertThat(broken.code()).isEqualTo(ExitStatus.CONFIGURATION.code());
    assertThat(broken.err()).contains(rows + ", line 1");
    assertThat(broken.err().lines().count()).isLessThanOrEqualTo(3);
  }

  @Test
  void areAddedListedAndRemovedWhileTheServerIsStopped() throws Exception {
    start();
    Outcome locked = run("dns-accounts", "list");
    assertThat(locked.code()).isEqualTo(ExitStatus.CONFIGURATION.code());
    assertThat(locked.err())
        .contains("a running dns-server uses this store", "stop it first", "POST /register");
    assertThat(locked.err().lines().count()).isLessThanOrEqualTo(3);
    stop();

    Outcome added =
        run(
            "dns-accounts",
            "add",
            "*.www.example.org",
            "--challenge-zone=auth.test",
            "--allow-from=127.0.0.0/8",
            "--api-url=https://api.auth.test");
    assertThat(added.code()).as(added.toString()).isZero();
    Matcher account = credentials(added.out());
    assertThat(added.out())
        .contains("\"www.example.org\": {", "\"server_url\": \"https://api.auth.test\"");
    assertThat(added.err())
        .contains("_acme-challenge.www.example.org. CNAME " + account.group(3) + ".auth.test.");

    start();
    assertThat(update(account)).isEqualTo(200);
    stop();
    assertThat(run("dns-accounts", "list").out())
        .contains(account.group(1), account.group(3) + ".auth.test", "127.0.0.0/8")
        .doesNotContain(account.group(2));
    assertThat(run("dns-accounts", "list", "--json").out())
        .contains("\"schema\": 1", "\"used\": true", "\"values\": 1")
        .doesNotContain(account.group(2));

    String name = account.group(3) + ".auth.test";
    assertThat(run("dns-accounts", "remove", name).code()).isEqualTo(ExitStatus.USAGE.code());
    Outcome removed = run("dns-accounts", "remove", name, "--yes");
    assertThat(removed.out()).isEqualTo("the account of " + name + " is removed\n");
    assertThat(run("dns-accounts", "remove", name, "--yes").err())
        .contains("there is no account \"" + name + "\"");
    start();
    assertThat(update(account)).isEqualTo(401);
  }
}

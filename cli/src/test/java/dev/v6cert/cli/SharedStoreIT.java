package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.dns.challenge.Account;
import dev.v6cert.dns.challenge.StoreLocation.Database;
import dev.v6cert.dns.credential.KeyDigest;
import dev.v6cert.dns.postgres.PostgresStore;
import dev.v6cert.testing.FreePorts;
import dev.v6cert.testing.Program;
import dev.v6cert.testing.RunningPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Lookup;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/** Two servers on one PostgreSQL database, and commands beside them. */
class SharedStoreIT {
  private static final String ONE = "1".repeat(43);
  private static final String TWO = "2".repeat(43);

  @TempDir Path home;
  private RunningPostgres postgres;
  private final List<Server> servers = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();

  /** A server with its ports. */
  private record Server(Process process, int dns, int api, Path log) {}

  @BeforeEach
  void startTheDatabase() throws Exception {
    postgres = RunningPostgres.start();
    Path keys =
        Files.writeString(
            home.resolve("keys"),
            """
            key k { algorithm hmac-sha256; secret c2VjcmV0c2VjcmV0c2VjcmV0; };
            grant k name k.auth.test;
            """);
    Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rw-------"));
  }

  @AfterEach
  void stop() throws Exception {
    for (Server server : servers) {
      server.process.destroyForcibly();
      assertThat(server.process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
    http.close();
    postgres.close();
  }

  private String place() {
    return "jdbc:postgresql://127.0.0.1:" + postgres.port() + "/dns?user=v6cert";
  }

  /** The password is in a file, as PostgreSQL's own programs have it. */
  private void writePassword(String password) throws IOException {
    Path file = Files.writeString(home.resolve("pgpass"), "127.0.0.1:*:*:*:" + password + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private ProcessBuilder command(String store, String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.add("--store=" + store);
    ProcessBuilder builder = V6cert.here(home).process(List.of(), all);
    builder.environment().put("PGPASSFILE", home.resolve("pgpass").toString());
    return builder;
  }

  private Server server() throws IOException {
    int dns = FreePorts.next();
    int api = FreePorts.next();
    Path log = home.resolve("log-" + servers.size());
    Process process =
        command(
                place(),
                "dns-server",
                "--listen=127.0.0.1:" + dns,
                "--challenge-zone=auth.test",
                "--registration=open",
                "--api=127.0.0.1:" + api,
                "--update-key=" + home.resolve("keys"))
            .redirectError(log.toFile())
            .start();
    Server server = new Server(process, dns, api, log);
    servers.add(server);
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    assertThat(out.readLine()).as(Files.readString(log)).startsWith("listening on ");
    return server;
  }

  private HttpResponse<String> call(Server server, String method, String path, String body)
      throws Exception {
    return call(server, method, path, body, "", "");
  }

  private HttpResponse<String> call(
      Server server, String method, String path, String body, String user, String key)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.api + path))
            .method(method, BodyPublishers.ofString(body));
    if (!user.isEmpty()) {
      request.header("X-Api-User", user).header("X-Api-Key", key);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private static List<String> ask(Server server, String name) throws Exception {
    SimpleResolver resolver = new SimpleResolver(InetAddress.ofLiteral("127.0.0.1"));
    resolver.setPort(server.dns);
    Lookup lookup = new Lookup(name, Type.TXT);
    lookup.setResolver(resolver);
    lookup.setCache(null);
    Record[] found = lookup.run();
    return found == null ? List.of() : Stream.of(found).map(Record::rdataToString).toList();
  }

  private static void waitUntil(Callable<Boolean> holds) throws Exception {
    for (int i = 0; !holds.call(); i++) {
      assertThat(i).as("waited for 20 seconds").isLessThan(400);
      Thread.sleep(Duration.ofMillis(50));
    }
  }

  private static Matcher account(String json) {
    Matcher account =
        Pattern.compile("username\":\"(.*?)\",\"password\":\"(.*?)\".*subdomain\":\"(.*?)\"")
            .matcher(json);
    assertThat(account.find()).as(json).isTrue();
    return account;
  }

  private int update(Server server, Matcher account, String value) throws Exception {
    String body = "{\"subdomain\":\"" + account.group(3) + "\",\"txt\":\"" + value + "\"}";
    return call(server, "POST", "/update", body, account.group(1), account.group(2)).statusCode();
  }

  @Test
  void aValueWrittenThroughOneIsServedByTheOtherAlsoWhileTheDatabaseIsAway() throws Exception {
    writePassword("pw");
    Server one = server();
    Server other = server();
    Matcher account = account(call(one, "POST", "/register", "").body());
    String name = account.group(3) + ".auth.test";
    assertThat(update(one, account, ONE)).isEqualTo(200);
    Thread.sleep(Duration.ofMillis(500));
    assertThat(ask(other, name)).containsExactly(ONE);
    assertThat(update(other, account, TWO)).isEqualTo(200);
    Thread.sleep(Duration.ofMillis(500));
    assertThat(ask(one, name)).containsExactly(ONE, TWO);

    postgres.kill();
    waitUntil(() -> call(one, "GET", "/health", "").statusCode() == 503);
    assertThat(ask(one, name)).containsExactly(ONE, TWO);
    assertThat(ask(other, name)).containsExactly(ONE, TWO);
    HttpResponse<String> refused = call(one, "POST", "/register", "");
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("Retry-After")).contains("5");
    assertThat(nsupdate(one)).contains("SERVFAIL");

    postgres.restart();
    waitUntil(() -> call(one, "GET", "/health", "").statusCode() == 200);
    assertThat(update(one, account, ONE)).isEqualTo(200);
    assertThat(nsupdate(one)).isEmpty();
    waitUntil(() -> ask(other, "k.auth.test").equals(List.of("value")));
    assertThat(Files.readString(one.log))
        .contains("takes no changes")
        .contains("takes changes again")
        .doesNotContain("pw");
  }

  private String nsupdate(Server server) throws Exception {
    Path batch =
        Files.writeString(
            home.resolve("batch"),
            "server 127.0.0.1 "
                + server.dns
                + "\nzone auth.test\n"
                + "update add k.auth.test 60 TXT value\nsend\n");
    return Program.output(
        Program.find("nsupdate", "bind9-dnsutils"),
        "-y",
        "hmac-sha256:k:c2VjcmV0c2VjcmV0c2VjcmV0",
        batch.toString());
  }

  @Test
  void accountsAreAddedAndListedWhileAServerRuns() throws Exception {
    writePassword("pw");
    Server server = server();
    Outcome added =
        run(place(), "dns-accounts", "add", "www.example.test", "--challenge-zone=auth.test");
    assertThat(added.code()).as(added.toString()).isZero();
    Matcher account = account(added.out().replaceAll("\\s", ""));
    waitUntil(() -> update(server, account, ONE) == 200);
    assertThat(ask(server, account.group(3) + ".auth.test")).containsExactly(ONE);
    Outcome list = run(place(), "dns-accounts", "list");
    assertThat(list.out()).contains(account.group(1));
  }

  private Outcome run(String store, String... words) throws Exception {
    return V6cert.here(home).run(command(store, words));
  }

  private void expectRefusal(String store, ExitStatus status, String... texts) throws Exception {
    Outcome outcome =
        run(store, "dns-server", "--listen=127.0.0.1:0", "--challenge-zone=auth.test");
    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(status.code());
    assertThat(outcome.err()).contains(texts);
    assertThat(outcome.err().lines().count()).isLessThanOrEqualTo(3);
  }

  @Test
  void aStartThatFailsSaysWhy() throws Exception {
    writePassword("wrong");
    expectRefusal(
        place(), ExitStatus.CONFIGURATION, "password authentication failed", "PGPASSFILE");
    expectRefusal(
        place() + "&password=pw", ExitStatus.USAGE, "a password on the command line", "PGPASSFILE");
    expectRefusal("jdbc:mysql://127.0.0.1/dns", ExitStatus.USAGE, "jdbc:postgresql:");
    postgres.kill();
    expectRefusal(
        place(),
        ExitStatus.UNAVAILABLE,
        "cannot use jdbc:postgresql://127.0.0.1:" + postgres.port() + "/dns",
        "refused");
  }

  /** Writes accounts as a server with more memory takes them. */
  private void fill(int accounts) throws Exception {
    KeyDigest digest = KeyDigest.of("k".repeat(40));
    try (PostgresStore store =
        new PostgresStore(new Database(postgres.url(), home.resolve("unused")), _ -> {})) {
      store.open();
      for (int from = 0; from < accounts; from += 1000) {
        int first = from;
        boolean _ =
            store.write(draft -> {
              for (int i = first; i < first + 1000; i++) {
                Name name = Name.fromConstantString(new UUID(i, 1) + ".auth.test.");
                String user = new UUID(i, 0).toString();
                draft.put(new Account(user, name, digest, List.of(), Instant.now(), true));
              }
              return true;
            });
      }
    }
  }

  @Test
  void aStartWithMoreAccountsThanTheHeapHoldsSaysSoAndALargerOneServesThem() throws Exception {
    fill(40_000); // Half of what the default heap of 64 MB holds.
    writePassword("pw");
    String[] words = {"dns-server", "--listen=127.0.0.1:0", "--challenge-zone=auth.test"};
    ProcessBuilder small = command(place(), words);
    small.command().add(small.command().indexOf("-cp"), "-Xmx24m");
    Outcome outcome = V6cert.here(home).run(small);
    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.CONFIGURATION.code());
    assertThat(outcome.err())
        .contains("cannot use jdbc:postgresql://127.0.0.1:" + postgres.port() + "/dns")
        .contains("its accounts do not fit into the memory of this process")
        .contains("V6CERT_JAVA_OPTIONS=-Xmx")
        .doesNotContain("OutOfMemory");
    assertThat(outcome.err().lines().count()).isLessThanOrEqualTo(3);
    assertThat(call(server(), "GET", "/health", "").statusCode()).isEqualTo(200);
  }
}

package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.NetworkNamespace;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The ACME server of the local CA with the clients that a LAN has: two hosts, no DNS server, no
 * internet.
 *
 * <pre>
 *   server 192.168.1.10 ------ peer 192.168.1.20
 *   v6cert local-ca serve      v6cert obtain, certbot, lego, step, Caddy
 * </pre>
 */
class LocalCaServeIT {

  private static final String SERVER = "192.168.1.10";
  private static final String PEER = "192.168.1.20";
  private static final String MAGIC = "192-168-1-20.sslip.io";
  private static final String NAME = "nas.home.arpa";
  private static final String DIRECTORY = "https://" + SERVER + ":8555/acme/directory";
  private static final long LIMIT_SECONDS = 90;

  static NetworkNamespace lan;
  static NetworkNamespace peer;
  @TempDir static Path serverHome;
  static V6cert server;
  static Process serving;
  static String keyId = "";
  static String hmacKey = "";

  @TempDir Path home;
  V6cert machine;

  @BeforeAll
  static void connect() throws Exception {
    lan = NetworkNamespace.create();
    peer = lan.neighbour();
    lan.connect("eth0", peer, "eth0");
    lan.run("ip", "address", "add", SERVER + "/24", "dev", "eth0");
    peer.run("ip", "address", "add", PEER + "/24", "dev", "eth0");
    Path hosts =
        Files.writeString(
            serverHome.resolve("hosts"),
            "127.0.0.1 localhost\n%s %s rsa.home.arpa\n192.168.1.99 other.home.arpa\n"
                .formatted(PEER, NAME));
    lan.run("mount", "--bind", hosts.toString(), "/etc/hosts");
    server = new V6cert(lan::process, serverHome);
    serving = serve();
    Outcome credentials = server.run("local-ca", "credentials", "--json");
    keyId = value(credentials.out(), "eab_kid");
    hmacKey = value(credentials.out(), "eab_hmac_key");
  }

  private static Process serve() throws Exception {
    Process process =
        server
            .process(List.of(), List.of("local-ca", "serve", "--listen", SERVER + ":8555"))
            .redirectError(
                ProcessBuilder.Redirect.appendTo(serverHome.resolve("serve.log").toFile()))
            .start();
    String line = process.inputReader(StandardCharsets.UTF_8).readLine();
    assertThat(line)
        .as(Files.readString(serverHome.resolve("serve.log")))
        .isEqualTo("listening on " + DIRECTORY);
    return process;
  }

  private static String value(String json, String name) {
    String start = "\"" + name + "\": \"";
    int at = json.indexOf(start);
    assertThat(at).as(json).isNotNegative();
    return json.substring(at + start.length(), json.indexOf('"', at + start.length()));
  }

  @AfterAll
  static void end() throws Exception {
    if (serving != null) {
      serving.destroy();
      assertThat(serving.waitFor()).as("the end by SIGTERM").isZero();
    }
    if (lan != null) {
      lan.close();
    }
  }

  @BeforeEach
  void start() {
    machine = new V6cert(peer::process, home);
  }

  private static Path root() {
    return server.state().resolve("local-ca/root.pem");
  }

  @Nested
  class OurOwnClient {

    private Outcome obtain(String... words) throws Exception {
      List<String> all = new ArrayList<>(List.of("obtain", "--ca", DIRECTORY));
      all.addAll(List.of("--ca-root", root().toString(), "--no-dns-check"));
      all.addAll(List.of("--eab-kid", keyId, "--eab-hmac", hmacKey, "--agree-tos"));
      all.addAll(List.of(words));
      return machine.run(all.toArray(String[]::new));
    }

    private void obtained(String... words) throws Exception {
      Outcome outcome = obtain(words);
      assertThat(outcome.code()).as(outcome.toString()).isZero();
    }

    @Test
    void obtainsRenewsAndForces() throws Exception {
      obtained("--domain", NAME);
      Path live = machine.state().resolve("live").resolve(NAME);
      assertThat(names(live.resolve("fullchain.pem"))).containsExactly(NAME);
      verified(live.resolve("fullchain.pem"));

      assertThat(machine.run("renew").err()).contains("is not due before");
      Outcome renewed = machine.run("renew", "--force");
      assertThat(renewed.code()).as(renewed.toString()).isZero();
      obtained("--domain", NAME, "--force", "--challenge", "tls-alpn-01", "--key-type", "rsa2048");
      verified(live.resolve("fullchain.pem"));
      Outcome account =
          machine.run("account", "show", "--ca", DIRECTORY, "--ca-root", root().toString());
      assertThat(account.out()).contains("valid");
    }

    @Test
    void obtainsForItsMagicName() throws Exception {
      obtained("--domain", MAGIC, "--domain", NAME);

      assertThat(names(machine.state().resolve("live").resolve(MAGIC).resolve("fullchain.pem")))
          .containsExactlyInAnyOrder(MAGIC, NAME);
    }

    @Test
    void obtainsForItsAddressAndTheNameMadeOfIt() throws Exception {
      obtained("--ip", "--challenge", "tls-alpn-01");
      Path live = machine.state().resolve("live");
      assertThat(names(live.resolve("ip-" + PEER).resolve("fullchain.pem"))).containsExactly(PEER);
      obtained();
      obtained("--address", PEER, "--force", "--lineage", "typed");
      assertThat(names(live.resolve(MAGIC).resolve("fullchain.pem"))).containsExactly(MAGIC);

      peer.run("ip", "address", "del", PEER + "/24", "dev", "eth0");
      peer.run("ip", "address", "add", "192.168.1.21/24", "dev", "eth0");
      try {
        Outcome moved = machine.run("renew", "--lineage", "ip-" + PEER);
        assertThat(moved.code()).as(moved.toString()).isZero();
        assertThat(names(live.resolve("ip-" + PEER).resolve("fullchain.pem")))
            .containsExactly("192.168.1.21");
      } finally {
        peer.run("ip", "address", "del", "192.168.1.21/24", "dev", "eth0");
        peer.run("ip", "address", "add", PEER + "/24", "dev", "eth0");
      }
    }

    @Test
    void isRefusedForItsAddressByPublicAuthorities() throws Exception {
      Outcome chosen = machine.run("obtain", "--agree-tos", "--ip");
      Outcome typed = machine.run("obtain", "--agree-tos", "--address", PEER);

      assertThat(chosen.code()).as(chosen.toString()).isEqualTo(ExitStatus.NO_ADDRESS.code());
      assertThat(chosen.err()).contains("IPv4: private only", "v6cert obtain --ca local");
      assertThat(typed.code()).as(typed.toString()).isEqualTo(ExitStatus.NO_ADDRESS.code());
      assertThat(typed.err()).contains(PEER + " cannot be used", "v6cert obtain --ca local");
    }

    @Test
    void rehearsesAndEndsItsAccount() throws Exception {
      obtained("--domain", NAME, "--dry-run");
      assertThat(machine.state().resolve("live").resolve(NAME)).doesNotExist();
      obtained("--domain", NAME);
      String[] ca = {"--ca", DIRECTORY, "--ca-root", root().toString()};
      Outcome rollover = machine.run("account", "rollover", ca[0], ca[1], ca[2], ca[3]);
      assertThat(rollover.code()).isEqualTo(ExitStatus.CONFIGURATION.code());
      assertThat(rollover.err()).contains("has no change of an account's key");
      Outcome revoked = machine.run("revoke", NAME, "--yes");
      assertThat(revoked.code()).as(revoked.toString()).isNotZero();
      assertThat(revoked.err()).contains("a local CA revokes nothing");
      Outcome ended = machine.run("account", "deactivate", "--yes", ca[0], ca[1], ca[2], ca[3]);
      assertThat(ended.code()).as(ended.toString()).isZero();
    }

    @Test
    void isToldWhyThereIsNoCertificate() throws Exception {
      Outcome foreign = obtain("--domain", "other.home.arpa");
      assertThat(foreign.code()).isNotZero();
      assertThat(foreign.err())
          .contains("other.home.arpa does not lead to 192.168.1.20, from where the request came");

      Outcome open = obtain("--domain", "www.example.com");
      assertThat(open.code()).isNotZero();
      assertThat(open.err()).contains("www.example.com is not in localhost, local, internal");
    }
  }

  @Nested
  class Certbot {

    @Test
    void obtainsAndRenews() throws Exception {
      String certbot = program("certbot");
      List<String> directories = new ArrayList<>();
      for (String one : List.of("config", "work", "logs")) {
        directories.addAll(List.of("--" + one + "-dir", home.resolve(one).toString()));
      }
      List<String> first =
          new ArrayList<>(List.of(certbot, "certonly", "--standalone", "-n", "--agree-tos", "-m"));
      first.addAll(List.of("me@example.org", "--server", DIRECTORY, "--eab-kid", keyId));
      first.addAll(List.of("--eab-hmac-key", hmacKey, "-d", NAME, "-d", MAGIC));
      first.addAll(directories);
      Map<String, String> trust = Map.of("REQUESTS_CA_BUNDLE", root().toString());
      done(first, trust);
      Path chain = home.resolve("config/live").resolve(NAME).resolve("fullchain.pem");
      assertThat(names(chain)).containsExactlyInAnyOrder(NAME, MAGIC);
      verified(chain);
      String before = Files.readString(chain);

      List<String> renew = new ArrayList<>(List.of(certbot, "renew", "--force-renewal", "-n"));
      renew.addAll(List.of("--no-random-sleep-on-renew"));
      renew.addAll(directories);
      done(renew, trust);

      assertThat(chain).content().isNotEqualTo(before);
      List<String> rehearsal = new ArrayList<>(first);
      rehearsal.addAll(List.of("--dry-run", "--cert-name", "rehearsed"));
      done(rehearsal, trust);
      List<String> rsa = new ArrayList<>(first);
      rsa.addAll(List.of("--key-type", "rsa", "--cert-name", "rsa", "--force-renewal"));
      done(rsa, trust);
      verified(home.resolve("config/live/rsa/fullchain.pem"));
      List<String> options = new ArrayList<>(List.of("-n", "--server", DIRECTORY));
      options.addAll(directories);
      List<String> revoke = new ArrayList<>(List.of(certbot, "revoke", "--cert-name", "rsa"));
      revoke.addAll(options);
      assertThat(refused(revoke, trust)).contains("error"); // certbot 2.1 fails to say which.
    }
  }

  @Nested
  class Lego {

    @Test
    void obtainsAndRenewsByBothChallenges() throws Exception {
      String lego = program("lego");
      Map<String, String> trust = Map.of("LEGO_CA_CERTIFICATES", root().toString());
      List<String> options =
          List.of(lego, "--server", DIRECTORY, "--email", "me@example.org", "--accept-tos");
      List<String> more =
          List.of("--eab", "--kid", keyId, "--hmac", hmacKey, "--path", home.toString());
      for (String challenge : List.of("--http", "--tls")) {
        String name = challenge.equals("--http") ? NAME : MAGIC;
        List<String> run = new ArrayList<>(options);
        run.addAll(more);
        run.addAll(List.of("--domains", name, challenge));
        done(Stream.concat(run.stream(), Stream.of("run")).toList(), trust);
        Path chain = home.resolve("certificates").resolve(name + ".crt");
        verified(chain);
        String before = Files.readString(chain);
        done(
            Stream.concat(run.stream(), Stream.of("renew", "--days", "365", "--no-random-sleep"))
                .toList(),
            trust);
        assertThat(chain).content().isNotEqualTo(before);
      }
      List<String> account = Stream.concat(options.stream(), more.stream()).toList();
      List<String> rsa = List.of("--key-type", "rsa2048", "--domains", "rsa.home.arpa", "--http");
      done(Stream.of(account, rsa, List.of("run")).flatMap(List::stream).toList(), trust);
      verified(home.resolve("certificates/rsa.home.arpa.crt"));
      List<String> revoke = List.of("--domains", "rsa.home.arpa", "revoke");
      assertThat(refused(Stream.of(account, revoke).flatMap(List::stream).toList(), trust))
          .contains("a local CA revokes nothing");
    }
  }

  /** It knows no external accounts, so this server asks for none. */
  @Nested
  class Step {

    private static final String OPEN = "https://" + SERVER + ":8560/acme/directory";

    @Test
    void obtainsAndRenews() throws Exception {
      String step = program("step");
      V6cert open = new V6cert(lan::process, Files.createDirectory(home.resolve("open")));
      List<String> words = List.of("local-ca", "serve", "--no-eab", "--listen", SERVER + ":8560");
      Process second =
          open.process(List.of(), words).redirectError(home.resolve("open.log").toFile()).start();
      try {
        assertThat(second.inputReader(StandardCharsets.UTF_8).readLine())
            .as(() -> read(home.resolve("open.log")))
            .isEqualTo("listening on " + OPEN);
        Path authority = open.state().resolve("local-ca/root.pem");
        for (String kind : List.of("EC", "RSA")) {
          Path chain = home.resolve(kind + ".crt");
          done(
              List.of(
                  step,
                  "ca",
                  "certificate",
                  NAME,
                  chain.toString(),
                  home.resolve(kind + ".key").toString(),
                  "--acme=" + OPEN,
                  "--root=" + authority,
                  "--standalone",
                  "--kty=" + kind,
                  "--san=" + NAME,
                  "--san=" + MAGIC),
              Map.of("STEPPATH", home.resolve("step").toString()));
          assertThat(names(chain)).containsExactlyInAnyOrder(NAME, MAGIC);
        }
      } finally {
        second.destroy();
        second.waitFor();
      }
    }
  }

  @Nested
  class Caddy {

    @Test
    void servesWithTheCertificate() throws Exception {
      Path settings =
          Files.writeString(
              home.resolve("Caddyfile"),
              """
              {
                admin off
                storage file_system %s
                acme_ca %s
                acme_ca_root %s
                acme_eab {
                  key_id %s
                  mac_key %s
                }
              }
              https://%s {
                respond "from caddy"
              }
              """
                  .formatted(home.resolve("storage"), DIRECTORY, root(), keyId, hmacKey, MAGIC));
      ProcessBuilder builder =
          peer.process(
              List.of(
                  program("caddy"), "run", "--adapter", "caddyfile", "--config", settings + ""));
      builder.environment().put("HOME", home.toString());
      Path log = home.resolve("caddy.log");
      Process caddy = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
      try {
        await(
            () -> read(log).contains("certificate obtained successfully") || !caddy.isAlive(),
            () -> read(log));
        assertThat(
                lan.run(
                    "curl",
                    "--silent",
                    "--show-error",
                    "--cacert",
                    root().toString(),
                    "--resolve",
                    MAGIC + ":443:" + PEER,
                    "https://" + MAGIC + "/"))
            .isEqualTo("from caddy");
      } finally {
        caddy.destroy();
        caddy.onExit().join();
      }
    }
  }

  @Nested
  class Refuses {

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "serve --allow 8.8.8.0/24 | 64 | it is no private network",
          "serve --allow 192.168.1.7/24 | 64 | has bits set behind the prefix length",
          "serve --listen 192.168.1.10 | 64 | it is no ADDRESS:PORT",
          "serve --name *.test | 64 | *.test",
          "serve --pem | 64 | --pem is for v6cert local-ca show",
          "show --no-eab | 64 | --no-eab is for v6cert local-ca serve",
          "rotate --new --yes | 64 | --new is for v6cert local-ca credentials",
          "serve --zone com | 64 | the zone com is too wide",
          "serve --listen 192.168.1.10:8555 | 77 | stop it, or choose another port",
          "serve --listen 192.168.7.7:8555 | 77 | 192.168.7.7",
        })
    void inOneError(String words, int code, String reason) throws Exception {
      V6cert other = new V6cert(lan::process, home);
      List<String> all = new ArrayList<>(List.of("local-ca"));
      all.addAll(List.of(words.split(" ", -1)));

      Outcome outcome = other.run(all.toArray(String[]::new));

      assertThat(outcome.code()).as(outcome.toString()).isEqualTo(code);
      assertThat(outcome.err()).contains(reason);
      assertThat(outcome.err().lines().filter(line -> line.startsWith("error:"))).hasSize(1);
      assertThat(outcome.out()).isEmpty();
    }

    @Test
    void aSecondServerOfTheSameState() throws Exception {
      Outcome outcome = server.run("local-ca", "serve", "--listen", SERVER + ":8556");

      assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.TEMPORARY.code());
    }

    @Test
    void aClockBeforeTheRoot() throws Exception {
      Assumptions.assumeTrue(
          Files.isExecutable(Path.of("/usr/bin/faketime")), "faketime is not installed");
      ProcessBuilder run =
          server.process(List.of(), List.of("local-ca", "serve", "--listen", SERVER + ":8557"));
      List<String> command = new ArrayList<>(run.command());
      int java = command.indexOf(Path.of(System.getProperty("java.home"), "bin/java") + "");
      command.addAll(java, List.of("/usr/bin/faketime", "-f", "-30 days"));

      Outcome outcome = server.run(run.command(command));

      assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.CONFIGURATION.code());
      assertThat(outcome.err()).contains("the clock is before the root of the local CA");
    }
  }

  @Nested
  class TheCredentials {

    @Test
    void areKeptOutOfTheLogAndReplacedOnRequest() throws Exception {
      assertThat(Files.readString(serverHome.resolve("serve.log"))).doesNotContain(hmacKey);
      Outcome same = server.run("local-ca", "credentials", "--listen", SERVER + ":8555");
      assertThat(same.out()).contains(DIRECTORY, keyId, hmacKey, "root sha-256");

      V6cert other = new V6cert(lan::process, home);
      String first = value(other.run("local-ca", "credentials", "--json").out(), "eab_kid");
      Outcome renewed = other.run("local-ca", "credentials", "--new", "--json");

      assertThat(value(renewed.out(), "eab_kid")).isNotEqualTo(first);
      assertThat(other.state().resolve("local-ca/acme/credentials.properties")).isNotEmptyFile();
    }
  }

  private static String program(String name) {
    Optional<Path> found =
        Stream.concat(
                Stream.of(System.getProperty("user.home") + "/go/bin"),
                Stream.of(System.getenv().getOrDefault("PATH", "").split(":")))
            .map(directory -> Path.of(directory, name))
            .filter(Files::isExecutable)
            .findFirst();
    return found
        .orElseGet(
            () -> Assumptions.abort("there is no " + name + " (apt-get install " + name + ")"))
        .toString();
  }

  private void done(List<String> command, Map<String, String> environment) throws Exception {
    Path log = Files.createTempFile(home, "peer", ".log");
    assertThat(code(command, environment, log))
        .as(() -> read(log) + read(serverHome.resolve("serve.log")))
        .isZero();
  }

  /** The words of a client that fails. */
  private String refused(List<String> command, Map<String, String> environment) throws Exception {
    Path log = Files.createTempFile(home, "peer", ".log");
    assertThat(code(command, environment, log)).as(() -> read(log)).isPositive();
    return read(log);
  }

  private int code(List<String> command, Map<String, String> environment, Path log)
      throws Exception {
    ProcessBuilder builder = peer.process(command);
    builder.environment().putAll(environment);
    builder.environment().put("HOME", home.toString());
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    process.getOutputStream().close();
    boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly();
    }
    return ended ? process.exitValue() : -1;
  }

  private static void await(BooleanSupplier condition, Supplier<String> words) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(words).isLessThan(end);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static void verified(Path chain) throws IOException {
    String said =
        lan.run("openssl", "verify", "-CAfile", root() + "", "-untrusted", chain + "", chain + "");
    assertThat(said).contains("OK");
  }

  private static List<String> names(Path file) throws Exception {
    try (InputStream in = Files.newInputStream(file)) {
      X509Certificate leaf =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
      return leaf.getSubjectAlternativeNames().stream()
          .map(name -> String.valueOf(name.get(1)))
          .toList();
    }
  }
}

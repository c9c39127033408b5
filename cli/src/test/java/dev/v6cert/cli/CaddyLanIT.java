package dev.v6cert.cli;

import static dev.v6cert.cli.RunningLanServer.DIRECTORY;
import static dev.v6cert.cli.RunningLanServer.MAGIC;
import static dev.v6cert.cli.RunningLanServer.NAME;
import static dev.v6cert.cli.RunningLanServer.PEER;
import static dev.v6cert.cli.RunningLanServer.names;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The ACME server of the local CA with Caddy, told to ask it for every name. */
class CaddyLanIT extends LanClientFixture {

  @RegisterExtension static final RunningLanServer lan = new RunningLanServer();

  private static final long LIMIT_SECONDS = 60;
  private static final String OBTAINED = "certificate obtained successfully";

  private String caddy = "";

  CaddyLanIT() {
    super(LanCall.Client.CADDY, lan, Map.of());
  }

  /**
   * Settings of one run.
   *
   * @param storage the directory that keeps account and certificates, below the home
   * @param eab the lines for the external account
   * @param off the challenge that is switched off: {@code http} or {@code tlsalpn}
   */
  private record Run(
      String storage, String server, Path root, String eab, String off, String keyType) {

    Run with(String otherStorage, String otherEab) {
      return new Run(otherStorage, server, root, otherEab, off, keyType);
    }

    Run with(String otherOff, String otherKeyType, String otherEab) {
      return new Run(storage, server, root, otherEab, otherOff, otherKeyType);
    }

    String text(Path home, String... sites) {
      return """
      {
        admin off
        storage file_system %s
      }
      %s {
        tls {
          key_type %s
          issuer acme {
            dir %s
            trusted_roots %s
            %s
            disable_%s_challenge
          }
        }
        respond "from caddy"
      }
      """
          .formatted(
              home.resolve(storage),
              String.join(", ", Stream.of(sites).map("https://"::concat).toList()),
              keyType,
              server,
              root,
              eab,
              off);
    }
  }

  private String eab(String hmacKey) {
    return "eab " + running.keyId + " " + hmacKey;
  }

  /** The settings as Caddy's JSON; with a window in which everything is due where it renews. */
  private Path settings(Run run, boolean due, String... sites) throws Exception {
    Path file = Files.writeString(home.resolve("Caddyfile"), run.text(home, sites));
    String json =
        done(List.of(caddy, "adapt", "--adapter", "caddyfile", "--config", file + ""))
            .lines()
            .filter(line -> line.startsWith("{\"admin\""))
            .findFirst()
            .orElseThrow();
    return Files.writeString(
        home.resolve("caddy.json"),
        due ? json.replace("\"issuers\":", "\"renewal_window_ratio\":1,\"issuers\":") : json);
  }

  /** Runs it until its log has the words so many times. */
  private String until(Path settings, String words, int times) throws Exception {
    Path log = home.resolve("caddy.log");
    ProcessBuilder builder =
        running.peer().process(List.of(caddy, "run", "--config", settings + ""));
    builder.environment().put("HOME", home.toString());
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
      while (read(log).split(words, -1).length <= times) {
        assertThat(process.isAlive() && System.nanoTime() < end)
            .as(() -> words + "\n" + read(log) + running.log())
            .isTrue();
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      }
      if (words.equals(OBTAINED)) {
        assertServed();
      }
    } finally {
      process.destroy();
      process.onExit().join();
    }
    return read(log);
  }

  private void assertServed() throws IOException {
    String root = running.root() + "";
    if (read(home.resolve("caddy.json")).contains("https://" + MAGIC)
        || read(home.resolve("caddy.json")).contains("\"" + MAGIC + "\"")) {
      String[] resolve = {"--resolve", MAGIC + ":443:" + PEER};
      assertThat(
              running
                  .lan()
                  .run(
                      "curl",
                      "-sS",
                      "--cacert",
                      root,
                      resolve[0],
                      resolve[1],
                      "https://" + MAGIC + "/"))
          .isEqualTo("from caddy");
    }
  }

  private void obtained(Run run, String... sites) throws Exception {
    String _ = until(settings(run, false, sites), OBTAINED, sites.length);
    for (String site : sites) {
      running.verified(chain(run.storage(), site));
    }
  }

  private Path chain(String storage, String name) throws IOException {
    try (Stream<Path> files = Files.walk(home.resolve(storage))) {
      return files.filter(it -> it.endsWith(name + ".crt")).findFirst().orElseThrow();
    }
  }

  @Test
  void makesEachCallThatItHas() throws Exception {
    caddy = program("caddy", "apt-get install caddy");
    Run run = new Run("main", DIRECTORY, running.root(), eab(running.hmacKey), "tlsalpn", "p256");
    opensAccounts(run);
    obtains(run.with("main", ""));
    renews(run.with("main", ""));
    isRefused(run.with("main", ""));
    assertAllMade();
  }

  private void opensAccounts(Run run) throws Exception {
    String log =
        until(settings(run.with("none", ""), false, MAGIC), "could not get certificate", 1);
    assertThat(log).contains("an account needs the credentials");
    String wrong = eab("AAAA" + running.hmacKey.substring(4));
    log = until(settings(run.with("wrong", wrong), false, MAGIC), "its MAC is wrong", 1);
    assertThat(log).doesNotContain(OBTAINED);
    obtained(run, MAGIC);
    assertThat(names(chain("main", MAGIC))).containsExactly(MAGIC);
    assertThat(key(chain("main", MAGIC))).contains("P-256");
    try (OpenServer open = openServer()) {
      Run there = new Run("open", OPEN, open.root(), "", "tlsalpn", "p256");
      String _ = until(settings(there, false, NAME), OBTAINED, 1);
    }
    made(
        LanCall.WITHOUT_CREDENTIALS,
        LanCall.WRONG_KEY,
        LanCall.CREDENTIALS,
        LanCall.HTTP_01,
        LanCall.MAGIC_NAME,
        LanCall.EC_256,
        LanCall.OPEN_SERVER);
  }

  /** By the account of the first run, which it finds in its storage. */
  private void obtains(Run run) throws Exception {
    obtained(run.with("http", "p384", ""), NAME, "a.home.arpa");
    assertThat(key(chain("main", NAME))).contains("P-384");
    obtained(run.with("tlsalpn", "rsa2048", ""), PEER);
    assertThat(names(chain("main", PEER))).containsExactly(PEER);
    assertThat(key(chain("main", PEER))).contains("2048 bit");
    made(
        LanCall.ACCOUNT_FOUND,
        LanCall.TLS_ALPN_01,
        LanCall.SEVERAL_NAMES,
        LanCall.EC_384,
        LanCall.ADDRESS,
        LanCall.RSA_2048);
  }

  private void renews(Run run) throws Exception {
    Path chain = chain("main", MAGIC);
    String before = Files.readString(chain);
    String _ = until(settings(run, true, MAGIC), "certificate renewed successfully", 1);
    String second = Files.readString(chain);
    assertThat(second).isNotEqualTo(before);
    running.killAndRestart();
    String _ = until(settings(run, true, MAGIC), "certificate renewed successfully", 1);
    assertThat(chain).content().isNotEqualTo(second);
    made(LanCall.RENEWAL, LanCall.AFTER_A_KILL);
  }

  private void isRefused(Run run) throws Exception {
    String other = until(settings(run, false, "other.home.arpa"), "could not get certificate", 1);
    assertThat(other).contains("does not lead to " + PEER);
    String open = until(settings(run, false, "www.example.com"), "could not get certificate", 1);
    assertThat(open).contains("www.example.com is not in");
    String any = until(settings(run, false, "*.home.arpa"), "could not get certificate", 1);
    assertThat(any).contains("no wildcard is signed here");
    made(LanCall.NAME_OF_ANOTHER, LanCall.PUBLIC_NAME, LanCall.WILDCARD);
  }
}

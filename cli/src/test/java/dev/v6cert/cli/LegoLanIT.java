package dev.v6cert.cli;

import static dev.v6cert.cli.RunningLanServer.DIRECTORY;
import static dev.v6cert.cli.RunningLanServer.MAGIC;
import static dev.v6cert.cli.RunningLanServer.NAME;
import static dev.v6cert.cli.RunningLanServer.PEER;
import static dev.v6cert.cli.RunningLanServer.names;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The ACME server of the local CA with lego. */
class LegoLanIT extends LanClientFixture {

  @RegisterExtension static final RunningLanServer lan = new RunningLanServer();

  private static final String[] RENEW = {"renew", "--days", "365", "--no-random-sleep"};

  private String lego = "";

  LegoLanIT() {
    super(LanCall.Client.LEGO, lan, Map.of());
  }

  @Override
  Map<String, String> environment() {
    return Map.of("LEGO_CA_CERTIFICATES", running.root().toString());
  }

  private List<String> at(String directory, String server, String... more) {
    return joined(
        List.of(
            lego,
            "--server",
            server,
            "--email",
            "me@example.org",
            "--accept-tos",
            "--path",
            home.resolve(directory) + ""),
        more);
  }

  /** With an account that is there; it wants the credentials all the same. */
  private List<String> lego(String... more) {
    return bound("lego", running.hmacKey, more);
  }

  private List<String> bound(String directory, String hmacKey, String... more) {
    List<String> eab = List.of("--eab", "--kid", running.keyId, "--hmac", hmacKey);
    return joined(at(directory, DIRECTORY, eab.toArray(String[]::new)), more);
  }

  private Path chain(String name) {
    return home.resolve("lego/certificates").resolve(name + ".crt");
  }

  @Test
  void makesEachCallThatItHas() throws Exception {
    lego = program("lego", "apt-get install lego");
    opensAccounts();
    obtains();
    renews();
    isRefused();
    assertAllMade();
  }

  private void opensAccounts() throws Exception {
    String[] run = {"--domains", NAME, "--http", "run"};
    assertThat(refused(at("unbound", DIRECTORY, run))).containsIgnoringCase("external account");
    String wrong = "AAAA" + running.hmacKey.substring(4);
    assertThat(refused(bound("wrong", wrong, run))).contains("its MAC is wrong");
    done(bound("lego", running.hmacKey, run));
    running.verified(chain(NAME));
    assertThat(names(chain(NAME))).containsExactly(NAME);
    assertThat(key(chain(NAME))).contains("P-256");
    try (OpenServer open = openServer()) {
      done(at("open", OPEN, run), Map.of("LEGO_CA_CERTIFICATES", open.root() + ""));
    }
    List<String> rsa = new ArrayList<>(bound("rsa", running.hmacKey, "--key-type", "rsa2048"));
    done(joined(rsa, run));
    Path certificate = home.resolve("rsa/certificates").resolve(NAME + ".crt");
    assertThat(key(certificate)).contains("2048 bit");
    made(
        LanCall.WITHOUT_CREDENTIALS,
        LanCall.WRONG_KEY,
        LanCall.CREDENTIALS,
        LanCall.HTTP_01,
        LanCall.EC_256,
        LanCall.OPEN_SERVER,
        LanCall.RSA_ACCOUNT,
        LanCall.RSA_2048);
    Path account = file("lego/accounts", "account.json");
    Files.writeString(account, "{\"email\": \"me@example.org\"}");
    assertThat(done(lego("--domains", NAME, "--http", "run"))).contains("resolve account by key");
    assertThat(account).content().contains("/acme/account/");
    made(LanCall.ACCOUNT_FOUND);
  }

  private Path file(String below, String name) throws Exception {
    try (var files = Files.walk(home.resolve(below))) {
      return files.filter(it -> it.endsWith(name)).findFirst().orElseThrow();
    }
  }

  private void obtains() throws Exception {
    done(lego("--domains", MAGIC, "--domains", NAME, "--tls", "run"));
    assertThat(names(chain(MAGIC))).containsExactlyInAnyOrder(NAME, MAGIC);
    done(lego("--key-type", "ec384", "--domains", "a.home.arpa", "--http", "run"));
    assertThat(key(chain("a.home.arpa"))).contains("P-384");
    done(lego("--csr", signingRequest("b.home.arpa", NAME) + "", "--http", "run"));
    assertThat(names(chain("b.home.arpa"))).containsExactlyInAnyOrder("b.home.arpa", NAME);
    Process web = running.webServer(home);
    try {
      done(lego("--domains", "a.home.arpa", "--http", "--http.webroot", home + "", "run"));
    } finally {
      web.destroyForcibly();
    }
    made(
        LanCall.SEVERAL_NAMES,
        LanCall.MAGIC_NAME,
        LanCall.TLS_ALPN_01,
        LanCall.EC_384,
        LanCall.OWN_CSR,
        LanCall.WEB_ROOT);
  }

  private void renews() throws Exception {
    List<String> renew = joined(lego("--domains", NAME, "--http"), RENEW);
    String before = Files.readString(chain(NAME));
    done(renew);
    String second = Files.readString(chain(NAME));
    assertThat(second).isNotEqualTo(before);
    running.killAndRestart();
    done(renew);
    assertThat(chain(NAME)).content().isNotEqualTo(second);
    made(LanCall.RENEWAL, LanCall.AFTER_A_KILL);
  }

  private void isRefused() throws Exception {
    assertThat(refused(lego("--domains", "other.home.arpa", "--http", "run")))
        .contains("does not lead to " + PEER);
    assertThat(refused(lego("--domains", "www.example.com", "--http", "run")))
        .contains("www.example.com is not in");
    assertThat(refused(lego("--domains", "*.home.arpa", "--http", "run")))
        .contains("no wildcard is signed here");
    assertThat(refused(lego("--domains", PEER, "--http", "run"))).contains(PEER);
    assertThat(refused(lego("--domains", "a.home.arpa", "revoke"))).contains("revokes nothing");
    made(LanCall.NAME_OF_ANOTHER, LanCall.PUBLIC_NAME, LanCall.WILDCARD, LanCall.REVOCATION);
  }
}

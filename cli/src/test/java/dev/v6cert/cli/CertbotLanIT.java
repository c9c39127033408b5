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
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The ACME server of the local CA with certbot. */
class CertbotLanIT extends LanClientFixture {

  @RegisterExtension static final RunningLanServer lan = new RunningLanServer();

  private String certbot = "";

  CertbotLanIT() {
    super(LanCall.Client.CERTBOT, lan, Map.of());
  }

  @Override
  Map<String, String> environment() {
    return Map.of("REQUESTS_CA_BUNDLE", running.root().toString());
  }

  private List<String> command(String verb, String server) {
    List<String> all = new ArrayList<>(List.of(certbot, verb, "-n", "--server", server));
    for (String one : List.of("config", "work", "logs")) {
      all.addAll(List.of("--" + one + "-dir", home.resolve(one).toString()));
    }
    return all;
  }

  private List<String> certonly(String... more) {
    return joined(joined(command("certonly", DIRECTORY), "--agree-tos"), more);
  }

  private List<String> standalone(String lineage, String... more) {
    return joined(certonly("--standalone", "--force-renewal", "--cert-name", lineage), more);
  }

  private Path chain(String lineage) {
    return home.resolve("config/live").resolve(lineage).resolve("fullchain.pem");
  }

  @Test
  void makesEachCallThatItHas() throws Exception {
    certbot = program("certbot", "python3 -m venv ~/.cache/v6cert/certbot, pip install certbot");
    String version = done(List.of(certbot, "--version"));
    Assumptions.assumeTrue(version.matches("(?s)certbot [5-9].*"), version + " is older than 5");
    opensAccounts();
    obtains();
    obtainsByItsOwnKeys();
    renews();
    isRefused();
    endsItsAccount();
    assertAllMade();
  }

  private void opensAccounts() throws Exception {
    List<String> one = standalone("first", "-d", NAME, "-m", "me@example.org");
    assertThat(refused(one)).containsIgnoringCase("external account");
    List<String> kid = joined(one, "--eab-kid", running.keyId, "--eab-hmac-key");
    assertThat(refused(joined(kid, "AAAA" + running.hmacKey.substring(4))))
        .contains("its MAC is wrong");
    String said = done(joined(kid, running.hmacKey));
    assertThat(said).contains("Account registered");
    running.verified(chain("first"));
    assertThat(names(chain("first"))).containsExactly(NAME);
    assertThat(key(chain("first"))).contains("P-256");
    // Its accounts have RSA keys.
    assertThat(accountKey()).contains("\"RSA\"");
    made(
        LanCall.WITHOUT_CREDENTIALS,
        LanCall.WRONG_KEY,
        LanCall.CREDENTIALS,
        LanCall.RSA_ACCOUNT,
        LanCall.HTTP_01,
        LanCall.EC_256);
    try (OpenServer open = openServer()) {
      List<String> there = joined(command("certonly", OPEN), "--agree-tos", "--standalone");
      done(
          joined(there, "-d", NAME, "--cert-name", "open", "--register-unsafely-without-email"),
          Map.of("REQUESTS_CA_BUNDLE", open.root() + ""));
    }
    done(joined(command("delete", OPEN), "--cert-name", "open"));
    made(LanCall.OPEN_SERVER);
    assertThat(done(command("show_account", DIRECTORY))).contains("me@example.org");
    done(joined(command("update_account", DIRECTORY), "-m", "you@example.org"));
    assertThat(done(command("show_account", DIRECTORY))).contains("you@example.org");
    made(LanCall.ACCOUNT_FOUND, LanCall.ACCOUNT_CHANGED);
  }

  private String accountKey() throws Exception {
    try (var files = Files.walk(home.resolve("config/accounts"))) {
      Path key = files.filter(it -> it.endsWith("private_key.json")).findFirst().orElseThrow();
      return Files.readString(key);
    }
  }

  private void obtains() throws Exception {
    done(standalone("several", "-d", NAME, "-d", MAGIC));
    assertThat(names(chain("several"))).containsExactlyInAnyOrder(NAME, MAGIC);
    done(standalone("address", "--ip-address", PEER));
    assertThat(names(chain("address"))).containsExactly(PEER);
    done(certonly("--standalone", "--dry-run", "-d", NAME, "--cert-name", "rehearsed"));
    assertThat(chain("rehearsed")).doesNotExist();
    Process web = running.webServer(home);
    try {
      done(certonly("--webroot", "-w", home + "", "-d", NAME, "--cert-name", "webroot"));
    } finally {
      web.destroyForcibly();
    }
    running.verified(chain("webroot"));
    made(
        LanCall.SEVERAL_NAMES,
        LanCall.MAGIC_NAME,
        LanCall.ADDRESS,
        LanCall.REHEARSAL,
        LanCall.WEB_ROOT);
  }

  private void obtainsByItsOwnKeys() throws Exception {
    done(standalone("ec", "-d", NAME, "--key-type", "ecdsa", "--elliptic-curve", "secp384r1"));
    assertThat(key(chain("ec"))).contains("P-384");
    done(standalone("rsa", "-d", NAME, "--key-type", "rsa"));
    assertThat(key(chain("rsa"))).contains("2048 bit");
    Path own = home.resolve("own.pem");
    done(
        certonly(
            "--standalone",
            "--csr",
            signingRequest(NAME, MAGIC) + "",
            "--fullchain-path",
            own + "",
            "--cert-path",
            home.resolve("own.crt") + "",
            "--chain-path",
            home.resolve("own-chain.pem") + ""));
    assertThat(names(own)).containsExactlyInAnyOrder(NAME, MAGIC);
    made(LanCall.EC_384, LanCall.RSA_2048, LanCall.OWN_CSR);
  }

  private void renews() throws Exception {
    String before = Files.readString(chain("first"));
    List<String> renew = joined(command("renew", DIRECTORY), "--no-random-sleep-on-renew");
    assertThat(done(joined(renew, "--cert-name", "first"))).contains("not due");
    assertThat(read(home.resolve("logs/letsencrypt.log"))).contains("/acme/renewal-info/");
    done(joined(renew, "--cert-name", "first", "--force-renewal"));
    String second = Files.readString(chain("first"));
    assertThat(second).isNotEqualTo(before);
    running.killAndRestart();
    done(joined(renew, "--cert-name", "first", "--force-renewal"));
    assertThat(chain("first")).content().isNotEqualTo(second);
    made(LanCall.ARI, LanCall.RENEWAL, LanCall.AFTER_A_KILL);
  }

  private void isRefused() throws Exception {
    assertThat(refused(standalone("other", "-d", "other.home.arpa")))
        .contains("does not lead to " + PEER);
    assertThat(refused(standalone("other", "-d", "www.example.com")))
        .contains("www.example.com is not in");
    assertThat(
            refused(
                certonly(
                    "--manual",
                    "--preferred-challenges=dns",
                    "--manual-auth-hook=true",
                    "-d",
                    "*.home.arpa")))
        .contains("no wildcard is signed here");
    List<String> revoke =
        joined(command("revoke", DIRECTORY), "--no-delete-after-revoke", "--cert-path");
    String certificate = chain("rsa").resolveSibling("cert.pem") + "";
    assertThat(refused(joined(revoke, certificate))).contains("revokes nothing");
    assertThat(
            refused(
                joined(
                    revoke,
                    certificate,
                    "--key-path",
                    chain("rsa").resolveSibling("privkey.pem") + "")))
        .contains("revokes nothing");
    made(
        LanCall.NAME_OF_ANOTHER,
        LanCall.PUBLIC_NAME,
        LanCall.WILDCARD,
        LanCall.REVOCATION,
        LanCall.REVOCATION_BY_KEY);
  }

  private void endsItsAccount() throws Exception {
    done(command("unregister", DIRECTORY));
    assertThat(refused(standalone("first", "-d", NAME))).isNotEmpty();
    made(LanCall.ACCOUNT_ENDED);
  }
}

package dev.v6cert.cli;

import static dev.v6cert.cli.RunningLanServer.DIRECTORY;
import static dev.v6cert.cli.RunningLanServer.MAGIC;
import static dev.v6cert.cli.RunningLanServer.NAME;
import static dev.v6cert.cli.RunningLanServer.PEER;
import static dev.v6cert.cli.RunningLanServer.names;
import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The ACME server of the local CA with our own client. */
class V6certLanIT extends LanClientFixture {

  @RegisterExtension static final RunningLanServer lan = new RunningLanServer();

  V6cert machine = V6cert.here(Path.of(""));

  V6certLanIT() {
    super(LanCall.Client.V6CERT, lan, Map.of());
  }

  @BeforeEach
  void start() {
    machine = new V6cert(running.peer()::process, home);
  }

  private List<String> ca() {
    return List.of("--ca", DIRECTORY, "--ca-root", running.root() + "");
  }

  private Outcome obtain(String... words) throws Exception {
    List<String> all = joined(List.of("obtain", "--agree-tos", "--no-dns-check"), words);
    return machine.run(ca(), all.toArray(String[]::new));
  }

  private Path obtained(String lineage, String... words) throws Exception {
    Outcome outcome = obtain(joined(List.of(words), "--lineage", lineage).toArray(String[]::new));
    assertThat(outcome.code()).as(outcome.toString()).isZero();
    Path chain = machine.state().resolve("live").resolve(lineage).resolve("fullchain.pem");
    running.verified(chain);
    return chain;
  }

  private static void assertRefused(Outcome outcome, ExitStatus status, String reason) {
    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(status.code());
    assertThat(outcome.err()).contains(reason);
  }

  @Test
  void makesEachCallThatItHas() throws Exception {
    opensAccounts();
    obtains();
    renews();
    isRefused();
    endsItsAccount();
    assertAllMade();
  }

  private void opensAccounts() throws Exception {
    assertRefused(obtain("--domain", NAME), ExitStatus.CONFIGURATION, "--eab-kid");
    String wrong = "AAAA" + running.hmacKey.substring(4);
    String[] bound = {"--domain", NAME, "--eab-kid", running.keyId, "--eab-hmac"};
    assertRefused(
        obtain(joined(List.of(bound), wrong).toArray(String[]::new)),
        ExitStatus.REFUSED,
        "its MAC is wrong");
    Path first = obtained("first", joined(List.of(bound), running.hmacKey).toArray(String[]::new));
    assertThat(names(first)).containsExactly(NAME);
    assertThat(key(first)).contains("P-256");
    try (OpenServer open = openServer()) {
      List<String> there = List.of("--ca", OPEN, "--ca-root", open.root() + "");
      Outcome outcome = machine.run(there, "obtain", "--ip", "--agree-tos", "--lineage", "open");
      assertThat(outcome.code()).as(outcome.toString()).isZero();
      assertThat(machine.run("delete", "open", "--yes").code()).isZero();
    }
    Outcome changed = machine.run(ca(), "account", "update", "--email", "you@example.org");
    assertThat(changed.code()).as(changed.toString()).isZero();
    assertThat(machine.run(ca(), "account", "show").out()).contains("valid", "you@example.org");
    made(
        LanCall.WITHOUT_CREDENTIALS,
        LanCall.WRONG_KEY,
        LanCall.CREDENTIALS,
        LanCall.HTTP_01,
        LanCall.EC_256,
        LanCall.OPEN_SERVER,
        LanCall.ACCOUNT_CHANGED,
        LanCall.ACCOUNT_FOUND);
  }

  private void obtains() throws Exception {
    Outcome rehearsal = obtain("--domain", NAME, "--dry-run");
    assertThat(rehearsal.code()).as(rehearsal.toString()).isZero();
    Path several = obtained("several", "--domain", NAME, "--domain", MAGIC, "--key-type", "ec384");
    assertThat(names(several)).containsExactlyInAnyOrder(NAME, MAGIC);
    assertThat(key(several)).contains("P-384");
    Path address =
        obtained("address", "--ip", "--challenge", "tls-alpn-01", "--key-type", "rsa2048");
    assertThat(names(address)).containsExactly(PEER);
    assertThat(key(address)).contains("2048 bit");
    Process web = running.webServer(home);
    try {
      Path _ = obtained("webroot", "--domain", NAME, "--webroot", home.toString());
    } finally {
      web.destroyForcibly();
    }
    made(
        LanCall.REHEARSAL,
        LanCall.SEVERAL_NAMES,
        LanCall.MAGIC_NAME,
        LanCall.EC_384,
        LanCall.ADDRESS,
        LanCall.TLS_ALPN_01,
        LanCall.RSA_2048,
        LanCall.WEB_ROOT);
  }

  private void renews() throws Exception {
    Path chain = machine.state().resolve("live/first/fullchain.pem");
    String before = Files.readString(chain);
    Outcome early = machine.run("renew", "--lineage", "first");
    assertThat(early.err()).contains("is not due before");
    assertThat(advice()).contains("advice-start=");
    renewed();
    String second = Files.readString(chain);
    assertThat(second).isNotEqualTo(before);
    running.killAndRestart();
    renewed();
    assertThat(chain).content().isNotEqualTo(second);
    made(LanCall.ARI, LanCall.RENEWAL, LanCall.AFTER_A_KILL);
  }

  /** The renewal time that the server advised, as it is kept. */
  private String advice() throws Exception {
    return Files.readString(machine.state().resolve("renewal/first.properties"));
  }

  private void renewed() throws Exception {
    Outcome outcome = machine.run("renew", "--force", "--lineage", "first");
    assertThat(outcome.code()).as(outcome.toString()).isZero();
  }

  private void isRefused() throws Exception {
    assertRefused(
        obtain("--domain", "other.home.arpa"), ExitStatus.REFUSED, "does not lead to " + PEER);
    assertRefused(
        obtain("--domain", "www.example.com"), ExitStatus.REFUSED, "www.example.com is not in");
    assertRefused(
        obtain("--domain", NAME, "--wildcard", "--challenge", "dns-01", "--dns-hook", "true"),
        ExitStatus.REFUSED,
        "no wildcard is signed here");
    assertRefused(machine.run("revoke", "first", "--yes"), ExitStatus.REFUSED, "revokes nothing");
    assertRefused(
        machine.run("revoke", "first", "--yes", "--by-key"), ExitStatus.REFUSED, "revokes nothing");
    assertRefused(
        machine.run(ca(), "account", "rollover"),
        ExitStatus.CONFIGURATION,
        "has no change of an account's key");
    made(
        LanCall.NAME_OF_ANOTHER,
        LanCall.PUBLIC_NAME,
        LanCall.WILDCARD,
        LanCall.REVOCATION,
        LanCall.REVOCATION_BY_KEY,
        LanCall.ROLLOVER);
  }

  private void endsItsAccount() throws Exception {
    Outcome ended = machine.run(ca(), "account", "deactivate", "--yes");
    assertThat(ended.code()).as(ended.toString()).isZero();
    assertThat(machine.run("account", "list").out()).doesNotContain(DIRECTORY).contains(OPEN);
    made(LanCall.ACCOUNT_ENDED);
  }
}

package dev.v6cert.cli;

import static dev.v6cert.cli.OwnZone.assertEnded;
import static dev.v6cert.cli.TestNetwork.ADDRESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.Pebble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names of one's own, proven by TXT records that our own acme-dns API sets. Pebble asks it. */
class AcmeDnsIT {

  private static final String API = "http://127.0.0.1:8053";

  @RegisterExtension
  static final OwnZone ZONE =
      new OwnZone(store ->
          List.of(
              "--challenge-zone=auth.test",
              "--ns=ns.auth.test=" + ADDRESS,
              "--api=" + API.substring("http://".length()),
              "--store=" + store));

  private static String token = "";

  @TempDir Path home;
  private V6cert machine = V6cert.here(Path.of(""));

  @BeforeAll
  static void readToken() throws IOException {
    token = Files.readString(ZONE.store().resolve("registration-token")).strip();
  }

  @BeforeEach
  void onTheMachine() {
    machine = ZONE.machine(home);
  }

  private Outcome obtain(String api, String... options) throws Exception {
    return obtainBy("dns-01", api, options);
  }

  private Outcome obtainBy(String challenge, String api, String... options) throws Exception {
    Pebble.need(challenge);
    List<String> all = new ArrayList<>(List.of("--challenge=" + challenge, "--acme-dns=" + api));
    all.addAll(List.of(options));
    return ZONE.obtain(machine, all);
  }

  private Path accounts() {
    return machine.state().resolve("acme-dns.json");
  }

  @Test
  void aNameAndItsWildcardAreProvenOnceTheAliasIsThereAndRenewedByTheSameAccount()
      throws Exception {
    String api = API + "/" + token;
    ZONE.set("");

    Outcome first = obtain(api, "--domain=own.test", "--wildcard");

    assertEnded(first, ExitStatus.TEMPORARY);
    String record = first.out().strip();
    assertThat(record)
        .matches("_acme-challenge\\.own\\.test\\. CNAME [0-9a-f-]{36}\\.auth\\.test\\.");
    assertThat(first.err())
        .contains("registered own.test at 127.0.0.1:8053", "set once: " + record)
        .doesNotContain(token);
    String kept = Files.readString(accounts());
    assertThat(kept)
        .startsWith("{\"own.test\":{\"username\":\"")
        .contains("\"fulldomain\":", "\"subdomain\":", "\"server_url\":\"" + api + "\"");
    assertThat(Files.getPosixFilePermissions(accounts()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));

    Outcome again = obtain(api, "--domain=own.test", "--wildcard");

    assertEnded(again, ExitStatus.TEMPORARY);
    assertThat(again.out().strip()).isEqualTo(record);

    ZONE.set(record + "\n");
    Outcome second = obtain(api, "--domain=own.test", "--wildcard");

    assertEnded(second, ExitStatus.DONE);
    assertThat(second.err())
        .contains("*.own.test validated", "own.test validated")
        .doesNotContain("registered");

    Outcome renewal = machine.runValidated("renew", "--force");

    assertEnded(renewal, ExitStatus.DONE);
    assertThat(renewal.err()).contains("set TXT _acme-challenge.own.test at 127.0.0.1:8053");
    assertThat(Files.readString(accounts())).isEqualTo(kept);
  }

  @Test
  void theAliasStandsAtTheAccountsOwnNameAndLeadsToTheSamePlace() throws Exception {
    String api = API + "/" + token;
    ZONE.set("");
    String plain = obtain(api, "--domain=d.own.test").out().strip();

    Outcome first = obtainBy("dns-account-01", api, "--domain=d.own.test", "--wildcard");

    assertEnded(first, ExitStatus.TEMPORARY);
    String record = first.out().strip();
    assertThat(record)
        .matches(
            "_[a-z2-7]{16}\\._acme-challenge\\.d\\.own\\.test\\. CNAME [0-9a-f-]{36}\\.auth\\.test\\.")
        .endsWith(plain.substring(plain.indexOf(' ')));

    ZONE.set(record + "\n");
    Outcome second = obtainBy("dns-account-01", api, "--domain=d.own.test", "--wildcard");

    assertEnded(second, ExitStatus.DONE);
    assertThat(second.err()).contains("*.d.own.test validated");

    Outcome renewal = machine.runValidated("renew", "--force");

    assertEnded(renewal, ExitStatus.DONE);
    assertThat(renewal.err()).containsPattern("set TXT _[a-z2-7]{16}\\._acme-challenge");
  }

  @Test
  void theTokenMayBeThePasswordOfTheAddress() throws Exception {
    Outcome outcome = obtain("http://any:" + token + "@127.0.0.1:8053", "--domain=b.own.test");

    assertEnded(outcome, ExitStatus.TEMPORARY);
    assertThat(outcome.out()).startsWith("_acme-challenge.b.own.test. CNAME ");
    assertThat(Files.readString(accounts())).doesNotContain(token);
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:8053, NOT_PERMITTED, does not let this machine register",
    "http://127.0.0.1:8053/wrong, NOT_PERMITTED, does not let this machine register",
    "http://127.0.0.1:8054, UNAVAILABLE, the acme-dns server 127.0.0.1:8054 does not answer",
    "https://nowhere.test, UNAVAILABLE, the acme-dns server nowhere.test does not answer",
    "http://nowhere.test, USAGE, http:// sends the password of the account in the clear",
    "https://no_host:0, USAGE, it names no host and port",
    "ftp://own.test, USAGE, it is not an https:// address",
  })
  void aServerThatOpensNoAccountIsTold(String api, ExitStatus status, String why) throws Exception {
    Outcome outcome = obtain(api, "--domain=c.own.test");

    assertEnded(outcome, status);
    assertThat(outcome.err()).contains(why);
    assertThat(accounts()).doesNotExist();
  }

  @Test
  void anAccountThatIsGoneOrOfAnotherServerIsTold() throws Exception {
    Files.createDirectories(machine.state());
    String account =
        """
        {"own.test": {"username": "1", "password": "2", "fulldomain": "x.auth.test",
          "subdomain": "x", "server_url": "%s"}}
        """;
    Files.writeString(accounts(), account.formatted("https://other.test"));
    Outcome other = obtain(API, "--domain=own.test");

    assertEnded(other, ExitStatus.CONFIGURATION);
    assertThat(other.err()).contains("with another server", "has one with other.test");

    ZONE.set("_acme-challenge.own.test. CNAME x.auth.test.\n");
    Files.writeString(accounts(), account.formatted(API));
    Outcome gone = obtain(API, "--domain=own.test");

    assertThat(gone.code()).as(gone.toString()).isEqualTo(ExitStatus.NOT_PERMITTED.code());
    assertThat(gone.err()).contains("did not set TXT _acme-challenge.own.test", "HTTP 401");

    for (String address : List.of("no address", "http://[::1", "//")) {
      Files.writeString(accounts(), account.formatted(address));
      Outcome broken = obtain(API, "--domain=own.test");
      assertEnded(broken, ExitStatus.CONFIGURATION);
      assertThat(broken.err()).contains("with another server");
    }

    Files.writeString(accounts(), "{ torn");
    assertEnded(obtain(API, "--domain=own.test"), ExitStatus.CONFIGURATION);
  }
}

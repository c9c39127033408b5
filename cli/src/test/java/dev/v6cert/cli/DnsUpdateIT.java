package dev.v6cert.cli;

import static dev.v6cert.cli.TestNetwork.ADDRESS;
import static dev.v6cert.cli.UpdatableZones.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.Pebble;
import dev.v6cert.testing.Program;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Names of one's own, proven by TXT records that signed updates set in BIND, Knot and our own DNS
 * server. Pebble asks a resolver of its own, as a CA does: ours has seen that the names are not
 * there.
 */
class DnsUpdateIT {

  /** Longer than the resolvers keep anything. */
  private static final int CACHE_MILLIS = 2_000;

  @RegisterExtension static final UpdatableZones ZONES = new UpdatableZones();

  @TempDir Path home;
  private V6cert machine = V6cert.here(Path.of(""));

  @BeforeEach
  void onTheMachine() {
    machine = ZONES.network().machine(home);
  }

  private Outcome obtain(String server, Path key, String... options) throws Exception {
    return obtainBy("dns-01", server, key, options);
  }

  private Outcome obtainBy(String challenge, String server, Path key, String... options)
      throws Exception {
    Pebble.need(challenge);
    List<String> all = new ArrayList<>(ZONES.network().options());
    all.subList(0, 2).clear(); // --zone
    all.addAll(List.of("--challenge=" + challenge, "--rfc2136=" + server, "--tsig-key=" + key));
    all.addAll(List.of(options));
    return machine.run(all, "obtain");
  }

  private static void assertDone(Outcome outcome) {
    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.DONE.code());
  }

  private static void assertFailed(Outcome outcome, ExitStatus status) {
    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(status.code());
    assertThat(outcome.err()).doesNotContain("validated");
    String error = outcome.err().substring(outcome.err().indexOf("error: "));
    assertThat(error.lines().count()).as(error).isLessThanOrEqualTo(3);
  }

  private List<String> names(String lineage) throws Exception {
    Path file = machine.state().resolve("live").resolve(lineage).resolve("fullchain.pem");
    try (InputStream in = Files.newInputStream(file)) {
      X509Certificate certificate =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
      return certificate.getSubjectAlternativeNames().stream()
          .map(name -> String.valueOf(name.get(1)))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "b, 2a01:4f8:c17:b8f::2, hmac-sha256, _acme-challenge.b.own.test",
    "k, 2a01:4f8:c17:b8f::3, hmac-sha512, k.knot.test",
    "o, 2a01:4f8:c17:b8f::4, hmac-sha384, o.ours.test",
  })
  void aNameAndItsWildcardAreProvenAndRenewed(
      String label, String server, String algorithm, String owner) throws Exception {
    String name = label + ".own.test";
    Path key = key(home, "v6cert", algorithm, "");

    Outcome outcome = obtain(server, key, "--domain", name, "--wildcard");

    assertDone(outcome);
    assertThat(names(name)).containsExactly("*." + name, name);
    assertThat(outcome.err())
        .contains("2 TXT records set at " + server, "*." + name + " validated")
        .contains("1 of 1 name server addresses show TXT _acme-challenge." + name)
        .doesNotContain("could not delete", "the DNS leads");
    assertThat(ZONES.values(server, owner)).isEmpty();
    assertThat(Files.readString(machine.state().resolve("renewal/" + name + ".properties")))
        .contains("txt.by=update", "txt.key-file=" + key);

    Thread.sleep(CACHE_MILLIS);
    Outcome renewal = machine.runValidated("renew", "--force");

    assertDone(renewal);
    assertThat(renewal.err()).contains("2 TXT records set at " + server);
    assertThat(ZONES.values(server, owner)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "l, 2a01:4f8:c17:b8f::2, hmac-sha256",
    "k, 2a01:4f8:c17:b8f::3, hmac-sha512",
    "o, 2a01:4f8:c17:b8f::4, hmac-sha384",
  })
  void anAccountHasARecordOfItsOwnBesideThoseOfOthers(String label, String server, String algorithm)
      throws Exception {
    String name = label + ".own.test";
    Path key = key(home, "v6cert", algorithm, "");

    Outcome outcome = obtainBy("dns-account-01", server, key, "--domain", name, "--wildcard");

    assertDone(outcome);
    assertThat(names(name)).containsExactly("*." + name, name);
    assertThat(outcome.err())
        .containsPattern("show TXT _[a-z2-7]{16}\\._acme-challenge\\." + name)
        .contains("2 TXT records set at " + server);
    assertThat(Files.readString(machine.state().resolve("renewal/" + name + ".properties")))
        .contains("format-version=6", "txt.challenge=dns-account-01");

    Thread.sleep(CACHE_MILLIS);
    Outcome renewal = machine.runValidated("renew", "--force");

    assertDone(renewal);
    assertThat(renewal.err()).containsPattern("show TXT _[a-z2-7]{16}\\._acme-challenge\\.");
  }

  @Test
  void aGrantIsShownForTheNameOfTheAccount() throws Exception {
    Path key = key(home, "other", "hmac-sha256", "");

    Outcome outcome = obtainBy("dns-account-01", ADDRESS, key, "--domain=s.own.test");

    assertFailed(outcome, ExitStatus.NOT_PERMITTED);
    assertThat(outcome.err())
        .containsPattern(
            "grant other name _[a-z2-7]{16}\\._acme-challenge\\.s\\.own\\.test\\. TXT;");
  }

  @Test
  void otherValuesStay() throws Exception {
    String nsupdate = Program.find("nsupdate", "bind9-dnsutils");
    Path key = key(home, "v6cert", "hmac-sha256", "");
    Path script =
        Files.writeString(
            home.resolve("script"),
            "server " + ADDRESS + "\nupdate add _acme-challenge.x.own.test 60 TXT other\nsend\n");
    String _ = ZONES.network().namespace().run(nsupdate, "-k", key.toString(), script.toString());

    assertDone(obtain(ADDRESS, key, "--domain=x.own.test"));

    assertThat(ZONES.values(ADDRESS, "_acme-challenge.x.own.test")).isEqualTo("\"other\"\n");
  }

  @Test
  void aKeyWithoutAGrantIsRefusedAndTheGrantIsShown() throws Exception {
    Outcome outcome = obtain(ADDRESS, key(home, "other", "hmac-sha256", ""), "--domain=r.own.test");

    assertFailed(outcome, ExitStatus.NOT_PERMITTED);
    assertThat(outcome.err())
        .contains(ADDRESS + " refused the update of own.test")
        .contains("grant other name _acme-challenge.r.own.test. TXT;");
  }

  @ParameterizedTest
  @CsvSource({
    "2a01:4f8:c17:b8f::2, nobody, hmac-sha256, a.own.test, does not accept the key \"nobody\"",
    "2a01:4f8:c17:b8f::2, v6cert, hmac-sha512, a.own.test, does not accept the key \"v6cert\"",
    "2a01:4f8:c17:b8f::3, nobody, hmac-sha256, k.own.test, does not accept the key \"nobody\"",
    "2a01:4f8:c17:b8f::4, nobody, hmac-sha256, o.own.test, does not accept the key \"nobody\"",
    "2a01:4f8:c17:b8f::2, v6cert, hmac-sha256, a.fixed.test, the update of fixed.test",
    "2a01:4f8:c17:b8f::2, v6cert, hmac-sha256, a.foreign.test, is the name server of no zone with",
    "2a01:4f8:c17:b8f::2, v6cert, hmac-sha256, a.sub.own.test, delegates sub.own.test to ns.sub",
    "2a01:4f8:c17:b8f::2, v6cert, hmac-sha256, loop.own.test, the DNS does not tell whether",
    "[2a01:4f8:c17:b8f::2]:54, v6cert, hmac-sha256, a.own.test, does not answer by TCP",
    "ns.nowhere.test, v6cert, hmac-sha256, a.own.test, has no address",
  })
  void aServerThatTakesNoUpdatesIsToldBeforeAnythingIsOrdered(
      String server, String key, String algorithm, String name, String why) throws Exception {
    Outcome outcome = obtain(server, key(home, key, algorithm, ""), "--domain=" + name);

    boolean unavailable = why.matches("the DNS does.*|does not answer.*|has no address");
    assertFailed(outcome, unavailable ? ExitStatus.UNAVAILABLE : ExitStatus.NOT_PERMITTED);
    assertThat(outcome.err()).contains(why).doesNotContain("order placed");
  }

  @Test
  void aSecretThatIsAnotherIsTold() throws Exception {
    Path key = key(home, "v6cert", "hmac-sha256", "");
    Files.writeString(key, Files.readString(key).replace("MDEy", "AAAA"));

    Outcome outcome = obtain(ADDRESS, key, "--domain=a.own.test");

    assertFailed(outcome, ExitStatus.NOT_PERMITTED);
    assertThat(outcome.err()).contains("has another secret for the key \"v6cert\" (BADSIG)");
  }

  @Test
  void aKeyFileThatOthersCanReadIsRefused() throws Exception {
    Path key = key(home, "v6cert", "hmac-sha256", "");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));

    Outcome outcome = obtain(ADDRESS, key, "--domain=a.own.test");

    assertFailed(outcome, ExitStatus.CONFIGURATION);
    assertThat(outcome.err()).contains("cannot use the key file " + key, "chmod o-rwx " + key);
  }

  @ParameterizedTest
  @CsvSource({
    "--rfc2136=ns1.test --challenge=dns-01 --domain=a.test, --rfc2136 needs a key",
    "--tsig-key=k --challenge=dns-01 --dns-hook=true --domain=a.test, no name server is to take",
    "--rfc2136=ns1.test --tsig-key=k --domain=a.test, --rfc2136 is for --challenge dns-01",
    "--tsig-key=k --domain=a.test, --tsig-key is for --challenge dns-01",
    "--rfc2136=n.test --dns-hook=true --challenge=dns-01 --domain=a.test, are two ways to set TXT",
    "--rfc2136=n.test --tsig-key=k --challenge=dns-01, is for names of your own",
    "--rfc2136=n.test:0 --challenge=dns-01 --domain=a.test, a port is a number from 1 to 65535",
    "--rfc2136=[::1 --challenge=dns-01 --domain=a.test, 'it is not an address, such as'",
  })
  void optionsThatClashAreRefused(String options, String why) throws Exception {
    Outcome outcome = machine.run(List.of(options.split(" ", -1)), "obtain");

    assertThat(outcome.code()).isEqualTo(ExitStatus.USAGE.code());
    assertThat(outcome.err()).contains(why);
  }
}

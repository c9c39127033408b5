package dev.v6cert.cli;

import static dev.v6cert.cli.TestNetwork.ADDRESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.Knot;
import dev.v6cert.testing.Pebble;
import dev.v6cert.testing.Program;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
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

  private static final String KNOT = "2a01:4f8:c17:b8f::3";
  private static final String OURS = "2a01:4f8:c17:b8f::4";
  private static final String RESOLVER = "2a01:4f8:c17:b8f::5";
  private static final String SECRET = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

  @RegisterExtension
  static final RunningNetwork NETWORK =
      new RunningNetwork(pebble -> pebble.dnsServer("[" + RESOLVER + "]:53"));

  private static final List<AutoCloseable> RUNNING = new ArrayList<>();

  @TempDir Path home;
  private V6cert machine = V6cert.here(Path.of(""));

  @BeforeAll
  static void startNameServers() throws Exception {
    String named = Program.find("named", "bind9");
    String knotd = Program.find("knotd", "knot");
    for (String address : List.of(KNOT, OURS, RESOLVER)) {
      NETWORK.namespace().addAddress("eth0", address + "/64");
    }
    start("all zones loaded", named, "-g", "-c", bind().toString());
    start("running", named, "-g", "-c", resolver().toString());
    start("server started", knotd, "-c", knot().toString());
    startOurs();
    Files.writeString(NETWORK.home().resolve("resolv.conf"), "nameserver " + ADDRESS + "\n");
  }

  /** Longer than the resolvers keep anything. */
  private static final int CACHE_MILLIS = 2_000;

  private static void start(String ready, String... command) throws IOException {
    List<String> inside = NETWORK.namespace().process(List.of(command)).command();
    RUNNING.add(Program.start(ready, inside.toArray(String[]::new)));
  }

  /** A zone with a policy, whose aliases lead into those of the others; one that is read only. */
  private static Path bind() throws IOException {
    Path directory = Files.createDirectory(NETWORK.home().resolve("named"));
    String records = "@ 60 SOA ns h 1 1 1 1 1\n@ 60 NS ns\nns 60 AAAA " + ADDRESS + "\n";
    Files.writeString(
        directory.resolve("own.test"),
        records
            + "_acme-challenge.k 60 CNAME k.knot.test.\n"
            + "_acme-challenge.o 60 CNAME o.ours.test.\n"
            + "*._acme-challenge.k 60 CNAME k.knot.test.\n"
            + "*._acme-challenge.o 60 CNAME o.ours.test.\n"
            + "_acme-challenge.loop 60 CNAME _acme-challenge.loop\n"
            + "sub 60 NS ns.sub\nns.sub 60 AAAA "
            + KNOT
            + "\n");
    Files.writeString(directory.resolve("fixed.test"), records);
    return Files.writeString(
        directory.resolve("named.conf"),
        """
        options {
          directory "%1$s"; pid-file "%1$s/pid"; session-keyfile "%1$s/key";
          listen-on { none; }; listen-on-v6 { %2$s; };
          recursion yes; allow-recursion { any; }; dnssec-validation no;
        };
        controls { };
        key "v6cert" { algorithm hmac-sha256; secret "%3$s"; };
        key "other" { algorithm hmac-sha256; secret "%3$s"; };
        zone "own.test" { type primary; file "%1$s/own.test";
          update-policy { grant v6cert wildcard *.own.test. TXT; }; };
        zone "fixed.test" { type primary; file "%1$s/fixed.test"; };
        zone "knot.test" { type static-stub; server-addresses { %4$s; }; };
        zone "foreign.test" { type static-stub; server-addresses { %4$s; }; };
        zone "ours.test" { type static-stub; server-addresses { %5$s; }; };
        """
            .formatted(directory, ADDRESS, SECRET, KNOT, OURS));
  }

  /** The authority's resolver, which keeps nothing for longer than the second. */
  private static Path resolver() throws IOException {
    Path directory = Files.createDirectory(NETWORK.home().resolve("resolver"));
    return Files.writeString(
        directory.resolve("named.conf"),
        """
        options {
          directory "%1$s"; pid-file "%1$s/pid"; session-keyfile "%1$s/key";
          listen-on { none; }; listen-on-v6 { %2$s; };
          recursion yes; allow-recursion { any; }; dnssec-validation no;
          max-cache-ttl 0; max-ncache-ttl 0;
        };
        controls { };
        zone "own.test" { type static-stub; server-addresses { %3$s; }; };
        zone "fixed.test" { type static-stub; server-addresses { %3$s; }; };
        zone "knot.test" { type static-stub; server-addresses { %4$s; }; };
        zone "foreign.test" { type static-stub; server-addresses { %4$s; }; };
        zone "ours.test" { type static-stub; server-addresses { %5$s; }; };
        """
            .formatted(directory, RESOLVER, ADDRESS, KNOT, OURS));
  }

  private static Path knot() throws IOException {
    Path directory = Files.createDirectory(NETWORK.home().resolve("knot"));
    StringBuilder zones = new StringBuilder();
    for (String zone : List.of("knot.test", "foreign.test", "sub.own.test")) {
      Files.writeString(
          directory.resolve(zone + ".zone"),
          "@ 60 SOA ns h 1 1 1 1 1\n@ 60 NS ns\nns 60 AAAA " + KNOT + "\n");
      zones.append("  - domain: %s\n    storage: %s\n    acl: update\n".formatted(zone, directory));
    }
    return Files.writeString(
        directory.resolve("knot.conf"),
        Knot.settings(
            directory,
            KNOT + "@53",
            """
            key:
              - id: v6cert
                algorithm: hmac-sha512
                secret: %1$s
            acl:
              - id: update
                key: v6cert
                action: update
                update-type: [ TXT ]
            zone:
            %2$s
            """
                .formatted(SECRET, zones)));
  }

  private static void startOurs() throws Exception {
    Path directory = Files.createDirectory(NETWORK.home().resolve("ours"));
    Path keys =
        key(directory, "v6cert", "hmac-sha384", "\ngrant v6cert subdomain ours.test TXT;\n");
    Process server =
        NETWORK
            .machine(directory)
            .process(
                List.of(),
                List.of(
                    "dns-server",
                    "--zone=magic.test",
                    "--listen=[" + OURS + "]:53",
                    "--challenge-zone=ours.test",
                    "--ns=ns.ours.test=" + OURS,
                    "--store=" + directory.resolve("store"),
                    "--update-key=" + keys))
            .start();
    RUNNING.add(server::destroy);
    assertThat(server.inputReader(StandardCharsets.UTF_8).readLine()).startsWith("listening");
  }

  @AfterAll
  static void stopNameServers() throws Exception {
    for (AutoCloseable one : RUNNING) {
      one.close();
    }
  }

  @BeforeEach
  void onTheMachine() {
    machine = NETWORK.machine(home);
  }

  private static Path key(Path directory, String name, String algorithm, String more)
      throws IOException {
    Path file =
        Files.writeString(
            directory.resolve(name + ".key"),
            "key \"%s\" { algorithm %s; secret \"%s\"; };%s"
                .formatted(name, algorithm, SECRET, more));
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private Outcome obtain(String server, Path key, String... options) throws Exception {
    return obtainBy("dns-01", server, key, options);
  }

  private Outcome obtainBy(String challenge, String server, Path key, String... options)
      throws Exception {
    Pebble.need(challenge);
    List<String> all = new ArrayList<>(NETWORK.options());
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

  /** The values at a name, by the server itself. */
  private static String values(String server, String name) throws Exception {
    String dig = Program.find("dig", "bind9-dnsutils");
    Process process =
        NETWORK
            .namespace()
            .process(List.of(dig, "@" + server, "+short", "+norecurse", name, "TXT"))
            .start();
    String values = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return values;
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
    assertThat(values(server, owner)).isEmpty();
    assertThat(Files.readString(machine.state().resolve("renewal/" + name + ".properties")))
        .contains("txt.by=update", "txt.key-file=" + key);

    Thread.sleep(CACHE_MILLIS);
    Outcome renewal = machine.run("renew", "--force");

    assertDone(renewal);
    assertThat(renewal.err()).contains("2 TXT records set at " + server);
    assertThat(values(server, owner)).isEmpty();
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
    Outcome renewal = machine.run("renew", "--force");

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
    String _ = NETWORK.namespace().run(nsupdate, "-k", key.toString(), script.toString());

    assertDone(obtain(ADDRESS, key, "--domain=x.own.test"));

    assertThat(values(ADDRESS, "_acme-challenge.x.own.test")).isEqualTo("\"other\"\n");
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
    "--rfc2136=[::1 --challenge=dns-01 --domain=a.test, 'it is no address, such as'",
  })
  void optionsThatClashAreRefused(String options, String why) throws Exception {
    Outcome outcome = machine.run(List.of(options.split(" ", -1)), "obtain");

    assertThat(outcome.code()).isEqualTo(ExitStatus.USAGE.code());
    assertThat(outcome.err()).contains(why);
  }
}

package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.NetworkNamespace;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Certificates by the machine's own authority, on a machine in a LAN without a public address: no
 * DNS, no CA, no route beyond the router.
 */
class LocalCaIT {

  private static final String ADDRESS = "192.168.1.10";
  private static final String NAME = "192-168-1-10.sslip.io";

  static NetworkNamespace lan;
  static NetworkNamespace router;

  @TempDir Path home;
  V6cert machine;

  @BeforeAll
  static void connect() throws IOException {
    lan = NetworkNamespace.create();
    router = lan.neighbour();
    lan.connect("eth0", router, "eth0");
    lan.run("ip", "address", "add", ADDRESS + "/24", "dev", "eth0");
    lan.run("ip", "route", "add", "default", "via", "192.168.1.1");
    // No resolver: a look for filters of private addresses is over at once.
    lan.run("mount", "--bind", "/dev/null", "/etc/resolv.conf");
  }

  @AfterAll
  static void end() {
    if (lan != null) {
      lan.close();
      router.close();
    }
  }

  @BeforeEach
  void start() {
    machine = new V6cert(lan::process, home);
  }

  @Nested
  class TheFirstCertificate {

    @Test
    void isForTheNameOfTheLanAddressAndForThisMachine() throws Exception {
      Outcome outcome = obtain();

      assertThat(outcome.err()).contains("address 192.168.1.10 on eth0", "new local CA");
      assertThat(outcome.out().lines().toList().getLast()).isEqualTo("https://" + NAME + "/");
      assertThat(names(NAME)).containsExactly(NAME, "localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
    }

    @Test
    void lastsNinetyDaysAndIsRenewedAtSixty() throws Exception {
      obtain();

      X509Certificate leaf = chain(NAME).getFirst();
      assertThat(Duration.between(leaf.getNotBefore().toInstant(), leaf.getNotAfter().toInstant()))
          .isEqualTo(Duration.ofDays(90));
      assertThat(machine.run("show", NAME).out()).contains("(in 59d 2");
    }

    @Test
    void isVerifiedByOpensslWithTheRootThatIsShown() throws Exception {
      obtain();
      Path root = root();

      assertThat(openssl("verify", "-CAfile", root + "", "-untrusted", file("chain"), file("cert")))
          .contains("cert.pem: OK");
      assertThat(Files.readString(machine.state().resolve("local-ca/root.pem")))
          .isEqualTo(Files.readString(root));
    }

    @Test
    void isKeptWhileItIsGood() throws Exception {
      obtain();
      X509Certificate first = chain(NAME).getFirst();

      Outcome again = obtain();

      assertThat(again.err()).contains("kept the certificate").doesNotContain("new local CA");
      assertThat(chain(NAME).getFirst()).isEqualTo(first);
      assertThat(obtain("--force").err()).contains("signing by the CA of this machine");
      assertThat(chain(NAME).getFirst()).isNotEqualTo(first);
      assertThat(issuerOfCertificate()).isEqualTo(issuer());
    }

    @Test
    void isOnlyTriedByADryRun() throws Exception {
      Outcome outcome = obtain("--dry-run");

      assertThat(outcome.err()).contains("it would work; nothing was installed");
      assertThat(machine.state().resolve("local-ca")).doesNotExist();
      assertThat(machine.run("list").out()).isEmpty();
    }

    @Test
    void isDeployedAndExportedLikeAnyOther() throws Exception {
      Path seen = home.resolve("seen");
      obtain("--deploy-hook", "echo \"$RENEWED_DOMAINS\" > " + seen, "--key-type", "rsa2048");
      assertThat(seen).content().contains(NAME);
      Path file = home.resolve("all.pem");

      Outcome exported = machine.run("export", NAME, "--format", "pem", "--out", file.toString());

      assertThat(exported.code()).as(exported.toString()).isZero();
      assertThat(file).content().contains("BEGIN CERTIFICATE", "BEGIN PRIVATE KEY");
      Files.delete(seen);
      assertThat(machine.run("renew", "--force").code()).isZero();
      assertThat(seen).content().contains(NAME);
    }
  }

  @Nested
  class OtherNames {

    @Test
    void areThoseThatWereTyped() throws Exception {
      obtain("--domain", "app.test", "--domain", "nas.local", "--ip");

      assertThat(names("app.test")).containsExactly("app.test", "nas.local", ADDRESS);
    }

    @Test
    void areMagicInAnOwnZone() throws Exception {
      obtain("--zone", "v6.example.org");

      assertThat(names("192-168-1-10.v6.example.org")).contains("192-168-1-10.v6.example.org");
      assertThat(machine.run("local-ca", "show").out())
          .contains("test, v6.example.org")
          .doesNotContain("sslip.io");
    }

    @Test
    void areOfAnAddressThatWasTyped() throws Exception {
      obtain("--address", "10.0.0.5", "--ip");

      assertThat(names("ip-10.0.0.5")).containsExactly("10.0.0.5");
    }

    @Test
    void areAddressesAloneWithTheNarrowestRoot() throws Exception {
      obtain("--only-ips");

      assertThat(names("ip-" + ADDRESS))
          .containsExactly(ADDRESS, "localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
      Outcome shown = machine.run("local-ca", "show");
      assertThat(shown.out()).contains("signs names in    localhost\n");
      assertThat(shown.err()).contains("v6cert trust install");
      assertThat(machine.run("obtain", "--ca", "local", "--domain", "app.test").code())
          .isEqualTo(ExitStatus.USAGE.code());
    }
  }

  @Nested
  class Refuses {

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "--domain example.com | example.com is not in localhost, local, internal, home.arpa",
          "--domain app.test --domain www.example.com | www.example.com is not in",
          "--domain 8-8-8-8.sslip.io | leads to 8.8.8.8",
          "--domain www.sslip.io | carries no address",
          "--domain local | is a whole domain",
          "--domain *.test | type the name without",
          "--domain *.a.test | type the name without",
          "--domain *.sslip.io | type the name without",
          "--domain *.com | type the name without",
          "--address 8.8.8.8 | leads to 8.8.8.8",
          "--address 2606:4700::1111 --ip | 2606:4700::1111 is a public address",
          "--zone com | the zone com is too wide",
          "--zone . | is too wide",
          "--challenge http-01 | --challenge says how to ask a CA",
          "--email a@b.example | --email says how to ask a CA",
          "--staging | the CA is local",
        })
    void inOneErrorAndWithNothingDone(String words, String reason) throws Exception {
      List<String> all = new ArrayList<>(List.of("obtain", "--ca", "local"));
      all.addAll(List.of(words.split(" ", -1)));

      Outcome outcome = machine.run(all.toArray(String[]::new));

      assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.USAGE.code());
      assertThat(outcome.err()).contains(reason);
      assertThat(outcome.err().lines().filter(line -> line.startsWith("error:"))).hasSize(1);
      assertThat(outcome.out()).isEmpty();
      assertThat(machine.state().resolve("local-ca")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
      "check --ca local --staging-order --agree-tos",
      "account show --ca local",
      "local-ca shwo",
      "local-ca rotate --pem --yes",
      "local-ca show --only-ips",
      "local-ca rotate",
      "local-ca rotate --zone org --yes"
    })
    void whatMakesNoSense(String words) throws Exception {
      Outcome outcome = machine.run(words.split(" ", -1));

      assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.USAGE.code());
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "| --zone v6.example.org | signs no names in v6.example.org | rotate --zone v6.example.org",
          "| --zone sslip.io --zone v6.example.org | no names in v6.example.org |"
              + " rotate --zone sslip.io --zone v6.example.org",
          "| --zone com | the zone com is too wide | choose a --zone",
          "| --only-ips | signs names already | rotate --only-ips",
          "| --domain 192-168-1-10.example.org | is not in | local-ca show",
          "--only-ips | --zone sslip.io | signs no names in sslip.io | rotate --zone sslip.io",
          "--only-ips | --domain app.test | does not sign app.test | v6cert local-ca rotate makes"
        })
    void whatThePresentRootDoesNotPermitAndNamesTheWayOn(
        String first, String then, String what, String next) throws Exception {
      obtain(first == null ? new String[0] : new String[] {first});
      List<String> words = new ArrayList<>(List.of("obtain", "--ca", "local"));
      words.addAll(List.of(then.split(" ", -1)));

      Outcome outcome = machine.run(words.toArray(String[]::new));

      assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.USAGE.code());
      assertThat(outcome.err()).contains(what, next);
    }

    @Test
    void toServeNamesThatThePresentRootDoesNotPermit() throws Exception {
      obtain();

      Outcome outcome = machine.run("local-ca", "serve", "--zone", "v6.example.org");

      assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.USAGE.code());
      assertThat(outcome.err()).contains("v6cert local-ca rotate --zone v6.example.org makes");
    }

    @Test
    void toShowOrRemoveWhatIsNotThere() throws Exception {
      for (String action : List.of("show", "remove")) {
        Outcome outcome = machine.run("local-ca", action, "--yes");
        assertThat(outcome.code()).isEqualTo(ExitStatus.CONFIGURATION.code());
        assertThat(outcome.err()).contains("there is no local CA here");
      }
    }

    @Test
    void toRevoke() throws Exception {
      obtain();

      Outcome outcome = machine.run("revoke", NAME, "--yes");

      assertThat(outcome.code()).isEqualTo(ExitStatus.USAGE.code());
      assertThat(outcome.err()).contains("revokes nothing");
    }

    @Test
    void aClockBeforeTheRoot() throws Exception {
      obtain();

      Outcome outcome = machine.run(atClock("-30 days", "renew", "--force"));

      assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.CONFIGURATION.code());
      assertThat(outcome.err()).contains("the clock is before the root of the local CA");
      assertThat(chain(NAME)).hasSize(2);
    }

    @Test
    void toMakeOneWhereItCannotWrite() throws Exception {
      Path file = Files.writeString(home.resolve("file"), "");
      for (List<String> command :
          List.of(
              List.of("obtain", "--ca", "local"),
              List.of("local-ca", "serve"),
              List.of("local-ca", "rotate", "--yes"))) {
        List<String> words = new ArrayList<>(command);
        words.addAll(List.of("--state-dir", file.resolve("state").toString()));

        assertRefused(machine.run(words.toArray(String[]::new)), "cannot write");
      }
      assertThat(file).isEmptyFile();
    }

    @Test
    void aStateDirectoryThatItMayNotRead() throws Exception {
      obtain();
      Path authority = machine.state().resolve("local-ca/authority.properties");
      Files.setPosixFilePermissions(authority, PosixFilePermissions.fromString("rw-r--r--"));
      List<X509Certificate> before = chain(NAME);

      for (String words :
          List.of("renew --force", "obtain --ca local --force", "local-ca serve", "trust status")) {
        assertRefused(machine.run(words.split(" ", -1)), "authority.properties");
      }
      assertThat(chain(NAME)).isEqualTo(before);
    }

    @Test
    void aStateDirectoryOfAnotherUser() throws Exception {
      assumeTrue(System.getProperty("user.name").equals("root"), "only root may become another");
      obtain();
      Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
      for (String action : List.of("obtain --ca local", "local-ca show", "local-ca rotate --yes")) {
        ProcessBuilder run = machine.process(List.of(), List.of(action.split(" ", -1)));
        int java = run.command().indexOf(Path.of(System.getProperty("java.home"), "bin/java") + "");
        List<String> command = new ArrayList<>(run.command());
        command.addAll(
            java, List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));

        assertRefused(machine.run(run.command(command)), machine.state().toString());
      }
    }

    private static void assertRefused(Outcome outcome, String reason) {
      assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.CONFIGURATION.code());
      assertThat(outcome.err()).contains(reason);
      assertThat(outcome.err().lines().filter(line -> line.startsWith("error:"))).hasSize(1);
      String error = outcome.err().substring(outcome.err().indexOf("error:"));
      assertThat(error.lines().count()).as(error).isLessThanOrEqualTo(3);
      assertThat(outcome.out()).isEmpty();
    }

    @Test
    void toMakeALeafBeforeItsRoot() throws Exception {
      obtain();
      List<X509Certificate> before = chain(NAME);

      Outcome outcome = machine.run(atClock("-30 days", "obtain", "--ca", "local", "--force"));

      assertRefused(outcome, "the clock is before the root of the local CA");
      assertThat(chain(NAME)).isEqualTo(before);
    }

    @Test
    void aDamagedAuthority() throws Exception {
      obtain();
      Files.writeString(machine.state().resolve("local-ca/authority.properties"), "nonsense\n");

      Outcome outcome = machine.run("renew", "--force");

      assertThat(outcome.code()).isEqualTo(ExitStatus.CONFIGURATION.code());
      assertThat(outcome.err()).contains("authority.properties is damaged");
      assertThat(machine.run("local-ca", "rotate", "--yes").code()).isZero();
      assertThat(machine.run("renew", "--force").code()).isZero();
      assertThat(issuerOfCertificate()).isEqualTo(issuer());
    }
  }

  @Nested
  class Renew {

    @Test
    void signsWhatIsDueWithTheSameAuthority() throws Exception {
      obtain();
      X509Certificate first = chain(NAME).getFirst();
      String issuer = issuer();
      assertThat(machine.run("renew").err()).contains("is not due before");
      assertThat(chain(NAME).getFirst()).isEqualTo(first);

      Outcome later = machine.run(atClock("+61 days", "renew"));

      assertThat(later.code()).as(later.toString()).isZero();
      assertThat(later.out()).contains(NAME + " renewed");
      assertThat(chain(NAME).getFirst()).isNotEqualTo(first);
      assertThat(issuerOfCertificate()).isEqualTo(issuer);
    }

    @Test
    void isNotDueBeforeSixtyDays() throws Exception {
      obtain();

      assertThat(machine.run(atClock("+59 days", "renew")).err()).contains("is not due before");
    }

    @Test
    void asksNobody() throws Exception {
      obtain();

      List<String> classes = machine.loadedClasses("renew");

      assertThat(classes).filteredOn(LightCommandsIT::isHeavy).isEmpty();
    }

    @Test
    void followsTheAddressInTheLan() throws Exception {
      obtain();
      lan.run("ip", "address", "add", "192.168.1.77/24", "dev", "eth0");
      assertThat(machine.run("renew").err()).contains("is not due before");
      lan.run("ip", "address", "del", ADDRESS + "/24", "dev", "eth0");
      lan.run("ip", "address", "add", "192.168.1.77/24", "dev", "eth0");
      lan.run("ip", "route", "replace", "default", "via", "192.168.1.1");
      try {
        Outcome outcome = machine.run("renew");

        assertThat(outcome.code()).as(outcome.toString()).isZero();
        assertThat(names(NAME)).contains("192-168-1-77.sslip.io", "localhost").doesNotContain(NAME);
      } finally {
        lan.run("ip", "address", "flush", "dev", "eth0");
        lan.run("ip", "address", "add", ADDRESS + "/24", "dev", "eth0");
        lan.run("ip", "route", "replace", "default", "via", "192.168.1.1");
      }
    }

    @Test
    void failsOnceTheAuthorityIsRemovedAndKeepsTheCertificate() throws Exception {
      obtain();
      Outcome removed = machine.run("local-ca", "remove", "--yes");
      assertThat(removed.code()).isZero();
      assertThat(removed.err()).contains(NAME + " is renewed no longer");
      assertThat(machine.state().resolve("local-ca")).doesNotExist();
      List<X509Certificate> before = chain(NAME);

      Outcome outcome = machine.run("renew", "--force");

      assertThat(outcome.code()).isEqualTo(ExitStatus.CONFIGURATION.code());
      assertThat(outcome.err()).contains("there is no local CA here");
      assertThat(chain(NAME)).isEqualTo(before);
      assertThat(machine.state().resolve("local-ca")).doesNotExist();
    }
  }

  @Nested
  class Rotate {

    @Test
    void makesAnotherRootAndTheNextRenewReplacesTheCertificates() throws Exception {
      obtain();
      Path old = Files.copy(root(), home.resolve("old.pem"));

      Outcome rotated = machine.run("local-ca", "rotate", "--yes");

      assertThat(rotated.code()).isZero();
      assertThat(rotated.err()).contains("v6cert renew replaces " + NAME);
      assertThat(root()).content().isNotEqualTo(Files.readString(old));
      assertThat(issuerOfCertificate()).isNotEqualTo(issuer());
      assertThat(machine.run("renew").out()).contains(NAME + " renewed");
      assertThat(issuerOfCertificate()).isEqualTo(issuer());
      assertThat(machine.run("renew").err()).contains("is not due before");
      assertThat(openssl("verify", "-CAfile", old + "", "-untrusted", file("chain"), file("cert")))
          .contains("unable to get");
    }

    @Test
    void isNoReasonToKeepWhatTheOldOneSigned() throws Exception {
      obtain();
      machine.run("local-ca", "rotate", "--yes");

      assertThat(obtain().err()).doesNotContain("kept the certificate");
      assertThat(issuerOfCertificate()).isEqualTo(issuer());
    }
  }

  private Outcome obtain(String... options) throws Exception {
    Outcome outcome = machine.run(List.of(options), "obtain", "--ca", "local");
    assertThat(outcome.code()).as(outcome.toString()).isZero();
    return outcome;
  }

  /** A run at another time, by the library that {@code faketime} preloads. */
  private ProcessBuilder atClock(String offset, String... words) {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/faketime")), "faketime is not installed");
    ProcessBuilder run = machine.process(List.of(), List.of(words));
    int java = run.command().indexOf(Path.of(System.getProperty("java.home"), "bin/java") + "");
    List<String> command = new ArrayList<>(run.command());
    command.addAll(java, List.of("/usr/bin/faketime", "-f", offset));
    return run.command(command);
  }

  private String file(String name) {
    return machine.state().resolve("live").resolve(NAME).resolve(name + ".pem").toString();
  }

  private List<X509Certificate> chain(String lineage) throws Exception {
    Path file = machine.state().resolve("live").resolve(lineage).resolve("fullchain.pem");
    try (InputStream in = Files.newInputStream(file)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
          .map(X509Certificate.class::cast)
          .toList();
    }
  }

  private List<String> names(String lineage) throws Exception {
    return chain(lineage).getFirst().getSubjectAlternativeNames().stream()
        .map(name -> String.valueOf(name.get(1)))
        .toList();
  }

  /** The name of the present authority, as certificates have it. */
  private String issuer() throws Exception {
    String id = machine.run("local-ca", "show", "--json").out().split("\"id\": \"", -1)[1];
    return "CN=v6cert local CA " + id.substring(0, 16);
  }

  private String issuerOfCertificate() throws Exception {
    return chain(NAME).getLast().getSubjectX500Principal().getName();
  }

  private Path root() throws Exception {
    Outcome shown = machine.run("local-ca", "show", "--pem");
    assertThat(shown.code()).isZero();
    return Files.writeString(home.resolve("root.pem"), shown.out());
  }

  private static String openssl(String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(Stream.of(words).toList());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }
}

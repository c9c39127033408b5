package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Certificates that the machine's own authority does not sign, and commands that make no sense for
 * it.
 */
class LocalCaRefusalsIT extends LocalCaFixture {

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
        "--open-firewall | --open-firewall says how to ask a CA",
        "--staging | the CA is local",
      })
  void refusesInOneErrorAndWithNothingDone(String words, String reason) throws Exception {
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
    "local-ca rotate --zone org --yes",
    "trust status --share-port 1",
    "trust remove --time 1min --yes"
  })
  void refusesWhatMakesNoSense(String words) throws Exception {
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
  void refusesWhatThePresentRootDoesNotPermitAndNamesTheWayOn(
      String first, String then, String what, String next) throws Exception {
    obtain(first == null ? new String[0] : new String[] {first});
    List<String> words = new ArrayList<>(List.of("obtain", "--ca", "local"));
    words.addAll(List.of(then.split(" ", -1)));

    Outcome outcome = machine.run(words.toArray(String[]::new));

    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.USAGE.code());
    assertThat(outcome.err()).contains(what, next);
  }

  @Test
  void refusesToServeNamesThatThePresentRootDoesNotPermit() throws Exception {
    obtain();

    Outcome outcome = machine.run("local-ca", "serve", "--zone", "v6.example.org");

    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.USAGE.code());
    assertThat(outcome.err()).contains("v6cert local-ca rotate --zone v6.example.org makes");
  }

  @Test
  void refusesToShowOrRemoveWhatIsNotThere() throws Exception {
    for (String action : List.of("show", "remove")) {
      Outcome outcome = machine.run("local-ca", action, "--yes");
      assertThat(outcome.code()).isEqualTo(ExitStatus.CONFIGURATION.code());
      assertThat(outcome.err()).contains("there is no local CA here");
    }
  }

  @Test
  void refusesToRevoke() throws Exception {
    obtain();

    Outcome outcome = machine.run("revoke", NAME, "--yes");

    assertThat(outcome.code()).isEqualTo(ExitStatus.USAGE.code());
    assertThat(outcome.err()).contains("revokes nothing");
  }

  @Test
  void refusesAClockBeforeTheRoot() throws Exception {
    obtain();

    Outcome outcome = machine.run(atClock("-30 days", "renew", "--force"));

    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.CONFIGURATION.code());
    assertThat(outcome.err()).contains("the clock is before the root of the local CA");
    assertThat(chain(NAME)).hasSize(2);
  }

  @Test
  void refusesToMakeOneWhereItCannotWrite() throws Exception {
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
  void refusesAStateDirectoryThatItMayNotRead() throws Exception {
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
  void refusesAStateDirectoryOfAnotherUser() throws Exception {
    assumeTrue(System.getProperty("user.name").equals("root"), "only root may become another");
    obtain();
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    for (String action : List.of("obtain --ca local", "local-ca show", "local-ca rotate --yes")) {
      ProcessBuilder run = machine.process(List.of(), List.of(action.split(" ", -1)));
      int java = run.command().indexOf(Path.of(System.getProperty("java.home"), "bin/java") + "");
      List<String> command = new ArrayList<>(run.command());
      command.addAll(java, List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));

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
  void refusesToMakeALeafBeforeItsRoot() throws Exception {
    obtain();
    List<X509Certificate> before = chain(NAME);

    Outcome outcome = machine.run(atClock("-30 days", "obtain", "--ca", "local", "--force"));

    assertRefused(outcome, "the clock is before the root of the local CA");
    assertThat(chain(NAME)).isEqualTo(before);
  }

  @Test
  void refusesADamagedAuthority() throws Exception {
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

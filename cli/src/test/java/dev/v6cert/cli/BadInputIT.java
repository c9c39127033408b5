package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.lineage.CertificateStore;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Mistakes of people and machines: each ends with its documented exit code and at most three lines,
 * and the certificate that was there before goes on working.
 */
class BadInputIT {

  private static final int NO_ADDRESS = ExitStatus.NO_ADDRESS.code();
  private static final int USAGE = ExitStatus.USAGE.code();
  private static final int UNAVAILABLE = ExitStatus.UNAVAILABLE.code();
  private static final int TEMPORARY = ExitStatus.TEMPORARY.code();
  private static final int REFUSED = ExitStatus.REFUSED.code();
  private static final int NOT_PERMITTED = ExitStatus.NOT_PERMITTED.code();
  private static final int CONFIGURATION = ExitStatus.CONFIGURATION.code();

  @RegisterExtension
  @Order(1)
  static final RunningNetwork network = new RunningNetwork();

  @RegisterExtension
  @Order(2)
  static final ObtainedLineage lineage = new ObtainedLineage(network);

  V6cert machine;

  @BeforeEach
  void copy(@TempDir Path home) throws Exception {
    machine = lineage.copy(home);
  }

  @Nested
  class TheAddress {

    @Test
    void isMissing() throws Exception {
      try (NetworkNamespace empty = NetworkNamespace.create()) {
        V6cert offline = new V6cert(empty::process, machine.home());

        assertFailure(offline.run("obtain", "--force"), NO_ADDRESS, "no public address");
        assertFailure(offline.run("name"), NO_ADDRESS, "no public address");
        assertFailure(offline.run("addresses"), NO_ADDRESS, "no public address");
      }
    }

    @Test
    void isUniqueLocalOnly() throws Exception {
      try (NetworkNamespace container = NetworkNamespace.create()) {
        container.addDevice("eth0");
        container.addAddress("eth0", "fd00::2/64");
        V6cert inside = new V6cert(container::process, machine.home());

        assertFailure(
            inside.run("obtain", "--force"), NO_ADDRESS, "unique local", "host networking");
      }
    }

    @Test
    void isNotOfThisMachine() throws Exception {
      assertFailure(
          obtain("--address", "2a01:4f8:c17:b8f::99"),
          NO_ADDRESS,
          "not an address of this machine");
    }

    @Test
    void isAskedOfAnInterfaceThatIsNotThere() throws Exception {
      assertFailure(obtain("--interface", "eth9"), NO_ADDRESS, "eth9");
    }
  }

  @Nested
  class ThePort {

    @Test
    void isTakenAndItsHolderIsNamed() throws Exception {
      Process holder = TestNetwork.holder(machine);
      try {
        assertFailure(
            obtain("--challenge", "http-01"),
            NOT_PERMITTED,
            "cannot listen on",
            "java (process " + holder.pid() + ")");
      } finally {
        holder.destroyForcibly().waitFor();
      }
    }
  }

  @Nested
  class TheAuthority {

    @Test
    void cannotBeReached() throws Exception {
      assertFailure(
          obtain("--ca", "https://[" + TestNetwork.INTERNET + "]:1/dir"),
          UNAVAILABLE,
          "cannot reach the CA");
    }

    @Test
    void isNotTrusted() throws Exception {
      Path other = machine.home().resolve("other.pem");
      Files.copy(network.pebble().issuingRoot(), other);

      assertFailure(obtain("--ca-root", other.toString()), UNAVAILABLE, "cannot reach the CA");
    }

    @Test
    void isToBeTrustedByAFileThatIsNotThere() throws Exception {
      assertFailure(obtain("--ca-root", "/nowhere.pem"), CONFIGURATION, "/nowhere.pem");
    }

    @Test
    void wantsItsTermsAgreedTo() throws Exception {
      Path home = Files.createDirectory(machine.home().resolve("new"));
      List<String> options = new ArrayList<>(network.options());
      options.remove("--agree-tos");

      assertFailure(
          network.machine(home).run(options, "obtain"), USAGE, "terms of service", "--agree-tos");
    }

    @Test
    void findsNothingThatHandsPort80On() throws Exception {
      assertFailure(
          obtain("--http-port", "8080"),
          REFUSED,
          "could not validate",
          "nothing took the CA's connection to port 80");
    }
  }

  @Nested
  class TheName {

    @Test
    void leadsToAnotherMachine() throws Exception {
      assertFailure(
          obtain("--domain", "2a01-04f8-0c17-0b8f-0000-0000-0000-0099." + TestNetwork.ZONE),
          CONFIGURATION,
          "does not lead to this machine",
          "2a01:4f8:c17:b8f::99");
    }

    @Test
    void isInAZoneThatNobodyServes() throws Exception {
      assertFailure(obtain("--zone", "v6.tset"), UNAVAILABLE, "the DNS does not know");
    }

    @Test
    void cannotBeSignedByAnyAuthority() throws Exception {
      assertFailure(obtain("--domain", "my_host.example.org"), USAGE, "has a '_'");
    }
  }

  @Nested
  class TheState {

    @Test
    void isOpenToOthers() throws Exception {
      Files.setPosixFilePermissions(machine.state(), PosixFilePermissions.fromString("rwxrwxrwx"));

      assertFailure(obtain(), CONFIGURATION, "open to other users", "chmod go-w");
      assertFailure(machine.run("renew"), CONFIGURATION, "open to other users", "chmod go-w");
    }

    @Test
    void cannotBeWritten() throws Exception {
      Path file = Files.writeString(machine.home().resolve("file"), "");

      assertFailure(
          obtain("--state-dir", file.resolve("state").toString()), CONFIGURATION, "cannot write");
    }

    @Test
    void isDamaged() throws Exception {
      Files.writeString(renewalFile(), "format-version=1\nca=\u0001\n");

      assertFailure(machine.run("list"), CONFIGURATION, "is damaged");
      assertFailure(machine.run("show", TestNetwork.NAME), CONFIGURATION, "is damaged");
      assertFailure(machine.run("renew"), CONFIGURATION, "is damaged");
      assertThat(machine.run(network.options(), "obtain").code()).isZero();
      assertThat(machine.run("list").code()).isZero();
    }

    @Test
    void isOfANewerVersion() throws Exception {
      String text = Files.readString(renewalFile());
      Files.writeString(renewalFile(), text.replaceAll("format-version=.*", "format-version=999"));

      assertFailure(machine.run("renew"), CONFIGURATION, "newer v6cert");
      assertFailure(obtain(), CONFIGURATION, "newer v6cert");
    }

    private Path renewalFile() {
      return machine.state().resolve("renewal").resolve(TestNetwork.NAME + ".properties");
    }
  }

  /** Each row would get no certificate; none may cost an order either. */
  @Nested
  class BeforeAnyOrder {

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            --staging | 64 | leave out --staging
            --ip --profile tlsserver --ca letsencrypt | 64 | shortlived only
            --profile no-such-profile | 78 | has no certificate profile
            --profile "two words" | 64 | a profile is a word
            --domain my_host.example.org | 64 | has a '_'
            --domain a--b.-c.example.org | 64 | starts or ends with '-'
            --domain localhost | 64 | fewer than two labels
            --domain 192.0.2.1 | 64 | it is an address; --ip
            --domain *.example.org | 64 | --wildcard adds the names below
            --domain a.b.c.d.e.f.g.h.i.j.example.org | 64 | labels
            --key-type ec521 | 64 | none of ec256
            --key-mode 0644 | 64 | 0600 or 0640
            --key-group no-such-group | 78 | no group no-such-group
            --key-group root --key-mode 0600 | 64 | cannot read
            --account Me! | 64 | an account is named by
            --eab-kid kid-1 | 64 | --eab-kid needs its HMAC key
            --eab-hmac c2VjcmV0 | 64 | the HMAC key needs its key id
            --eab-kid kid-1 --eab-hmac c2VjcmV0 | 64 | fewer than 256 bits
            --eab-kid kid-1 --eab-hmac a --eab-hmac-file b | 64 | both
            --eab-kid kid-1 --eab-hmac-file /nowhere | 78 | no such file
            --email nobody | 64 | not a mail address
            --http-port 0 | 64 | from 1 to 65535
            --tls-port 8443 | 64 | add --challenge tls-alpn-01
            --challenge tls-alpn-01 --http-port 80 | 64 | two ways
            --webroot /nowhere | 78 | there is no such directory
            --lineage a/b | 64 | cannot name a lineage
            --ca zeorssl | 64 | known authority
            --ca http://ca.example/dir | 64 | https
            --ca-root /nowhere.pem | 78 | no such file
            --zone a..b | 64 | a..b
            """)
    void itIsRefused(String words, int code, String fragment) throws Exception {
      long orders = orders();

      assertFailure(obtain(Transcript.words(words).toArray(String[]::new)), code, fragment);

      assertThat(orders()).isEqualTo(orders);
    }

    @Test
    void andOneThatIsPlacedIsCounted() throws Exception {
      long orders = orders();
      assertThat(obtain().code()).isZero();
      assertThat(orders()).isEqualTo(orders + 1);
    }

    @Test
    void aStateDirectoryOfAnotherUserIsRefused() throws Exception {
      Path state = Files.createDirectory(machine.home().resolve("theirs"));
      try {
        Files.setAttribute(state, "unix:uid", 1);
      } catch (IOException e) {
        Assumptions.abort("this user cannot give files to others: " + e.getMessage());
      }
      long orders = orders();

      assertFailure(obtain("--state-dir", state + ""), CONFIGURATION, "belongs to another user");

      assertThat(orders()).isEqualTo(orders);
      assertThat(state).isEmptyDirectory();
    }

    @Test
    void aPortThatIsTakenCostsNoAccountEither() throws Exception {
      Path state = machine.home().resolve("fresh");
      Process holder = TestNetwork.holder(machine);
      try {
        assertFailure(
            obtain("--state-dir", state + "", "--challenge", "http-01"),
            NOT_PERMITTED,
            "cannot listen on");

        assertThat(state.resolve("accounts")).isEmptyDirectory();
      } finally {
        holder.destroyForcibly().waitFor();
      }
    }

    private long orders() throws IOException {
      return network.pebble().log().lines().filter(line -> line.contains("Added order")).count();
    }
  }

  @Nested
  class TheRest {

    @Test
    void anUnknownOptionIsAUsageError() throws Exception {
      assertFailure(obtain("--foce"), USAGE, "did you mean --force?");
    }

    @Test
    void aHookThatFailsIsToldAndRunAgain() throws Exception {
      Outcome outcome = obtain("--deploy-hook", "echo no nginx here; exit 3");

      assertFailure(outcome, TEMPORARY, "failed with status 3", "no nginx here", "v6cert renew");
      assertFailure(machine.run("renew"), TEMPORARY, "failed with status 3");
    }

    @Test
    void whatChangesNothingMakesNoStateDirectory() throws Exception {
      String state = machine.home().resolve("fresh").toString();

      assertFailure(
          machine.run("delete", "nobody.example", "--state-dir", state), USAGE, "is no lineage");
      assertThat(machine.run("renew", "--dry-run", "--state-dir", state).code()).isZero();

      assertThat(Path.of(state)).doesNotExist();
    }

    @Test
    void aReaderThatHasSeenEnoughIsNoFailure() throws Exception {
      ProcessBuilder list = machine.process(List.of(), List.of("list", "--json"));
      list.command().addAll(0, List.of("sh", "-c", "{ \"$@\"; echo \"code $?\" >&2; } | :", "-"));

      assertThat(machine.run(list).err()).isEqualTo("code 0\n");
    }

    @Test
    void aFullDiskUnderStandardOutputIsTold() throws Exception {
      ProcessBuilder list = machine.process(List.of(), List.of("list"));
      list.command().addAll(0, List.of("sh", "-c", "\"$@\" >/dev/full", "-"));

      assertFailure(machine.run(list), TEMPORARY, "could not be written");
    }
  }

  private Outcome obtain(String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of("obtain", "--force"));
    List<String> given = Arrays.asList(words);
    all.addAll(given);
    List<String> defaults = network.options();
    for (int i = 0; i < defaults.size(); i++) {
      boolean hasValue = i + 1 < defaults.size() && !defaults.get(i + 1).startsWith("--");
      if (!given.contains(defaults.get(i))) {
        all.add(defaults.get(i));
        if (hasValue) {
          all.add(defaults.get(i + 1));
        }
      }
      i += hasValue ? 1 : 0;
    }
    return machine.runValidated(all.toArray(String[]::new));
  }

  private void assertFailure(Outcome outcome, int code, String... fragments)
      throws IOException, AcmeFailureException {
    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(code);
    List<String> lines = outcome.err().lines().toList();
    int first = 0;
    while (first < lines.size() && !lines.get(first).startsWith("error: ")) {
      first++;
    }
    assertThat(lines.size() - first).as(outcome.err()).isBetween(1, 3);
    assertThat(outcome.err()).contains(fragments).doesNotContain("\tat ");
    new CertificateStore(new StateDirectory(machine.state()))
        .verify(new LineageName(TestNetwork.NAME));
  }
}

package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.lineage.CertificateStore;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.DistantFaultProxy;
import dev.v6cert.testing.DistantFaultProxy.Trouble;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Faults on the way to the CA and on the machine: each ends with a documented exit code and at most
 * three lines, and the next run, with the fault over, needs no help.
 */
class ExitCodesIT {

  private static final int UNAVAILABLE = ExitStatus.UNAVAILABLE.code();
  private static final int TEMPORARY = ExitStatus.TEMPORARY.code();
  private static final int REFUSED = ExitStatus.REFUSED.code();
  private static final int CONFIGURATION = ExitStatus.CONFIGURATION.code();
  private static final int ALWAYS = 100;

  /** Long enough for a CA whose clock is a year ahead. */
  private static final Duration LIFETIME = Duration.ofDays(1000);

  @RegisterExtension
  static final RunningNetwork network = new RunningNetwork(settings -> settings.lifetime(LIFETIME));

  static DistantFaultProxy proxy;

  V6cert machine;

  @BeforeAll
  static void make(@TempDir Path home) throws IOException {
    proxy =
        DistantFaultProxy.before(
            network.pebble(),
            network.internet(),
            InetAddress.ofLiteral(TestNetwork.INTERNET),
            home.resolve("proxy-root.pem"));
  }

  @AfterAll
  static void end() {
    if (proxy != null) {
      proxy.close();
    }
  }

  @BeforeEach
  void begin(@TempDir Path home) throws IOException {
    machine = network.machine(home);
    proxy.mend();
  }

  private static List<String> obtaining(String ca, Path root, String... words) {
    List<String> all = new ArrayList<>(List.of("obtain", "--zone", TestNetwork.ZONE));
    all.addAll(List.of("--agree-tos", "--ca", ca, "--ca-root", root.toString()));
    all.addAll(List.of(words));
    return all;
  }

  private static List<String> obtaining(String... words) {
    return obtaining(proxy.directory().toString(), proxy.root(), words);
  }

  private Outcome run(List<String> words) throws Exception {
    return machine.run(words.toArray(String[]::new));
  }

  private static void assertFailure(Outcome outcome, int code, String... fragments) {
    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(code);
    List<String> lines =
        outcome.err().lines().dropWhile(line -> !line.startsWith("error: ")).toList();
    assertThat(lines).as(outcome.toString()).hasSizeBetween(2, 3);
    assertThat(outcome.err()).contains(fragments).doesNotContain("\tat ");
  }

  private void assertIsObtained() throws Exception {
    proxy.mend();
    Outcome outcome = run(obtaining());
    assertThat(outcome.code()).as(outcome.toString()).isZero();
    verify();
  }

  private void verify() throws AcmeFailureException {
    new CertificateStore(new StateDirectory(machine.state()))
        .verify(new LineageName(TestNetwork.NAME));
  }

  @Nested
  class TheAuthority {

    @ParameterizedTest(name = "{0} at {1}")
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            OUT_OF_ORDER | /order-plz       | 75 | is unavailable now
            HTML         | /dir             | 69 | is not an ACME CA
            HTML         | /order-plz       | 69 | is not an ACME CA
            """)
    void doesNotDoAsItShould(Trouble trouble, String path, int code, String fragment)
        throws Exception {
      proxy.next(path, ALWAYS, trouble);

      assertFailure(run(obtaining()), code, fragment);

      assertIsObtained();
    }

    @Test
    void cannotBeReached() throws Exception {
      String nowhere = "https://[" + TestNetwork.INTERNET + "]:1/dir";

      assertFailure(run(obtaining(nowhere, proxy.root())), UNAVAILABLE, "cannot reach the CA");

      assertIsObtained();
    }

    @Test
    void isNotTrusted() throws Exception {
      Path other = network.pebble().issuingRoot();

      assertFailure(
          run(obtaining(proxy.directory().toString(), other)), UNAVAILABLE, "cannot reach the CA");

      assertIsObtained();
    }

    @Test
    void findsNobodyWhereItValidates() throws Exception {
      assertFailure(
          run(obtaining("--http-port", "8080")), REFUSED, "nothing took the CA's connection");

      assertIsObtained();
    }

    @Test
    void saysThatALimitIsReachedAndUntilThenIsAskedNothing() throws Exception {
      proxy.next("/order-plz", ALWAYS, Trouble.LIMIT);
      assertFailure(run(obtaining()), TEMPORARY, "a limit of the CA is reached", "2h");
      int asked = proxy.asked("/");
      proxy.mend();

      assertFailure(run(obtaining()), TEMPORARY, "takes no order before");

      assertThat(proxy.asked("/")).isEqualTo(asked);
      assertThat(run(obtaining("--domain", "www." + TestNetwork.NAME)).code()).isZero();
    }

    @Test
    void hasAnotherClock() throws Exception {
      proxy.next("/", ALWAYS, Trouble.NEXT_YEAR);

      Outcome outcome = run(obtaining());

      assertThat(outcome.code()).as(outcome.toString()).isZero();
      assertThat(outcome.err()).containsPattern("clock .*behind");
      int orders = proxy.asked("/order-plz");
      Outcome renew = machine.run("renew");
      assertThat(renew.code()).as(renew.toString()).isZero();
      assertThat(renew.err()).contains("is not due before");
      assertThat(proxy.asked("/order-plz")).isEqualTo(orders);
    }

    @Test
    @EnabledIfSystemProperty(
        named = "v6cert.faults.whole",
        matches = "true",
        disabledReason = "it takes two minutes")
    void neverAnswers() throws Exception {
      proxy.next("/order-plz", ALWAYS, Trouble.SILENCE);

      assertFailure(run(obtaining()), UNAVAILABLE, "cannot reach the CA");

      assertIsObtained();
    }
  }

  @Nested
  class TheMachine {

    @Test
    void letsTooFewFilesBeOpen() throws Exception {
      int orders = proxy.asked("/order-plz");
      for (String limit : List.of("24", "36", "44")) {
        ProcessBuilder few = machine.process(List.of(), obtaining());
        few.command().addAll(0, List.of("sh", "-c", "ulimit -n " + limit + "; exec \"$@\"", "-"));

        assertFailure(machine.run(few), CONFIGURATION, "too few files", "ulimit -n");
      }
      assertThat(proxy.asked("/order-plz")).isEqualTo(orders);

      assertIsObtained();
    }

    @Test
    void hasAStateDirectoryThatHasBecomeReadOnly() throws Exception {
      assertIsObtained();
      byte[] certificate = Files.readAllBytes(certificate());
      String state = machine.state().toString();
      int orders = proxy.asked("/order-plz");
      network.namespace().run("mount", "--bind", state, state);
      try {
        network.namespace().run("mount", "-o", "remount,bind,ro", state);

        assertFailure(run(obtaining("--force")), CONFIGURATION, "cannot write", "ead-only");
        assertFailure(machine.run("renew", "--force"), CONFIGURATION, "cannot write", "ead-only");
        assertThat(machine.run("renew").code()).isZero();
        assertThat(machine.run("list").out()).contains(TestNetwork.NAME);
      } finally {
        network.namespace().run("umount", state);
      }
      assertThat(proxy.asked("/order-plz")).isEqualTo(orders);
      assertThat(Files.readAllBytes(certificate())).isEqualTo(certificate);

      assertThat(run(obtaining("--force")).code()).isZero();
      verify();
    }

    private Path certificate() {
      return machine.state().resolve("live").resolve(TestNetwork.NAME).resolve("cert.pem");
    }
  }
}

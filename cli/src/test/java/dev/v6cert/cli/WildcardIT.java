package dev.v6cert.cli;

import static dev.v6cert.cli.TestNetwork.ADDRESS;
import static dev.v6cert.cli.TestNetwork.NAME;
import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.Pebble;
import dev.v6cert.testing.Program;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Wildcards below a magic name, on a host that has IPv6 alone: Pebble asks Unbound, Unbound asks
 * our DNS server, and that one leads it to the host.
 */
class WildcardIT {

  @RegisterExtension
  static final RunningNetwork NETWORK =
      new RunningNetwork(
          pebble -> pebble.dnsServer(RunningResolver.SOCKET).profiles("shortlived", "tlsserver"));

  /** The authority gives up after two seconds, and its resolver keeps a failure for five. */
  private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(8);

  private static final List<AutoCloseable> RUNNING = new ArrayList<>();

  @TempDir Path home;
  private V6cert machine = V6cert.here(Path.of(""));

  @BeforeAll
  static void startResolver() throws IOException {
    RUNNING.add(RunningResolver.start(NETWORK.internet(), NETWORK.home()));
  }

  @AfterAll
  static void stopResolver() throws Exception {
    for (AutoCloseable one : RUNNING) {
      one.close();
    }
  }

  @BeforeEach
  void onTheMachine() {
    machine = NETWORK.machine(home);
  }

  private Outcome obtain(String... options) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(NETWORK.options());
    all.addAll(List.of(options));
    return machine.run(all, "obtain", "--wildcard");
  }

  private static void assertDone(Outcome outcome) {
    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.DONE.code());
  }

  private X509Certificate certificate() throws Exception {
    Path file = machine.state().resolve("live").resolve(NAME).resolve("fullchain.pem");
    try (InputStream in = Files.newInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private List<String> names() throws Exception {
    return certificate().getSubjectAlternativeNames().stream()
        .map(name -> String.valueOf(name.get(1)))
        .sorted()
        .collect(Collectors.toList());
  }

  @Test
  void nameAndWildcardComeInOneOrderAndAreRenewedInTheSameWay() throws Exception {
    Outcome outcome = obtain();

    assertDone(outcome);
    assertThat(names()).containsExactly("*." + NAME, NAME);
    assertThat(outcome.err())
        .contains("asked by ", " for TXT _acme-challenge.", ": answered")
        .contains("*." + NAME + " validated", NAME + " validated");
    assertThat(outcome.out().lines().toList().getLast()).isEqualTo("https://" + NAME + "/");
    assertThat(Files.readString(machine.state().resolve("renewal/" + NAME + ".properties")))
        .contains("format-version=4", "txt.by=here");

    Outcome again = obtain();

    assertDone(again);
    assertThat(again.err()).contains("kept the certificate");

    Outcome renewal = machine.runValidated("renew", "--force");

    assertDone(renewal);
    assertThat(renewal.err()).contains("*." + NAME + " validated");
    assertThat(names()).containsExactly("*." + NAME, NAME);
  }

  @Test
  void theRecordMayBeAtTheAccountsOwnName() throws Exception {
    Pebble.need("dns-account-01");
    Outcome outcome = obtain("--challenge=dns-account-01", "--ip");

    assertDone(outcome);
    assertThat(names()).hasSize(3).contains("*." + NAME, NAME);
    assertThat(outcome.err())
        .containsPattern("for TXT _[a-z2-7]{16}\\._acme-challenge\\.[^:]+: answered")
        .contains("asked for our token");
    assertThat(Files.readString(machine.state().resolve("renewal/" + NAME + ".properties")))
        .contains("format-version=6", "txt.by=here", "txt.challenge=dns-account-01");

    Outcome renewal = machine.runValidated("renew", "--force");

    assertDone(renewal);
    assertThat(renewal.err()).containsPattern("for TXT _[a-z2-7]{16}\\._acme-challenge");
  }

  @Test
  void theAddressIsInTheSameShortLivedCertificate() throws Exception {
    Pebble.need(Pebble.PROFILES);
    Outcome outcome = obtain("--ip");

    assertDone(outcome);
    assertThat(names()).hasSize(3).contains("*." + NAME, NAME);
    assertThat(outcome.err()).contains("shortlived", "asked for our token", "for TXT _acme");
  }

  @Test
  void afterARunThatIsKilledInTheMiddleTheNextOneSucceeds() throws Exception {
    List<String> words = new ArrayList<>(List.of("obtain", "--wildcard"));
    words.addAll(NETWORK.options());
    Process killed = machine.process(List.of(), words).start();
    BufferedReader lines = killed.errorReader(StandardCharsets.UTF_8);
    String line = lines.readLine();
    while (line != null && !line.contains("order placed")) {
      line = lines.readLine();
    }
    assertThat(line).isNotNull();
    killed.destroyForcibly().waitFor();
    Thread.sleep(AFTER_A_FAILURE);

    Outcome outcome = obtain();

    assertDone(outcome);
    assertThat(names()).containsExactly("*." + NAME, NAME);
  }

  @Test
  void aNameServerThatHasThePortIsNamedBeforeAnythingIsOrdered() throws Exception {
    Process holder =
        machine
            .process(
                List.of(), List.of("dns-server", "--zone", "x", "--listen", "[" + ADDRESS + "]:53"))
            .start();
    try {
      assertThat(holder.inputReader(StandardCharsets.UTF_8).readLine()).startsWith("listening");

      Outcome outcome = obtain();

      assertThat(outcome.code()).isEqualTo(ExitStatus.NOT_PERMITTED.code());
      assertThat(outcome.err())
          .contains("cannot listen on [" + ADDRESS + "]:53", "(process " + holder.pid() + ")")
          .doesNotContain("order placed");
    } finally {
      holder.destroy();
      holder.waitFor();
    }
  }

  private static Program dnsmasq(String... options) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Program.find("dnsmasq", "dnsmasq-base"),
                "--keep-in-foreground",
                "--log-facility=-",
                "--conf-file=/dev/null",
                "--no-resolv",
                "--no-hosts",
                "--user=root",
                "--pid-file"));
    command.addAll(List.of(options));
    return Program.start(
        "started", NETWORK.namespace().process(command).command().toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--port=53", "--bind-interfaces --listen-address=" + ADDRESS})
  void dnsmasqThatHasThePortIsNamedWithTheWayOut(String options) throws Exception {
    try (Program _ = dnsmasq(options.split(" "))) {
      Outcome outcome = obtain();

      assertThat(outcome.code()).isEqualTo(ExitStatus.NOT_PERMITTED.code());
      assertThat(outcome.err())
          .contains("cannot listen on [" + ADDRESS + "]:53", "dnsmasq (process ")
          .contains("bind-interfaces and except-interface=")
          .doesNotContain("order placed");
    }
  }

  @Test
  void dnsmasqOfABridgeIsNoObstacle() throws Exception {
    NETWORK.namespace().run("ip", "address", "add", "192.168.122.1/32", "dev", "lo");
    try (Program _ = dnsmasq("--bind-interfaces", "--listen-address=192.168.122.1")) {
      assertDone(obtain("--force"));
    }
  }

  @Test
  void theStubOfSystemdResolvedIsNoObstacle() throws Exception {
    List<Path> places =
        List.of(
            Path.of(System.getProperty("v6cert.resolved", "/lib/systemd/systemd-resolved")),
            Path.of("/usr/lib/systemd/systemd-resolved"));
    Optional<Path> program = places.stream().filter(Files::isExecutable).findFirst();
    Assumptions.assumeTrue(
        program.isPresent(), "systemd-resolved is not installed (Debian package of that name)");
    NETWORK.namespace().run("mount", "-t", "tmpfs", "none", "/run"); // It writes there.
    Process stub =
        NETWORK
            .namespace()
            .process(List.of(program.orElseThrow().toString()))
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("resolved.log").toFile())
            .start();
    try {
      for (int i = 0; !listeners().contains("127.0.0.53%lo:53"); i++) {
        Assumptions.assumeTrue(
            stub.isAlive(), () -> "systemd-resolved does not run here: " + log());
        assertThat(i).as(log()).isLessThan(100);
        Thread.sleep(Duration.ofMillis(50));
      }
      assertDone(obtain("--force"));
      assertThat(listeners()).contains("127.0.0.53%lo:53");
    } finally {
      stub.destroy();
      stub.waitFor();
    }
  }

  private static String listeners() throws IOException {
    return NETWORK.namespace().run("ss", "-lnu");
  }

  private String log() {
    try {
      return Files.readString(home.resolve("resolved.log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void aCheckHasAResolverAskHereByUdpAndTcpAndOrdersNothing() throws Exception {
    List<String> options = NETWORK.options().subList(0, NETWORK.options().indexOf("--agree-tos"));

    Outcome outcome =
        machine.run(options, "check", "--wildcard", "--resolver", RunningResolver.SOCKET);

    assertThat(outcome.out())
        .contains("can answer the CA on [" + ADDRESS + "]:53")
        .contains("warn  dns-01    DNS queries reach port 53 here, but from this network only")
        .contains("([" + TestNetwork.INTERNET + "])");
  }

  @Test
  void aCheckSaysThatNoQueryCameIn() throws Exception {
    List<String> options = NETWORK.options().subList(0, NETWORK.options().indexOf("--agree-tos"));

    Outcome outcome = machine.run(options, "check", "--wildcard"); // By a server that asks nobody.

    assertThat(outcome.code()).isEqualTo(ExitStatus.NOT_PERMITTED.code());
    assertThat(outcome.out())
        .contains("fail  dns-01    no DNS query reached port 53 here", "it found nothing");
  }

  @Test
  void namesOfOnesOwnAreRefused() throws Exception {
    Outcome outcome = obtain("--domain", "www.v6.test");

    assertThat(outcome.code()).isEqualTo(ExitStatus.USAGE.code());
    assertThat(outcome.err()).contains("--wildcard alone is for the magic name");
  }

  @ParameterizedTest
  @CsvSource({
    "--allow-unsafe-name, lets a name mean two addresses",
    "--challenge=tls-alpn-01, proves no wildcard",
    "--webroot=/var/www, proves no wildcard",
  })
  void optionsThatProveNoWildcardAreRefused(String option, String why) throws Exception {
    Outcome outcome = obtain(option);

    assertThat(outcome.code()).isEqualTo(ExitStatus.USAGE.code());
    assertThat(outcome.err()).contains(why);
  }
}

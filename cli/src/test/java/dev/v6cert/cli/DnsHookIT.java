package dev.v6cert.cli;

import static dev.v6cert.cli.TestNetwork.ADDRESS;
import static dev.v6cert.cli.TestNetwork.INTERNET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.Pebble;
import dev.v6cert.testing.Program;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Names of one's own, proven by TXT records that a hook sets by {@code nsupdate} in BIND, which
 * Pebble asks.
 */
class DnsHookIT {

  @RegisterExtension
  static final RunningNetwork NETWORK =
      new RunningNetwork(pebble -> pebble.dnsServer("[" + ADDRESS + "]:53"));

  private static final List<Program> RUNNING = new ArrayList<>();

  /** One with a silent server; one that its alias leads into; one with a server that refuses. */
  private static final List<String> ZONES = List.of("own.test", "auth.test", "lame.test");

  /** The second server cannot be reached: the machine has no IPv4. */
  private static final String OWN_RECORDS =
      "\n@ 60 NS ns2\nns2 60 A 192.0.2.1\n_acme-challenge.moved 60 CNAME moved.auth.test.";

  @TempDir Path home;
  private V6cert machine = V6cert.here(Path.of(""));
  private Path log = Path.of("");

  @BeforeAll
  static void startNameServer() throws IOException {
    String named = Program.find("named", "bind9");
    String _ = Program.find("nsupdate", "bind9-dnsutils");
    Path directory = Files.createDirectory(NETWORK.home().resolve("named"));
    StringBuilder config =
        new StringBuilder(
            """
            options {
              directory "%1$s"; pid-file "%1$s/pid"; session-keyfile "%1$s/key";
              listen-on { none; }; listen-on-v6 { %2$s; };
              recursion yes; allow-recursion { any; }; dnssec-validation no;
            };
            controls { };
            """
                .formatted(directory, ADDRESS));
    for (String zone : ZONES) {
      Files.writeString(
          directory.resolve(zone),
          "@ 60 SOA ns h 1 1 1 1 1\n@ 60 NS ns\nns 60 AAAA "
              + ADDRESS
              + (zone.startsWith("lame") ? "\n@ 60 NS ns2\nns2 60 AAAA " + INTERNET : "")
              + (zone.startsWith("own") ? OWN_RECORDS : "")
              + "\n");
      config.append(
          "zone \"%1$s\" { type primary; file \"%2$s/%1$s\"; allow-update { any; }; };\n"
              .formatted(zone, directory));
    }
    Path file = Files.writeString(directory.resolve("named.conf"), config);
    List<String> command =
        NETWORK.namespace().process(List.of(named, "-g", "-c", file.toString())).command();
    RUNNING.add(Program.start("all zones loaded", command.toArray(String[]::new)));
    Files.writeString(NETWORK.home().resolve("resolv.conf"), "nameserver " + ADDRESS + "\n");
  }

  @AfterAll
  static void stopNameServer() {
    RUNNING.forEach(Program::close);
  }

  @BeforeEach
  void onTheMachine() {
    machine = NETWORK.machine(home);
    log = home.resolve("calls");
  }

  /** A hook that sets and removes the record, and writes down how it was called. */
  private String hook() throws IOException {
    Path script =
        Files.writeString(
            home.resolve("hook"),
            """
            #!/bin/sh
            name=$V6CERT_RECORD
            [ "$CERTBOT_DOMAIN" = moved.own.test ] && name=moved.auth.test
            if [ -z "${CERTBOT_AUTH_OUTPUT+set}" ]; then
              what="add $name 1 TXT"
              echo "id-$CERTBOT_VALIDATION"
              echo "this is no output" >&2
              echo "add $CERTBOT_DOMAIN $CERTBOT_VALIDATION $CERTBOT_ALL_DOMAINS" >> %1$s
            else
              what="delete $name TXT"
              echo "remove $CERTBOT_DOMAIN $CERTBOT_VALIDATION $CERTBOT_AUTH_OUTPUT" >> %1$s
            fi
            printf 'server %2$s\\nupdate %%s "%%s"\\nsend\\n' "$what" "$CERTBOT_VALIDATION" | nsupdate
            """
                .formatted(log, ADDRESS));
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return script.toString();
  }

  private Outcome obtain(String hook, String... options) throws IOException, InterruptedException {
    return obtainBy("dns-01", hook, options);
  }

  private Outcome obtainBy(String challenge, String hook, String... options)
      throws IOException, InterruptedException {
    Pebble.need(challenge);
    List<String> all = new ArrayList<>(NETWORK.options());
    all.subList(0, 2).clear(); // --zone
    all.addAll(List.of("--challenge", challenge, "--dns-hook", hook));
    all.addAll(List.of(options));
    return machine.run(all, "obtain");
  }

  private static void assertDone(Outcome outcome) {
    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.DONE.code());
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

  /** Each value is set once and removed once, with what the first call printed. */
  private void assertEachRemoved(int count) throws IOException {
    List<String> calls = Files.readAllLines(log);
    List<String> added = calls.stream().filter(call -> call.startsWith("add")).toList();
    assertThat(added).hasSize(count);
    for (String call : added) {
      String[] words = call.split(" ", -1);
      assertThat(words[3]).isEqualTo("www.own.test,moved.own.test");
      assertThat(calls).containsOnlyOnce("remove %2$s %3$s id-%3$s".formatted((Object[]) words));
    }
    assertThat(calls).hasSize(2 * count);
    Files.delete(log);
  }

  @Test
  void namesAndWildcardsAreProvenByTheHookAndRenewedInTheSameWay() throws Exception {
    Outcome outcome =
        obtain(hook(), "--domain", "www.own.test", "--domain", "moved.own.test", "--wildcard");

    assertDone(outcome);
    assertThat(names("www.own.test"))
        .containsExactly("*.moved.own.test", "*.www.own.test", "moved.own.test", "www.own.test");
    assertThat(outcome.err())
        .contains("DNS hook ran for www.own.test", "1 of 2 name server addresses show")
        .contains("passed over ns2.own.test (192.0.2.1): ")
        .contains("*.moved.own.test validated")
        .doesNotContain("through the web server", "the DNS leads");
    assertEachRemoved(4);
    assertThat(Files.readString(machine.state().resolve("renewal/www.own.test.properties")))
        .contains("format-version=4", "txt.by=hook");

    Outcome renewal = machine.runValidated("renew", "--force");

    assertDone(renewal);
    assertThat(renewal.err()).contains("DNS hook ran for moved.own.test");
    assertThat(Files.readAllLines(log)).isNotEmpty();
  }

  @Test
  void theHookIsToldTheAccountsOwnName() throws Exception {
    Outcome outcome = obtainBy("dns-account-01", hook(), "--domain=acc.own.test", "--wildcard");

    assertDone(outcome);
    assertThat(names("acc.own.test")).containsExactly("*.acc.own.test", "acc.own.test");
    assertThat(outcome.err()).containsPattern("show TXT _[a-z2-7]{16}\\._acme-challenge\\.acc");
  }

  @Test
  void anAuthorityThatForgotTheAccountGetsTheRecordOfTheNewOne() throws Exception {
    Outcome first = obtainBy("dns-account-01", hook(), "--domain=new.own.test");
    assertDone(first);
    NETWORK.pebble().restart();

    Outcome renewal = machine.runValidated("renew", "--force");

    assertDone(renewal);
    assertThat(labels(renewal)).hasSize(1).isNotEqualTo(labels(first));
    Outcome next = machine.runValidated("renew", "--force");
    assertDone(next);
    assertThat(labels(next)).isEqualTo(labels(renewal));
    List<String> calls = Files.readAllLines(log);
    assertThat(calls.stream().filter(call -> call.startsWith("remove")))
        .hasSize(3)
        .hasSize(calls.size() / 2);
  }

  /** The labels of accounts (draft-ietf-acme-dns-account-label) that a run speaks of. */
  private static Set<String> labels(Outcome outcome) {
    return Pattern.compile("_[a-z2-7]{16}(?=\\._acme-challenge)")
        .matcher(outcome.err())
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toSet());
  }

  @Test
  void theAddressBesideItIsProvenOnItsPort() throws Exception {
    Outcome outcome = obtain(hook(), "--domain", "www.own.test", "--ip");

    assertDone(outcome);
    assertThat(names("www.own.test"))
        .hasSize(2)
        .contains("www.own.test")
        .anyMatch(name -> name.startsWith("2a01:4f8:c17:b8f:"));
    assertThat(outcome.err()).contains("DNS hook ran for www.own.test", "asked for our token");
  }

  @Test
  void aCheckLooksForNoPortAndNoAddressOfTheName() throws Exception {
    List<String> options = NETWORK.options().subList(2, NETWORK.options().indexOf("--agree-tos"));

    Outcome outcome =
        machine.run(
            options,
            "check",
            "--challenge=dns-01",
            "--dns-hook=" + hook(),
            "--domain=www.own.test",
            "--wildcard");

    assertThat(outcome.out()).doesNotContain("fail", "port 80", "can answer the CA");
    assertDone(outcome);
    assertThat(log).doesNotExist();
  }

  @Test
  void upServesAtANameThatTheHookProves() throws Exception {
    List<String> words =
        new ArrayList<>(List.of("up", Files.createDirectory(home.resolve("site")).toString()));
    words.addAll(NETWORK.options().subList(2, NETWORK.options().size()));
    words.addAll(
        List.of("--challenge=dns-01", "--dns-hook=" + hook(), "--domain=www.own.test", "--no-qr"));
    Process up =
        machine.process(List.of(), words).redirectError(home.resolve("up.log").toFile()).start();
    try {
      String link = up.inputReader(StandardCharsets.UTF_8).readLine();
      assertThat(link)
          .as(Files.readString(home.resolve("up.log")))
          .startsWith("https://www.own.test");
      assertThat(names("www.own.test")).containsExactly("www.own.test");
    } finally {
      up.destroy();
      int _ = up.waitFor();
    }
  }

  @Test
  void aHookThatFailsIsToldWithTheEndOfItsOutput() throws Exception {
    Outcome outcome = obtain("seq 1000; echo no such zone >&2; exit 7", "--domain", "a.own.test");

    assertThat(outcome.code()).isEqualTo(ExitStatus.TEMPORARY.code());
    assertThat(outcome.err())
        .contains("the DNS hook for a.own.test failed with status 7", "no such zone", "1000")
        .contains("the CA was not told")
        .doesNotContain("\n  995\n", "validated");
  }

  @Test
  void aHookThatTakesTooLongIsCutOff() throws Exception {
    Outcome outcome = obtain("sleep 60", "--domain", "b.own.test", "--hook-limit", "1s");

    assertThat(outcome.code()).isEqualTo(ExitStatus.TEMPORARY.code());
    assertThat(outcome.err()).contains("the DNS hook for b.own.test was cut off after 1s");
  }

  @Test
  void aValueThatNeverAppearsEndsWithTheTimeLimit() throws Exception {
    Outcome outcome = obtain("true", "--domain", "c.own.test", "--dns-limit", "2s");

    assertThat(outcome.code()).isEqualTo(ExitStatus.TEMPORARY.code());
    assertThat(outcome.err())
        .contains("not every name server showed TXT _acme-challenge.c.own.test within 2s")
        .contains("ns.own.test (" + ADDRESS + ") does not have it", "--dns-limit")
        .doesNotContain("validated");
  }

  @Test
  void everyServerOfTheZoneHasToShowTheValue() throws Exception {
    Outcome outcome = obtain(hook(), "--domain", "www.lame.test", "--dns-limit", "2s");

    assertThat(outcome.code()).isEqualTo(ExitStatus.TEMPORARY.code());
    assertThat(outcome.err())
        .contains("ns2.lame.test (" + INTERNET + "): REFUSED")
        .doesNotContain("ns.lame.test (" + ADDRESS + ")");
    assertThat(Files.readAllLines(log)).hasSize(2).last().asString().startsWith("remove");
  }

  @ParameterizedTest
  @CsvSource({
    "--challenge=dns-01 --domain=a.test, needs a place for the TXT record",
    "--challenge=dns-01 --dns-hook=true, is for names of your own",
    "--challenge=dns-01 --dns-hook=true --domain=a.test --zone=v6.test, is for names of your own",
    "--challenge=dns-01 --dns-hook=true --domain=a.test --webroot=/var/www, is of no use",
    "--challenge=dns-01 --dns-hook=true --domain=a.test --open-port, is of no use",
    "--dns-hook=true --domain=a.test, --dns-hook is for --challenge dns-01",
    "--wildcard --domain=a.test, --wildcard alone is for the magic name",
    "--challenge=dns-01 --dns-hook=/no/such/hook --domain=a.test, there is no file /no/such/hook",
  })
  void optionsThatClashAreRefused(String options, String why) throws Exception {
    Outcome outcome = machine.run(List.of(options.split(" ", -1)), "obtain");

    assertThat(outcome.code()).isEqualTo(ExitStatus.USAGE.code());
    assertThat(outcome.err()).contains(why);
  }
}

package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.NetworkNamespace;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code v6cert check} on a real network: what it says is what is there. */
class CheckIT {

  private static final String CHAIN =
      "chain input { type filter hook input priority 0; policy drop;\n"
          + "meta l4proto icmpv6 accept\nct state established,related accept\n}";

  @RegisterExtension static final RunningNetwork network = new RunningNetwork();

  V6cert machine;

  @BeforeEach
  void home(@TempDir Path home) {
    machine = network.machine(home);
  }

  @Test
  void findsNothingInTheWayWhereNothingIs() throws Exception {
    Outcome outcome = check();

    assertThat(outcome.code()).as(outcome.toString()).isZero();
    assertThat(outcome.out())
        .contains("ok    address   " + TestNetwork.ADDRESS + " on eth0")
        .contains("ok    route")
        .contains("ok    port      can answer the CA on [" + TestNetwork.ADDRESS + "]:80")
        .contains("leads here: this machine's resolver and 1 of 1 name servers")
        .contains("answers over IPv6")
        .contains("ok    clock")
        .contains("ok    budget")
        .doesNotContain("fail");
    assertThat(Files.exists(machine.state())).isFalse();
  }

  @Test
  void tellsOfTheBudgetThatAZoneSharesAtLetsEncrypt() throws Exception {
    Outcome outcome = machine.run("check", "--zone", TestNetwork.ZONE, "--zone", "nip.io");

    assertThat(outcome.out().lines().filter(line -> line.contains("quota")))
        .singleElement()
        .asString()
        .startsWith("ok    quota     all who use " + TestNetwork.ZONE + " share 50 certificates")
        .containsPattern("obtain goes on to .*[.]nip[.]io$");
    assertThat(check().out()).as("by another CA").doesNotContain("quota");
  }

  @Test
  void provesThatTheAuthorityGetsIn() throws Exception {
    Outcome outcome = check("--staging-order");

    assertThat(outcome.code()).as(outcome.toString()).isZero();
    assertThat(outcome.out()).contains("ok    inbound   the CA connected and validated");
    assertThat(machine.run("list").out()).isEmpty();
  }

  @Test
  void namesTheRuleThatKeepsTheAuthorityOutAndTheCommandThatLetsItIn() throws Exception {
    try {
      load(CHAIN);

      Outcome closed = check("--staging-order");

      assertThat(closed.code()).isEqualTo(ExitStatus.NOT_PERMITTED.code());
      assertThat(closed.out())
          .contains("fail  firewall  nftables keeps TCP port 80 out: policy of chain inet check")
          .contains("fail  inbound");
      String fix = line(closed.out(), "sudo nft insert rule");
      network.namespace().run("sh", "-c", fix.strip().replace("sudo ", ""));

      Outcome open = check("--staging-order");

      assertThat(open.code()).as(open.toString()).isZero();
      assertThat(open.out()).contains("ok    firewall  nftables lets TCP port 80 in");
    } finally {
      network.namespace().run("nft", "flush", "ruleset");
    }
  }

  @Test
  void keepsObtainFromOrderingWhereTheFilterIsCertain() throws Exception {
    try {
      load(CHAIN);

      Outcome outcome = machine.run(network.options(), "obtain");

      assertThat(outcome.code()).isEqualTo(ExitStatus.NOT_PERMITTED.code());
      assertThat(outcome.err())
          .contains("nothing was ordered", "nftables keeps TCP port 80 out", "--no-firewall-check")
          .doesNotContain("order placed");
      String fix = outcome.err().lines().toList().getLast();
      assertThat(fix).contains("sudo nft insert rule");
      network.namespace().run("sh", "-c", fix.strip().replace("sudo ", ""));
      assertThat(machine.run(network.options(), "obtain").code()).isZero();
      network.namespace().run("nft", "flush", "ruleset");

      load(CHAIN);
      Outcome kept = machine.run(network.options(), "obtain");
      assertThat(kept.code()).as("what needs no order is kept: " + kept).isZero();
    } finally {
      network.namespace().run("nft", "flush", "ruleset");
    }
  }

  @Test
  void isWhatAFailedValidationIsExplainedBy() throws Exception {
    try {
      load(CHAIN);

      Outcome outcome =
          machine.run(network.options(), "obtain", "--dry-run", "--no-firewall-check");

      assertThat(outcome.code()).isEqualTo(ExitStatus.REFUSED.code());
      List<String> lines = outcome.err().lines().toList();
      assertThat(outcome.err()).contains("warning: nftables keeps TCP port 80 out");
      assertThat(lines.get(lines.size() - 2)).contains("nftables keeps TCP port 80 out: policy");
      assertThat(lines.getLast()).contains("sudo nft insert rule").doesNotContain("router");
    } finally {
      network.namespace().run("nft", "flush", "ruleset");
    }
  }

  @Test
  void namesWhoHasThePort() throws Exception {
    Process holder =
        machine
            .process(List.of(), List.of("dns-server", "--zone", "x", "--listen", "[::]:80"))
            .start();
    try (BufferedReader out = holder.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).startsWith("listening on ");

      Outcome outcome = check("--challenge", "http-01");

      assertThat(outcome.code()).isEqualTo(ExitStatus.NOT_PERMITTED.code());
      assertThat(outcome.out())
          .contains("fail  port      cannot listen on", "java (process " + holder.pid() + ")")
          .contains("--webroot DIR")
          .doesNotContain("v6cert check prints");
    } finally {
      holder.destroyForcibly().waitFor();
    }
  }

  @Test
  void tellsANameThatLeadsElsewhereAndWhoSaysSo() throws Exception {
    Outcome outcome =
        check("--domain", "2a01-04f8-0c17-0b8f-0000-0000-0000-0099." + TestNetwork.ZONE);

    assertThat(outcome.code()).isEqualTo(ExitStatus.CONFIGURATION.code());
    assertThat(outcome.out())
        .contains("fail  name", "the name server ns." + TestNetwork.ZONE)
        .contains("says 2a01:4f8:c17:b8f::99");
  }

  @Test
  void looksAtEveryZoneAndAtWhatIsThereAlready() throws Exception {
    assertThat(machine.run(network.options(), "obtain").code()).isZero();

    Outcome outcome = check("--zone", TestNetwork.ZONE, "--zone", "nobody.test");

    assertThat(outcome.code()).as(outcome.toString()).isZero();
    assertThat(outcome.out())
        .contains("ok    lineage   " + TestNetwork.NAME + " has a good certificate")
        .containsPattern("warn  name      the DNS does not know .*nobody.test")
        .contains("ok    budget    1 certificate for");
  }

  @Test
  void tellsANameThatAlsoLeadsElsewhere() throws Exception {
    Outcome outcome = check("--domain", "192-0-2-1.2a01-4f8-c17-b8f--2." + TestNetwork.ZONE);

    assertThat(outcome.out()).contains("warn  name", "but also to 192.0.2.1");
  }

  @Test
  void tellsAnAuthorityThatDoesNotAnswer() throws Exception {
    Outcome outcome =
        machine.run(
            "check",
            "--zone",
            TestNetwork.ZONE,
            "--ca",
            "https://[" + TestNetwork.INTERNET + "]:1/dir");

    assertThat(outcome.code()).isEqualTo(ExitStatus.UNAVAILABLE.code());
    assertThat(outcome.out()).contains("fail  ca", "not over IPv6 (Connection refused)");
  }

  @Test
  void endsAtOnceByCtrlCThoughTheAuthorityIsSilent() throws Exception {
    Process check =
        machine
            .process(
                List.of(),
                List.of(
                    "check",
                    "--zone",
                    TestNetwork.ZONE,
                    "--ca", // A DNS server, which waits for the rest of a query.
                    "https://[" + TestNetwork.INTERNET + "]:53/dir"))
            .start();
    try (BufferedReader err = check.errorReader(StandardCharsets.UTF_8)) {
      assertThat(err.readLine()).contains("looking at this machine");
      while (network
          .namespace()
          .run("ss", "-Hnt", "state", "established", "dport = :53")
          .isBlank()) {
        assertThat(check.isAlive()).isTrue();
      }
      long start = System.nanoTime();

      network.namespace().run("kill", "-INT", Long.toString(check.pid()));

      assertThat(check.waitFor()).isEqualTo(130);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
      assertThat(err.readLine()).isEqualTo("error: interrupted");
    }
  }

  @Test
  void asksAnotherResolverWhenToldTo() throws Exception {
    Outcome outcome = check("--resolver", "[" + TestNetwork.INTERNET + "]:9");

    assertThat(outcome.out()).contains("warn  name", "by this machine's resolver alone");
    assertThat(outcome.out())
        .contains("fail  caa", "the resolver [" + TestNetwork.INTERNET + "]:9 does not answer: ")
        .doesNotContain("null");
    assertThat(outcome.code()).isEqualTo(ExitStatus.UNAVAILABLE.code());
  }

  @Test
  void saysAllOfItAsJsonToo() throws Exception {
    Outcome outcome = check("--json");

    assertThat(outcome.out())
        .startsWith("{\n  \"schema\": 1,\n  \"ok\": true,\n  \"checks\": [")
        .contains("\"check\": \"firewall\",\n      \"level\": \"ok\"");
  }

  @Test
  void goesOnWithoutAnAddressAsFarAsItCan() throws Exception {
    try (NetworkNamespace empty = NetworkNamespace.create()) {
      Outcome outcome = new V6cert(empty::process, machine.home()).run("check");

      assertThat(outcome.code()).isEqualTo(ExitStatus.NO_ADDRESS.code());
      assertThat(outcome.out()).contains("fail  address", "fail  ca");
    }
  }

  private Outcome check(String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of("check"));
    all.addAll(List.of(words));
    return machine.run(network.options(), all.toArray(String[]::new));
  }

  private void load(String chain) throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/usr/sbin/nft")), "there is no nft (package nftables)");
    Path file = machine.home().resolve("rules.nft");
    Files.writeString(file, "table inet check {\n" + chain + "\n}\n");
    network.namespace().run("nft", "-f", file.toString());
  }

  private static String line(String text, String part) {
    return text.lines().filter(line -> line.contains(part)).findFirst().orElseThrow();
  }
}

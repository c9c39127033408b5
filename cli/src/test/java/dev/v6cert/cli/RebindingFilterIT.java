package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.NetworkNamespace;
import dev.v6cert.testing.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A machine without a public address whose resolver is the router: a real dnsmasq or Unbound, with
 * its filter of private addresses or without. Behind it our own server answers for sslip.io.
 */
class RebindingFilterIT {

  private static final String NAME = "192-168-1-10.sslip.io";
  private static final String FILTERED =
      "this network's resolver withholds private addresses: it does not lead " + NAME;

  static NetworkNamespace lan;
  static NetworkNamespace router;
  static Process authoritative;

  @TempDir Path home;
  V6cert machine;

  @BeforeAll
  static void connect(@TempDir Path files) throws Exception {
    lan = NetworkNamespace.create();
    router = lan.neighbour();
    lan.connect("eth0", router, "eth0");
    lan.run("ip", "address", "add", "192.168.1.10/24", "dev", "eth0");
    router.run("ip", "address", "add", "192.168.1.1/24", "dev", "eth0");
    router.run("ip", "address", "add", "192.168.1.2/24", "dev", "eth0");
    lan.run("ip", "route", "add", "default", "via", "192.168.1.1");
    Path resolver = Files.writeString(files.resolve("resolv.conf"), "nameserver 192.168.1.1\n");
    lan.run("mount", "--bind", resolver.toString(), "/etc/resolv.conf");
    authoritative =
        new V6cert(router::process, files)
            .process(
                List.of(),
                List.of("dns-server", "--zone", "sslip.io", "--listen", "192.168.1.2:53"))
            .redirectError(files.resolve("server.err").toFile())
            .start();
    assertThat(authoritative.inputReader().readLine()).startsWith("listening on ");
  }

  @AfterAll
  static void end() {
    if (authoritative != null) {
      authoritative.destroyForcibly().onExit().join();
    }
    if (lan != null) {
      lan.close();
    }
  }

  @BeforeEach
  void start() {
    machine = new V6cert(lan::process, home);
  }

  @Test
  void ofDnsmasqIsToldByEveryCommandThatIsConcerned() throws Exception {
    try (Program _ = dnsmasq("--stop-dns-rebind")) {
      Outcome check = machine.run("check");
      assertThat(check.code()).as(check.toString()).isEqualTo(ExitStatus.NO_ADDRESS.code());
      assertThat(check.out()).contains("warn  resolver  " + FILTERED, "9-9-9-9.sslip.io");

      Outcome local = machine.run("check", "--ca", "local");
      assertThat(local.code()).as(local.toString()).isZero();
      assertThat(local.out())
          .contains("ok    names     the CA of this machine signs " + NAME, "warn  resolver")
          .contains("rebind-domain-ok=/sslip.io/", "DNS-Rebind-Schutz", "private-domain sslip.io")
          .contains("--domain NAME.localhost", "NAME.local by mDNS");
      assertThat(machine.state().resolve("local-ca")).doesNotExist();

      Outcome obtain = machine.run("obtain", "--ca", "local");
      assertThat(obtain.code()).as(obtain.toString()).isZero();
      assertThat(obtain.err())
          .containsOnlyOnce("warning: " + FILTERED)
          .contains("rebind-domain-ok=/sslip.io/");
      assertThat(machine.run("obtain", "--ca", "local", "--no-dns-check").err())
          .doesNotContain(FILTERED);
      assertThat(machine.run("obtain", "--ca", "local", "--domain", "app.localhost").err())
          .doesNotContain("resolver");
    }
  }

  @Test
  void isToldByUpOnceTheLinkIsThere() throws Exception {
    Path errors = home.resolve("up.err");
    try (Program _ = dnsmasq("--stop-dns-rebind")) {
      Process up =
          machine
              .process(List.of(), List.of("up", home + "", "--local", "--public", "--no-inspect"))
              .redirectError(errors.toFile())
              .start();
      try {
        String link = up.inputReader(StandardCharsets.UTF_8).readLine();
        assertThat(link).as(Files.readString(errors)).isEqualTo("https://" + NAME + "/");
        Instant end = Instant.now().plusSeconds(20);
        while (!Files.readString(errors).contains(FILTERED) && Instant.now().isBefore(end)) {
          Thread.sleep(50);
        }
        assertThat(Files.readString(errors)).containsOnlyOnce("warning: " + FILTERED);
      } finally {
        up.destroy();
        assertThat(up.waitFor(10, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  @Test
  void ofUnboundIsToldAndItsExceptionHelps() throws Exception {
    try (Program _ = unbound("private-address: 192.168.0.0/16")) {
      assertThat(machine.run("check", "--ca", "local").out()).contains(FILTERED);
    }
    String exception = "private-address: 192.168.0.0/16\n  private-domain: \"sslip.io\"";
    try (Program _ = unbound(exception)) {
      assertKnown();
    }
  }

  @Test
  void ofDnsmasqIsGoneWithItsException() throws Exception {
    try (Program _ = dnsmasq("--stop-dns-rebind", "--rebind-domain-ok=/sslip.io/")) {
      assertKnown();
      assertThat(machine.run("obtain", "--ca", "local").err()).doesNotContain("resolver");
    }
  }

  private void assertKnown() throws Exception {
    Outcome outcome = machine.run("check", "--ca", "local");

    assertThat(outcome.out()).contains("ok    resolver  this machine's resolver knows " + NAME);
    assertThat(outcome.err()).contains("v6cert obtain --ca local");
  }

  @Test
  void isNoMatterWhereNobodyAnswers() throws Exception {
    try (Program resolver = dnsmasq("--stop-dns-rebind")) {
      lan.run("kill", "-STOP", Long.toString(resolver.pid()));
      Instant begin = Instant.now();
      Outcome outcome = machine.run("obtain", "--ca", "local");

      // The system's resolver gives up after ten.
      assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(9));
      assertThat(outcome.code()).as(outcome.toString()).isZero();
      assertThat(outcome.err()).doesNotContain("resolver");
      lan.run("kill", "-CONT", Long.toString(resolver.pid()));
    }
  }

  private static Program dnsmasq(String... options) throws IOException {
    List<String> command = new ArrayList<>(List.of(Program.find("dnsmasq", "dnsmasq-base")));
    command.addAll(
        List.of(
            "--keep-in-foreground",
            "--log-facility=-",
            "--user=root",
            "--conf-file=/dev/null",
            "--no-resolv",
            "--no-hosts",
            "--bind-interfaces",
            "--listen-address=192.168.1.1",
            "--pid-file",
            "--server=/sslip.io/192.168.1.2"));
    command.addAll(List.of(options));
    return start("started, version", router.process(command).command());
  }

  private static Program start(String ready, List<String> command) throws IOException {
    return Program.start(ready, command.toArray(String[]::new));
  }

  private Program unbound(String filter) throws IOException {
    String program = Program.find("unbound", "unbound");
    Path config =
        Files.writeString(
            home.resolve("unbound.conf"),
            """
            server:
              interface: 192.168.1.1
              directory: "%s"
              pidfile: ""
              chroot: ""
              username: ""
              use-syslog: no
              verbosity: 1
              do-daemonize: no
              num-threads: 1
              module-config: "iterator"
              access-control: 192.168.1.0/24 allow
              do-ip6: no
              %s
            stub-zone:
              name: "sslip.io"
              stub-addr: 192.168.1.2
            """
                .formatted(home, filter));
    return start(
        "start of service",
        router.process(List.of(program, "-d", "-d", "-c", config.toString())).command());
  }
}

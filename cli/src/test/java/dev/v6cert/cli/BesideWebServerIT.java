package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The ways to a certificate where port 80 is taken, with the web servers that mostly have it. */
class BesideWebServerIT {

  /**
   * A web server as Debian packages it, with a site of its own and whatever lies in a directory.
   */
  enum WebServer {
    NGINX(
        "/usr/sbin/nginx",
        """
        daemon off; %2$s pid %1$s/pid; error_log %1$s/error.log;
        events {}
        http {
          access_log off; include %1$s/sites/*;
          client_body_temp_path %1$s/body; proxy_temp_path %1$s/proxy; fastcgi_temp_path %1$s/fastcgi;
          uwsgi_temp_path %1$s/uwsgi; scgi_temp_path %1$s/scgi;
          server { listen [::]:80 default_server; root %1$s/www; }
        }
        """,
        "-c %s/server.conf"),
    APACHE(
        "/usr/sbin/apache2",
        """
        ServerRoot %1$s
        ServerName localhost
        PidFile %1$s/pid
        ErrorLog %1$s/error.log
        DefaultRuntimeDir %1$s
        Listen 80
        LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
        LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
        LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so
        LoadModule proxy_http_module /usr/lib/apache2/modules/mod_proxy_http.so
        User nobody
        <VirtualHost *:80>
          DocumentRoot %1$s/www
        </VirtualHost>
        IncludeOptional %1$s/sites/*
        """,
        "-f %s/server.conf -D FOREGROUND"),
    CADDY(
        "/usr/bin/caddy",
        """
        {
          admin off
        }
        http:// {
          root * %1$s/www
          file_server
        }
        import %1$s/sites/*
        """,
        "run --adapter caddyfile --config %s/server.conf");

    final String program;
    final String configuration;
    final String arguments;

    WebServer(String program, String configuration, String arguments) {
      this.program = program;
      this.configuration = configuration;
      this.arguments = arguments;
    }
  }

  private static final String OTHER = "2a01:4f8:c17:b90::2";
  private static final String OTHER_NAME =
      "2a01-04f8-0c17-0b90-0000-0000-0000-0002." + TestNetwork.ZONE;

  @RegisterExtension static final RunningNetwork network = new RunningNetwork();

  private final List<Process> running = new ArrayList<>();
  V6cert machine;
  Path home;

  @BeforeAll
  static void make(@TempDir Path home) throws Exception {
    network.internet().run("ip", "-6", "route", "add", "2a01:4f8:c17:b90::/64", "dev", "eth0");
  }

  @BeforeEach
  void home(@TempDir Path directory) throws IOException {
    home = directory;
    machine = network.machine(home);
    Files.createDirectory(home.resolve("www"));
    Files.createDirectory(home.resolve("sites"));
    network.namespace().run("chmod", "755", home.toString());
  }

  @AfterEach
  void stop() throws Exception {
    stopServers();
  }

  @ParameterizedTest
  @EnumSource(WebServer.class)
  void theLinesThatCheckPrintsLetTheAuthorityThrough(WebServer server) throws Exception {
    start(server);
    // Caddy has no pattern for addresses.
    String[] kind = server == WebServer.CADDY ? new String[0] : new String[] {"--ip"};
    Outcome check = machine.run(network.options(), with(kind, "check"));
    assertThat(check.code()).as(check.toString()).isZero();
    assertThat(check.out()).contains("; port 443 answers the CA instead (tls-alpn-01)");
    String[] parts = check.out().split("with these lines in [^\n]*\n", 2);
    assertThat(parts).as(check.out()).hasSize(2);
    assertThat(parts[0]).contains("sudo v6cert obtain --http-port 8080 --http-address ::1");
    Files.writeString(
        home.resolve("sites/v6cert"),
        parts[1].lines().takeWhile(line -> line.startsWith("  ")).collect(Collectors.joining("\n"))
            + "\n");
    stopServers();
    start(server);

    Outcome outcome =
        machine.run(network.options(), "obtain", "--http-port", "8080", "--http-address", "::1");

    assertThat(outcome.code()).as(outcome.toString() + log()).isZero();
    assertThat(outcome.err()).contains("asked for our token: answered");
    Outcome later = machine.run(network.options(), "check");
    assertThat(later.out()).as("where renewals answer").contains("can answer the CA on [::1]:8080");
    // With another address the machine has another name, which the same lines let through.
    Outcome address =
        machine.run(
            network.options(),
            with(kind, "obtain", "--http-port", "8080", "--http-address", "::1"));
    assertThat(address.code()).as(address.toString() + log()).isZero();
    move(TestNetwork.ADDRESS, OTHER);
    try {
      Outcome renewal = machine.run("renew", "--lineage", TestNetwork.NAME);
      assertThat(renewal.code()).as(renewal.toString() + log()).isZero();
      assertThat(renewal.out())
          .contains(" renewed for " + OTHER_NAME, " in place of " + TestNetwork.NAME);
    } finally {
      move(OTHER, TestNetwork.ADDRESS);
    }
  }

  private static String[] with(String[] more, String... words) {
    return Stream.concat(Stream.of(words), Stream.of(more)).toArray(String[]::new);
  }

  private void move(String from, String to) throws IOException {
    network.namespace().addAddress("eth0", to + "/64");
    network.namespace().run("ip", "address", "del", from + "/64", "dev", "eth0");
    network.namespace().run("ip", "-6", "route", "replace", TestNetwork.INTERNET, "dev", "eth0");
    network.namespace().run("ip", "-6", "route", "replace", "default", "via", TestNetwork.INTERNET);
  }

  @ParameterizedTest
  @EnumSource(WebServer.class)
  void itsOwnDirectoryServesTheAnswer(WebServer server) throws Exception {
    start(server);

    Outcome outcome =
        machine.run(network.options(), "obtain", "--webroot", home.resolve("www").toString());

    assertThat(outcome.code()).as(outcome.toString() + log()).isZero();
    assertThat(home.resolve("www")).isEmptyDirectory();
    Outcome renewal = machine.run("renew", "--force");
    assertThat(renewal.code()).as(renewal.toString()).isZero();
  }

  @Test
  void aDirectoryThatIsNotServedIsTold() throws Exception {
    start(WebServer.NGINX);
    Path other = Files.createDirectory(home.resolve("other"));

    Outcome outcome = machine.run(network.options(), "obtain", "--webroot", other.toString());

    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.REFUSED.code());
    assertThat(outcome.err()).contains("does not serve what is put into --webroot");
    assertThat(other).isEmptyDirectory();
  }

  @Test
  void aDirectoryThatIsNotThereCostsNoOrder() throws Exception {
    Outcome outcome = machine.run(network.options(), "obtain", "--webroot", home + "/no");

    assertThat(outcome.code()).isEqualTo(ExitStatus.CONFIGURATION.code());
    assertThat(outcome.err()).contains("there is no such directory").doesNotContain("order placed");
  }

  @Test
  void anotherPortDoesWherePort80IsTaken() throws Exception {
    start(WebServer.NGINX);

    Outcome outcome = machine.run(network.options(), "obtain", "--challenge", "tls-alpn-01");

    assertThat(outcome.code()).as(outcome.toString()).isZero();
    assertThat(outcome.err()).contains("asked by TLS: answered");
    Outcome address =
        machine.run(network.options(), "obtain", "--challenge", "tls-alpn-01", "--ip");
    assertThat(address.code()).as(address.toString()).isZero();
    assertThat(machine.run("renew", "--force").code()).isZero();
  }

  @Test
  void theLinesArePrintedAlsoWhenItHasTakenThePortThatAnsweredLast() throws Exception {
    start(WebServer.NGINX);
    assertThat(machine.run(network.options(), "obtain").err()).contains("asked by TLS: answered");
    Files.writeString(home.resolve("sites/own"), "server { listen [::]:443; }\n");
    stopServers();
    start(WebServer.NGINX);
    Outcome renewal = machine.run("renew", "--force");
    assertThat(renewal.code()).as(renewal.toString()).isEqualTo(ExitStatus.NOT_PERMITTED.code());
    assertThat(renewal.err()).contains("sudo v6cert check prints how to answer beside it");

    Outcome check = machine.run(network.options(), "check");

    assertThat(check.code()).as(check.toString()).isEqualTo(ExitStatus.NOT_PERMITTED.code());
    assertThat(check.out())
        .contains("]:443: nginx (", "]:80: nginx (", "proxy_pass http://[::1]:8080;")
        .doesNotContain("--challenge tls-alpn-01");
  }

  @Test
  void twoWaysAtOnceAreRefused() throws Exception {
    Outcome outcome =
        machine.run(network.options(), "obtain", "--challenge", "tls-alpn-01", "--webroot", "/srv");

    assertThat(outcome.code()).isEqualTo(ExitStatus.USAGE.code());
    assertThat(outcome.err()).contains("two ways to answer the CA");
  }

  private void start(WebServer server) throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of(server.program)), "there is no " + server.program + " here");
    // Without other users its workers can be root alone.
    String alone = network.namespace().hasOtherUsers() ? "" : "master_process off; user root;";
    Files.writeString(home.resolve("server.conf"), server.configuration.formatted(home, alone));
    List<String> command = new ArrayList<>(List.of(server.program));
    command.addAll(List.of(server.arguments.formatted(home).split(" ", -1)));
    ProcessBuilder builder = network.namespace().process(command);
    builder.environment().put("XDG_DATA_HOME", home.toString());
    builder.environment().put("XDG_CONFIG_HOME", home.toString());
    Process process =
        builder.redirectErrorStream(true).redirectOutput(home.resolve("out.log").toFile()).start();
    running.add(process);
    // It is there once the port is; until then the loop asks the kernel, not the clock.
    while (network.namespace().run("ss", "-Hlnt", "sport = :80").isBlank()) {
      assertThat(process.isAlive()).as(log()).isTrue();
    }
  }

  private void stopServers() throws Exception {
    for (Process process : running) {
      process.destroy();
      process.waitFor();
    }
    running.clear();
    while (!network.namespace().run("ss", "-Hlnt", "sport = :80").isBlank()) {
      Thread.onSpinWait();
    }
  }

  private String log() {
    StringBuilder log = new StringBuilder("\n");
    for (String file : List.of("out.log", "error.log")) {
      try {
        log.append(Files.readString(home.resolve(file)));
      } catch (IOException e) {
        log.append(file).append(" is not there\n");
      }
    }
    return log.toString();
  }
}

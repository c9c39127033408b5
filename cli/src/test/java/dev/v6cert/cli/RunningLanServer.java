package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.testing.NetworkNamespace;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The ACME server of the local CA and a peer: two hosts, no DNS server, no internet.
 *
 * <pre>
 *   server 192.168.1.10 ------ peer 192.168.1.20
 *   v6cert local-ca serve      v6cert obtain, certbot, lego, step, Caddy
 * </pre>
 */
final class RunningLanServer implements BeforeAllCallback, AfterAllCallback {

  static final String SERVER = "192.168.1.10";
  static final String PEER = "192.168.1.20";
  static final String MAGIC = "192-168-1-20.sslip.io";
  static final String NAME = "nas.home.arpa";
  static final String DIRECTORY = "https://" + SERVER + ":8555/acme/directory";

  private Optional<NetworkNamespace> lan = Optional.empty();
  private Optional<NetworkNamespace> peer = Optional.empty();
  V6cert server = V6cert.here(Path.of(""));
  String keyId = "";
  String hmacKey = "";
  private int users;
  private Optional<Process> serving = Optional.empty();

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    if (users++ > 0) {
      return; // A nested class.
    }
    Path home = Files.createTempDirectory("lan-server");
    lan = Optional.of(NetworkNamespace.create());
    peer = Optional.of(lan().neighbour());
    lan().connect("eth0", peer(), "eth0");
    lan().run("ip", "address", "add", SERVER + "/24", "dev", "eth0");
    peer().run("ip", "address", "add", PEER + "/24", "dev", "eth0");
    Path hosts =
        Files.writeString(
            home.resolve("hosts"),
            "127.0.0.1 localhost\n%s %s a.home.arpa b.home.arpa\n192.168.1.99 other.home.arpa\n"
                .formatted(PEER, NAME));
    lan().run("mount", "--bind", hosts.toString(), "/etc/hosts");
    server = new V6cert(lan()::process, home);
    serving = Optional.of(serve(server, DIRECTORY, "--listen", SERVER + ":8555"));
    Outcome credentials = server.run("local-ca", "credentials", "--json");
    keyId = value(credentials.out(), "eab_kid");
    hmacKey = value(credentials.out(), "eab_hmac_key");
  }

  /** The server's host. */
  NetworkNamespace lan() {
    return lan.orElseThrow();
  }

  /** The peer's host. */
  NetworkNamespace peer() {
    return peer.orElseThrow();
  }

  /** Starts a server, and waits until it listens. */
  static Process serve(V6cert machine, String directory, String... options) throws Exception {
    List<String> words = Stream.concat(Stream.of("local-ca", "serve"), Stream.of(options)).toList();
    Path log = machine.home().resolve("serve.log");
    Process process =
        machine
            .process(List.of(), words)
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    String line = process.inputReader(StandardCharsets.UTF_8).readLine();
    assertThat(line).as(Files.readString(log)).isEqualTo("listening on " + directory);
    return process;
  }

  /** Starts a web server on the peer's port 80, and waits until it answers. */
  Process webServer(Path directory) throws Exception {
    Process web =
        peer()
            .process(List.of("python3", "-m", "http.server", "80", "-d", directory.toString()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    String[] poll = {"--retry", "200", "--retry-delay", "0", "--retry-connrefused"};
    List<String> command = new ArrayList<>(List.of("curl", "-s", "-o", "/dev/null"));
    command.addAll(List.of(poll));
    command.add("http://" + PEER + "/");
    lan().run(command.toArray(String[]::new));
    return web;
  }

  /** Kills the server as a power cut would, and starts it again. */
  void killAndRestart() throws Exception {
    serving.orElseThrow().destroyForcibly().waitFor();
    serving = Optional.of(serve(server, DIRECTORY, "--listen", SERVER + ":8555"));
  }

  /** The output of the server so far. */
  String log() {
    try {
      return Files.readString(server.home().resolve("serve.log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  static String value(String json, String name) {
    String start = "\"" + name + "\": \"";
    int at = json.indexOf(start);
    assertThat(at).as(json).isNotNegative();
    return json.substring(at + start.length(), json.indexOf('"', at + start.length()));
  }

  Path root() {
    return server.state().resolve("local-ca/root.pem");
  }

  /** Has OpenSSL judge a chain by the root. */
  void verified(Path chain) throws IOException {
    String said =
        lan()
            .run("openssl", "verify", "-CAfile", root() + "", "-untrusted", chain + "", chain + "");
    assertThat(said).contains("OK");
  }

  static List<String> names(Path file) throws Exception {
    try (InputStream in = Files.newInputStream(file)) {
      X509Certificate leaf =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
      return leaf.getSubjectAlternativeNames().stream()
          .map(name -> String.valueOf(name.get(1)))
          .toList();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    if (--users > 0) {
      return;
    }
    if (serving.isPresent()) {
      serving.get().destroy();
      assertThat(serving.get().waitFor()).as("the end by SIGTERM").isZero();
    }
    lan.ifPresent(NetworkNamespace::close);
    TrustRoot.run(List.of("rm", "-rf", server.home().toString()));
  }
}

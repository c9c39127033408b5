package dev.v6cert.cli;

import dev.v6cert.testing.NetworkNamespace;
import dev.v6cert.testing.Pebble;
import dev.v6cert.testing.TestAuthority;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A CA that others wrote, run on the internet of a {@link TestNetwork}. Where it is not installed
 * the test is skipped, with the reason.
 *
 * @param directory the address of its ACME directory
 * @param root a PEM file with what signed its HTTPS
 * @param end ends it
 */
record PeerAuthority(String directory, Path root, Runnable end) implements AutoCloseable {

  /** The credentials by which those that know external accounts open one. */
  static final String KEY_ID = "kid-1";

  static final String HMAC_KEY = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W";

  private static final String ANOTHER = "2a01:4f8:c17:b8f::3";
  private static final String HOST = "[" + TestNetwork.INTERNET + "]";
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  /** The Pebble of the network; for external accounts another one, at an address of its own. */
  static PeerAuthority pebble(RunningNetwork network, Path home, boolean bound) throws IOException {
    if (!bound) {
      Pebble there = network.pebble();
      return new PeerAuthority(there.directory().toString(), there.httpsRoot(), () -> {});
    }
    network.internet().addAddress("eth0", ANOTHER + "/64");
    Pebble another =
        Pebble.in(home)
            .listen(InetAddress.ofLiteral(ANOTHER))
            .httpPort(80)
            .tlsPort(443)
            .dnsServer(HOST + ":53")
            .inside(network.internet())
            .externalAccounts(Map.of(KEY_ID, HMAC_KEY))
            .start();
    return new PeerAuthority(another.directory().toString(), another.httpsRoot(), another::close);
  }

  /** Caddy's {@code acme_server}, which is the code of step-ca. */
  static PeerAuthority caddy(NetworkNamespace internet, Path home) throws IOException {
    Path program = program("caddy", "apt-get install caddy");
    Files.writeString(
        home.resolve("Caddyfile"),
        """
        {
          admin off
          skip_install_trust
          auto_https disable_redirects
          storage file_system %s
        }
        https://%s:14443 {
          tls internal
          acme_server
        }
        """
            .formatted(home.resolve("storage"), HOST));
    Path root = home.resolve("storage/pki/authorities/local/root.crt");
    ProcessBuilder builder =
        internet.process(
            List.of(
                program.toString(),
                "run",
                "--adapter",
                "caddyfile",
                "--config",
                home.resolve("Caddyfile").toString()));
    builder.environment().put("HOME", home.toString());
    return started(
        builder,
        home.resolve("caddy.log"),
        log -> Files.exists(root) && log.contains("certificate obtained successfully"),
        "https://" + HOST + ":14443/acme/local/directory",
        root);
  }

  /**
   * step-ca with an ACME provisioner, and a root and an intermediate of the test.
   *
   * @param bound whether it opens accounts only for those that have one elsewhere
   */
  static PeerAuthority stepCa(NetworkNamespace internet, Path home, boolean bound)
      throws IOException {
    Path program = program("step-ca", "scripts/test");
    internet.run(
        "sh",
        "-c",
        """
        cd "$0"
        openssl ecparam -name prime256v1 -genkey -noout -out root.key
        openssl req -x509 -new -key root.key -subj '/CN=a root' -days 100 -out root.pem \\
          -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
        openssl ecparam -name prime256v1 -genkey -noout -out intermediate.key
        openssl req -new -key intermediate.key -subj '/CN=an intermediate' -out intermediate.csr
        printf 'basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\n' >extensions
        openssl x509 -req -in intermediate.csr -CA root.pem -CAkey root.key -CAcreateserial -days 50 \\
          -extfile extensions -out intermediate.pem
        """,
        home.toString());
    Path settings =
        Files.writeString(
            home.resolve("ca.json"),
            """
            {"root": "%1$s/root.pem", "crt": "%1$s/intermediate.pem",
             "key": "%1$s/intermediate.key", "address": "%2$s:14445",
             "dnsNames": ["%3$s"], "logger": {"format": "text"},
             "db": {"type": "badgerv2", "dataSource": "%1$s/db"},
             "authority": {"provisioners": [
               {"type": "ACME", "name": "acme", "requireEAB": %4$b}]}}
            """
                .formatted(home, HOST, TestNetwork.INTERNET, bound));
    ProcessBuilder builder = internet.process(List.of(program.toString(), settings.toString()));
    builder.environment().put("HOME", home.toString());
    builder.environment().put("STEPPATH", home.toString());
    return started(
        builder,
        home.resolve("step-ca.log"),
        log -> log.contains("Serving HTTPS"),
        "https://" + HOST + ":14445/acme/acme/directory",
        home.resolve("root.pem"));
  }

  /**
   * acme2certifier with its CA of openssl, which copies the subject of a request.
   *
   * @param bound whether it opens accounts only for those that have one elsewhere
   */
  static PeerAuthority acme2certifier(NetworkNamespace internet, Path home, boolean bound)
      throws IOException {
    Path python =
        Stream.of(".cache/v6cert/acme2certifier/bin/python3")
            .map(Path.of(System.getProperty("user.home"))::resolve)
            .filter(Files::isExecutable)
            .findFirst()
            .orElseGet(() -> Assumptions.abort("acme2certifier is not installed (scripts/test)"));
    TestAuthority https = new TestAuthority("HTTPS of acme2certifier");
    KeyPair keys = TestAuthority.newKeys();
    X509Certificate leaf =
        https.leaf(
            keys.getPublic(), List.of(TestAuthority.ip(TestNetwork.INTERNET)), Duration.ofDays(1));
    Files.writeString(home.resolve("https.pem"), TestAuthority.pem(leaf));
    Files.writeString(home.resolve("https.key"), TestAuthority.pem(keys.getPrivate()));
    internet.run(
        "sh",
        "-c",
        "cd \"$0\" && openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem"
            + " -subj '/CN=a CA' -days 100 -addext basicConstraints=critical,CA:TRUE"
            + " -addext keyUsage=critical,keyCertSign,cRLSign",
        home.toString());
    Files.createDirectory(home.resolve("certs"));
    Files.writeString(home.resolve("keys.json"), "{\"%s\": \"%s\"}".formatted(KEY_ID, HMAC_KEY));
    String externalAccounts =
        """
        [EABhandler]
        eab_handler_module: acme2certifier.eabhandlers.json_handler
        key_file: %s/keys.json
        """
            .formatted(home);
    Files.writeString(
        home.resolve("acme_srv.cfg"),
        """
        [CAhandler]
        handler_module: acme2certifier.cahandlers.openssl_ca_handler
        issuing_ca_key: %1$s/ca.key
        issuing_ca_cert: %1$s/ca.pem
        ca_cert_chain_list: []
        cert_validity_days: 30
        issuing_ca_crl: %1$s/crl.pem
        cert_save_path: %1$s/certs
        save_cert_as_hex: True
        [DBhandler]
        handler: wsgi
        dbfile: %1$s/acme_srv.db
        %2$s
        """
            .formatted(home, bound ? externalAccounts : ""));
    Path script = home.resolve("serve.py"); // Not as the package: Python would take it for that.
    try (InputStream in =
        Objects.requireNonNull(PeerAuthority.class.getResourceAsStream("acme2certifier.py"))) {
      Files.write(script, in.readAllBytes());
    }
    ProcessBuilder builder =
        internet.process(
            List.of(
                python.toString(),
                script.toString(),
                TestNetwork.INTERNET,
                "14444",
                home.toString()));
    return started(
        builder,
        home.resolve("acme2certifier.log"),
        log -> log.contains("listening"),
        "https://" + HOST + ":14444/directory",
        https.writeRoot(home.resolve("https-root.pem")));
  }

  /** Starts it, and waits until its log says that it answers. */
  private static PeerAuthority started(
      ProcessBuilder builder, Path log, Predicate<String> ready, String directory, Path root)
      throws IOException {
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    long start = System.nanoTime();
    while (!ready.test(Files.readString(log, StandardCharsets.UTF_8))) {
      if (!process.isAlive() || System.nanoTime() - start > START.toNanos()) {
        end(process);
        throw new IOException("it does not start: " + Files.readString(log));
      }
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
    }
    return new PeerAuthority(directory, root, () -> end(process));
  }

  private static Path program(String name, String how) {
    Optional<Path> found =
        Stream.concat(
                Stream.of(System.getProperty("user.home") + "/go/bin"),
                Stream.of(System.getenv().getOrDefault("PATH", "").split(":")))
            .map(directory -> Path.of(directory, name))
            .filter(Files::isExecutable)
            .findFirst();
    return found.orElseGet(() -> Assumptions.abort("there is no " + name + " (" + how + ")"));
  }

  private static void end(Process process) {
    process.destroyForcibly();
    process.onExit().join();
  }

  @Override
  public void close() {
    end.run();
  }
}

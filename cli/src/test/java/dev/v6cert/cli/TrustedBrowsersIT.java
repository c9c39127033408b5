package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.v6cert.acme.localca.LocalAuthority;
import dev.v6cert.acme.localca.LocalAuthorityStore;
import dev.v6cert.acme.state.Pem;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.testing.NetworkNamespace;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Browsers and other clients whose stores {@code trust install} has changed, as they come: they
 * open a server with a certificate of the local CA, and refuse one that a thief signed for a public
 * name with the key in the state directory.
 */
class TrustedBrowsersIT {

  @TempDir static Path directory;

  /** A server, and the names of the requests that reached it. */
  private record Site(String name, HttpsServer server, List<String> requests) {
    int port() {
      return server.getAddress().getPort();
    }

    String url(String path) {
      return "https://" + name + ":" + port() + path;
    }
  }

  private static final List<Site> SITES = new ArrayList<>();
  private static TrustRoot stores = new TrustRoot(Path.of(""), Path.of(""));
  private static V6cert machine = V6cert.here(Path.of(""));
  private static TrustingClients clients = TrustingClients.none();
  private static Browsers browsers = new Browsers(ProcessBuilder::new, Path.of(""));

  @BeforeAll
  static void installTrustAndStealTheKey() throws Exception {
    machine = V6cert.here(Files.createDirectory(directory.resolve("runs")));
    stores = TrustRoot.of("arch", directory);
    browsers = new Browsers(ProcessBuilder::new, stores.home());
    clients = TrustingClients.of(directory, stores, machine.state().resolve("local-ca/root.pem"));
    stores.database(".mozilla/firefox/test.default");
    stores.database(".pki/nssdb");
    assertThat(machine.run("obtain", "--ca", "local", "--domain", "localhost").code()).isZero();
    Path live = machine.state().resolve("live/localhost");
    serve("localhost", live.resolve("fullchain.pem"), live.resolve("privkey.pem"));
    steal("example.com");
    steal("stolen.test");

    assertThat(browsers.chromium(SITES.getFirst().url("/before")))
        .contains("ERR_CERT_AUTHORITY_INVALID");
    trust("install");
  }

  private static void trust(String action) throws Exception {
    Outcome outcome =
        machine.run(
            machine.process(
                List.of("-Dv6cert.trust.root=" + stores.root(), "-Duser.home=" + stores.home()),
                List.of("trust", action, "--yes")));
    assertThat(outcome.code()).as(outcome.toString()).isZero();
  }

  @AfterAll
  static void stop() {
    SITES.forEach(site -> site.server().stop(0));
  }

  /** A certificate by the thief, who has read the state directory. */
  private static void steal(String name) throws Exception {
    LocalAuthority authority =
        new LocalAuthorityStore(new StateDirectory(machine.state())).present();
    String key = new Pem("PRIVATE KEY", authority.key().getEncoded()).text();
    String issuer = LocalAuthorityStore.pem(authority.intermediate());
    Path at = Files.createDirectory(directory.resolve("thief-" + name));
    Files.writeString(at.resolve("ca.key"), key);
    Files.writeString(at.resolve("ca.pem"), issuer);
    Files.writeString(
        at.resolve("ext"), "subjectAltName=DNS:" + name + "\nextendedKeyUsage=serverAuth\n");
    TrustRoot.run(
        List.of(
            "sh",
            "-ec",
            """
            cd "$0"
            openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -subj /CN=thief -out csr
            openssl x509 -req -in csr -CA ca.pem -CAkey ca.key -days 30 -extfile ext -set_serial 7 -out leaf
            cat leaf ca.pem > chain
            """,
            at.toString()));
    serve(name, at.resolve("chain"), at.resolve("key"));
  }

  private static void serve(String name, Path chain, Path key) throws Exception {
    Path file = directory.resolve(name + ".p12");
    TrustRoot.run(
        List.of(
            "openssl",
            "pkcs12",
            "-export",
            "-in",
            chain + "",
            "-inkey",
            key + "",
            "-out",
            file + "",
            "-passout",
            "pass:secret"));
    char[] password = "secret".toCharArray();
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(KeyStore.getInstance(file.toFile(), password), password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 8);
    List<String> requests = new CopyOnWriteArrayList<>();
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/",
        exchange -> {
          requests.add(exchange.getRequestURI().getPath());
          byte[] page = "<p>trusted page</p>".getBytes(StandardCharsets.US_ASCII);
          exchange.getResponseHeaders().set("Content-Type", "text/html");
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    server.start();
    SITES.add(new Site(name, server, requests));
  }

  private static Site local() {
    return SITES.get(0);
  }

  private static Site ofThePublicName() {
    return SITES.get(1);
  }

  /** By the thief, too, but for a name that the CA may sign: only the name makes the difference. */
  private static Site ofThePrivateName() {
    return SITES.get(2);
  }

  @Test
  void chromiumOpensTheLocalPageAndRefusesTheThief() throws Exception {
    assertThat(browsers.chromium(local().url("/chromium"))).contains("trusted page");
    assertThat(browsers.chromium(ofThePrivateName().url("/chromium"))).contains("trusted page");

    assertThat(browsers.chromium(ofThePublicName().url("/chromium")))
        .contains("ERR_CERT_INVALID")
        .doesNotContain("trusted page");
    assertThat(ofThePublicName().requests()).doesNotContain("/chromium");
  }

  @Test
  void firefoxOpensTheLocalPageAndRefusesTheThief() throws Exception {
    Path profile = stores.home().resolve(".mozilla/firefox/test.default");
    Files.writeString(
        profile.resolve("user.js"),
        """
        user_pref("network.dns.localDomains", "example.com,stolen.test");
        user_pref("datareporting.policy.dataSubmissionEnabled", false);
        """);

    browsers.firefox(profile, local().url("/firefox"), 90);
    browsers.firefox(profile, ofThePrivateName().url("/firefox"), 90);
    // It never ends by itself where the page is refused.
    browsers.firefox(profile, ofThePublicName().url("/firefox"), 20);

    assertThat(local().requests()).contains("/firefox");
    assertThat(ofThePrivateName().requests()).contains("/firefox");
    assertThat(ofThePublicName().requests()).doesNotContain("/firefox");
  }

  @Test
  void bothOpenWhatUpServesByTheSameAuthority() throws Exception {
    NetworkNamespace lan = NetworkNamespace.create();
    try (NetworkNamespace router = lan.neighbour()) {
      lan.connect("eth0", router, "eth0");
      lan.run("ip", "address", "add", "192.168.1.10/24", "dev", "eth0");
      lan.run("ip", "route", "add", "default", "via", "192.168.1.1");
      lan.run("mount", "--bind", "/dev/null", "/etc/resolv.conf");
      Path log = directory.resolve("dev-server.log");
      Process server =
          lan.process(List.of("python3", "-m", "http.server", "3000", "--bind", "127.0.0.1"))
              .directory(Files.createDirectory(directory.resolve("site")).toFile())
              .redirectError(log.toFile())
              .start();
      Process up =
          new V6cert(lan::process, machine.home())
              .process(
                  List.of("--sun-misc-unsafe-memory-access=allow"),
                  List.of("up", "3000", "--local", "--public", "--no-inspect"))
              .redirectError(directory.resolve("up.err").toFile())
              .start();
      try {
        String link = up.inputReader(StandardCharsets.UTF_8).readLine();
        assertThat(link)
            .as(Files.readString(directory.resolve("up.err")))
            .isEqualTo("https://192-168-1-10.sslip.io/");
        Browsers inside = new Browsers(lan::process, stores.home());
        for (String url : List.of(link, "https://localhost/")) {
          assertThat(inside.chromium(url)).as(url).contains("Directory listing for /");
        }
        Path profile = stores.database(".mozilla/firefox/up.default");
        trust("install");
        Files.writeString(
            profile.resolve("user.js"),
            "user_pref(\"network.dns.localDomains\", \"192-168-1-10.sslip.io\");\n");
        inside.firefox(profile, link + "firefox", 60);
        assertThat(log).content().contains("GET /firefox");
      } finally {
        server.destroyForcibly();
        up.destroy();
        assertThat(up.waitFor(10, TimeUnit.SECONDS)).isTrue();
      }
    } finally {
      lan.close();
    }
  }

  @Test
  void chromiumLearnsFromTheSharedPageWhetherItTrustsTheRoot() throws Exception {
    Process share =
        machine
            .process(
                List.of(), List.of("trust", "share", "--address", "127.0.0.1", "--share-port", "0"))
            .start();
    try {
      String link = share.inputReader(StandardCharsets.UTF_8).readLine();
      String budget = "--virtual-time-budget=5000";
      Browsers stranger =
          new Browsers(ProcessBuilder::new, Files.createDirectory(directory.resolve("stranger")));

      assertThat(stranger.chromium(link, budget)).contains("Not trusted on this device yet");
      assertThat(browsers.chromium(link, budget)).contains("This device trusts it.</p>");
    } finally {
      share.destroy();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"curl", "openssl", "python", "node", "go"})
  void othersDoTheSame(String client) throws Exception {
    for (Site site : SITES) {
      assertThat(browsers.succeeds(clients.command(client, site.name(), site.port())))
          .as("%s %s", client, site.name())
          .isEqualTo(!site.equals(ofThePublicName()));
    }
  }

  @Test
  void eachJavaAtHandDoesTheSame() throws Exception {
    for (Path java : clients.javas()) {
      for (Site site : SITES) {
        assertThat(browsers.succeeds(clients.java(java, site.name(), site.port())))
            .as("%s %s", java, site.name())
            .isEqualTo(!site.equals(ofThePublicName()));
      }
    }
  }
}

package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.NetworkNamespace;
import dev.v6cert.testing.TestAuthority;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code v6cert up}, seen from the internet by curl. */
class UpIT {

  private static final String URL = "https://" + TestNetwork.NAME;

  @RegisterExtension static final RunningNetwork network = new RunningNetwork();

  @TempDir Path home;
  V6cert machine;
  private final List<Process> started = new ArrayList<>();

  @BeforeAll
  static void make(@TempDir Path home) throws Exception {
    Path resolver =
        Files.writeString(home.resolve("resolv2"), "nameserver " + TestNetwork.INTERNET + "\n");
    network.internet().run("mount", "--bind", resolver.toString(), "/etc/resolv.conf");
  }

  @BeforeEach
  void home() {
    machine = network.machine(home);
  }

  @AfterEach
  void stop() throws InterruptedException {
    for (Process process : started) {
      process.destroy();
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** A server of the machine for the files of a folder. */
  private Process serve(int port, Path folder) throws IOException {
    Process server =
        network
            .namespace()
            .process(
                List.of(
                    "python3",
                    "-u",
                    "-m",
                    "http.server",
                    port + "",
                    "--bind",
                    "127.0.0.1",
                    "-d",
                    folder + ""))
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("server.log").toFile())
            .start();
    started.add(server);
    return server;
  }

  /** A run of {@code up}; returns the line that it prints when it is ready. */
  private String up(String... words) throws IOException {
    List<String> all = new ArrayList<>(List.of("up"));
    all.addAll(List.of(words));
    all.addAll(network.options());
    Process process =
        machine.process(List.of(), all).redirectError(home.resolve("up.err").toFile()).start();
    started.add(process);
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    assertThat(line).as(Files.readString(home.resolve("up.err"))).startsWith("https://");
    return line;
  }

  private Outcome curl(String... words) throws IOException, InterruptedException {
    return curl(network.internet(), words);
  }

  private Outcome curl(NetworkNamespace where, String... words)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("curl", "-s", "-S", "--max-time", "20"));
    all.addAll(List.of("--cacert", network.pebble().issuingRoot().toString()));
    all.addAll(List.of(words));
    return machine.run(where.process(all));
  }

  private String status(String... words) throws IOException, InterruptedException {
    List<String> all =
        new ArrayList<>(List.of("-o", "/dev/null", "-w", "%{http_code} %{http_version}"));
    all.addAll(List.of(words));
    return curl(all.toArray(String[]::new)).out();
  }

  @Test
  void letsInWhoHasTheLinkAndEndsAtOnce() throws Exception {
    Files.writeString(home.resolve("page.txt"), "the page\n");
    serve(3000, home);
    String link = up("3000");

    assertThat(link).startsWith(URL + "/?v6cert=");
    assertThat(status(URL + "/page.txt")).isEqualTo("403 2");
    assertThat(curl("-H", "Accept: text/html", URL + "/page.txt").out())
        .contains("Open the link that v6cert has printed");
    assertThat(Files.readString(home.resolve("up.err"))).contains("http://localhost:4040");
    assertThat(curl(network.namespace(), "http://localhost:4040/").out()).contains("<title>v6cert");
    assertThat(curl("http://[" + TestNetwork.ADDRESS + "]:4040/").code()).isEqualTo(7);
    Path jar = home.resolve("cookies");
    assertThat(status("-c", jar + "", link)).isEqualTo("303 2");
    assertThat(curl("-b", jar + "", URL + "/page.txt").out()).isEqualTo("the page\n");
    assertThat(curl("--http1.1", "-b", jar + "", URL + "/page.txt").out()).isEqualTo("the page\n");
    assertThat(curl("-b", jar + "", "-L", "http://" + TestNetwork.NAME + "/page.txt?a=b").out())
        .isEqualTo("the page\n");
    assertThat(status("-k", "https://[" + TestNetwork.ADDRESS + "]/")).startsWith("403");
    assertThat(Files.readString(home.resolve("server.log"))).doesNotContain("v6cert");

    Process up = started.getLast();
    long start = System.nanoTime();
    up.destroy();
    assertThat(up.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(System.nanoTime() - start).isLessThan(2_000_000_000L);
    assertThat(up.exitValue()).isZero();
    assertThat(Files.readString(home.resolve("up.err"))).endsWith(" stopped\n");
    String again = up("3000", "--public");
    assertThat(again).isEqualTo(URL + "/");
    assertThat(Files.readString(home.resolve("up.err")))
        .contains("kept the certificate")
        .doesNotContain("nothing answers");
    assertThat(curl(URL + "/page.txt").out()).isEqualTo("the page\n");
  }

  @Test
  void servesFoldersAndServersOnOtherPorts() throws Exception {
    Path site = Files.createDirectories(home.resolve("dist"));
    Files.writeString(site.resolve("index.html"), "<p>home\n");
    String link =
        up(site + "", "/api=3001", "--allow", "2a01:4f8:c17:b8f::/64", "--https-port", "8443");

    assertThat(link).isEqualTo(URL + ":8443/");
    assertThat(Files.readString(home.resolve("up.err")))
        .contains("nothing answers at http://localhost:3001 yet");
    assertThat(curl(link).out()).isEqualTo("<p>home\n");
    assertThat(status(link + "api/x")).isEqualTo("502 2");
    assertThat(curl(link + "api/x").out()).startsWith("Nothing answers on http://localhost:3001");
    assertThat(
            curl("-o", "/dev/null", "-w", "%{redirect_url}", "http://" + TestNetwork.NAME + "/x")
                .out())
        .isEqualTo(URL + ":8443/x");
    started.getLast().destroy();
    started.getLast().waitFor();
    up(site + "", "--allow", "2001:db8::/32", "--no-inspect");
    assertThat(Files.readString(home.resolve("up.err"))).doesNotContain("4040");
    assertThat(status(URL + "/")).isEqualTo("403 2");
    assertThat(
            status("-H", "X-Forwarded-For: 2001:db8::1", "-H", "X-Real-IP: 2001:db8::1", URL + "/"))
        .as("what a client says of its address")
        .isEqualTo("403 2");
  }

  @Test
  void handsOnToAServerThatSpeaksHttpsWithWhateverCertificate() throws Exception {
    Files.writeString(home.resolve("page.txt"), "the page\n");
    KeyPair keys = TestAuthority.newKeys();
    TestAuthority unknown = new TestAuthority("of a dev server");
    Path pem =
        Files.writeString(
            home.resolve("dev.pem"),
            TestAuthority.pem(keys.getPrivate())
                + TestAuthority.pem(
                    unknown.leaf(
                        keys.getPublic(),
                        List.of(TestAuthority.dns("dev.example")),
                        Duration.ofDays(1))));
    String program =
        """
        import http.server, os, ssl, sys
        os.chdir(sys.argv[1])
        server = http.server.HTTPServer(("127.0.0.1", 8444), http.server.SimpleHTTPRequestHandler)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(sys.argv[2])
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        print("listening", flush=True)
        server.serve_forever()
        """;
    Process server =
        network
            .namespace()
            .process(List.of("python3", "-c", program, home + "", pem + ""))
            .redirectError(home.resolve("server.log").toFile())
            .start();
    started.add(server);
    assertThat(server.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("listening");

    String link = up("--to", "https://localhost:8444", "--public");

    assertThat(link).isEqualTo(URL + "/");
    assertThat(curl(link + "page.txt").out()).isEqualTo("the page\n");
    assertThat(Files.readString(home.resolve("up.err"))).contains("https://localhost:8444");
  }

  @Test
  void takesFromAFileWhatIsNotTyped() throws Exception {
    Path site = Files.createDirectories(home.resolve("dist"));
    Files.writeString(site.resolve("index.html"), "<p>home\n");
    Path file =
        Files.writeString(
            home.resolve("app.properties"),
            "up.serve = " + site + " /api=3001\nup.public = true\nup.no-inspect = true\n");

    String link = up("--config", file + "");

    assertThat(link).isEqualTo(URL + "/");
    assertThat(curl(link).out()).isEqualTo("<p>home\n");
    assertThat(curl(link + "api/x").out()).startsWith("Nothing answers on http://localhost:3001");
    assertThat(Files.readString(home.resolve("up.err"))).doesNotContain("4040");
    started.getLast().destroy();
    started.getLast().waitFor();
    assertFails(ExitStatus.USAGE, "./typed\" is neither", "./typed", "--config", file + "");
  }

  @Test
  void startsAServerFindsItsPortAndEndsWithIt() throws Exception {
    Files.writeString(home.resolve("page.txt"), "the page\n");
    List<String> all = new ArrayList<>(List.of("up", "--public", "/sub=" + home));
    all.addAll(network.options());
    all.addAll(
        List.of(
            "--",
            "sh",
            "-c",
            "cd '%s'; env > environment; sleep 1; python3 -u -m http.server 3456 --bind 127.0.0.1; :"
                .formatted(home)));
    Process up =
        machine
            .process(List.of(), all)
            .directory(home.toFile())
            .redirectError(home.resolve("up.err").toFile())
            .start();
    started.add(up);
    String link = up.inputReader(StandardCharsets.UTF_8).readLine();
    assertThat(link).as(Files.readString(home.resolve("up.err"))).isEqualTo(URL + "/");
    assertThat(curl(link + "page.txt").out()).isEqualTo("the page\n");
    assertThat(curl(link + "sub/page.txt").out()).isEqualTo("the page\n");
    assertThat(home.resolve("environment"))
        .content()
        .containsPattern("(?m)^PORT=\\d+$")
        .contains("__VITE_ADDITIONAL_SERVER_ALLOWED_HOSTS=" + TestNetwork.NAME + "\n")
        .contains("RAILS_DEVELOPMENT_HOSTS=" + TestNetwork.NAME + "\n");
    String listens = ":0D80 00000000:0000 0A"; // Port 3456.
    assertThat(network.namespace().run("cat", "/proc/net/tcp")).contains(listens);
    up.destroy();
    assertThat(up.waitFor(3, TimeUnit.SECONDS)).isTrue();
    assertThat(network.namespace().run("cat", "/proc/net/tcp")).doesNotContain(listens);
  }

  @Test
  void endsWithACommandThatEnds() throws Exception {
    assertFails(ExitStatus.UNAVAILABLE, "its exit code is 7", "--", "sh", "-c", "sleep 1; exit 7");
    assertFails(ExitStatus.UNAVAILABLE, "its exit code is 3", "--", "sh", "-c", "exit 3");
    assertFails(ExitStatus.USAGE, "cannot start \"no-such-command\"", "--", "no-such-command");
  }

  @Test
  void saysWhatIsWrongBeforeAnythingIsOrdered() throws Exception {
    assertFails(ExitStatus.USAGE, "there is nothing to serve");
    assertFails(ExitStatus.USAGE, "neither a port nor a folder", "./nothing");
    assertFails(ExitStatus.USAGE, "70000 is not a port", "70000");
    assertFails(ExitStatus.USAGE, "--public and --lan are two ways", "3000", "--public", "--lan");
    assertFails(ExitStatus.USAGE, "two things are to be served for every path", "3000", "3001");
    assertFails(ExitStatus.USAGE, "the path /a is there twice", "3000", "/a=1", "/a/=2");
    assertFails(ExitStatus.USAGE, "no such file", "3000", "--basic-auth-file", home + "/none");
    assertFails(ExitStatus.USAGE, "it is not http://HOST:PORT", "--to", "ftp://x");
    assertFails(ExitStatus.USAGE, "it is not http://HOST:PORT", "--to", "unix:app.sock");
    assertThat(machine.state().resolve("live")).doesNotExist();
  }

  @Test
  void namesTheProcessThatHasThePort() throws Exception {
    Process holder =
        machine
            .process(
                List.of(),
                List.of(
                    "dns-server", "--zone", "x", "--listen", "[" + TestNetwork.ADDRESS + "]:443"))
            .start();
    started.add(holder);
    assertThat(holder.inputReader(StandardCharsets.UTF_8).readLine()).startsWith("listening");
    assertFails(ExitStatus.NOT_PERMITTED, "java (process " + holder.pid() + ")", "3000");
    assertThat(machine.state().resolve("live")).doesNotExist();
  }

  @Test
  void aSecondRunIsToldOfTheFirstOrTakesAnotherPort() throws Exception {
    Path site = Files.createDirectories(home.resolve("dist"));
    Files.writeString(site.resolve("index.html"), "<p>home\n");
    Path people = Files.writeString(home.resolve("people"), "ann:secret\n");
    up(site + "", "--public");
    String first = "java (process " + started.getLast().pid() + ")";

    assertFails(ExitStatus.NOT_PERMITTED, first, site + "", "--public");
    String link = up(site + "", "--https-port", "8443", "--basic-auth-file", people + "");
    assertThat(link).isEqualTo(URL + ":8443/");
    assertThat(Files.readString(home.resolve("up.err")))
        .contains("http://localhost:4041", "port 80 is not available", "are not redirected");
    assertThat(status(link)).isEqualTo("401 2");
    assertThat(status("-u", "ann:wrong", link)).isEqualTo("401 2");
    assertThat(curl("-u", "ann:secret", link).out()).isEqualTo("<p>home\n");
    assertThat(curl(URL + "/").out()).isEqualTo("<p>home\n");
  }

  @Test
  void aFolderThatTheUserMayNotReadIsNamed() throws Exception {
    Path closed = Files.createDirectory(home.resolve("closed"));
    Files.setPosixFilePermissions(closed, Set.of());
    List<String> bound = List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search");
    V6cert user =
        new V6cert(
            words ->
                network.namespace().process(Stream.concat(bound.stream(), words.stream()).toList()),
            home);

    Outcome outcome = user.run("up", closed + "");

    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.USAGE.code());
    assertThat(outcome.err())
        .contains("this user may not read the folder " + closed, "chmod a+rX " + closed);
    assertThat(outcome.out()).isEmpty();
  }

  private void assertFails(ExitStatus status, String text, String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of("up"));
    all.addAll(List.of(words));
    all.addAll(1, network.options());
    Outcome outcome = machine.run(all.toArray(String[]::new));

    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(status.code());
    assertThat(outcome.err()).contains(text);
    assertThat(outcome.out()).isEmpty();
  }
}

package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.testing.HomeRouter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The README's three commands without root, on a machine behind a home router that has the public
 * IPv4 address.
 *
 * <pre>
 *   machine 192.168.7.2 ---- 192.168.7.1 router 9.9.9.2 ---- 9.9.9.1 internet (DNS, Pebble)
 * </pre>
 */
class OrdinaryUserIT {

  private static final String NAME = "9-9-9-2." + TestNetwork.ZONE;
  private static final List<String> AS_USER =
      List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs");

  @RegisterExtension static final RunningHomeRouter lan = new RunningHomeRouter();

  private static RunningNetwork network;
  private static HomeRouter router;

  V6cert machine;

  @BeforeAll
  static void make() throws Exception {
    network = lan.network();
    router = lan.router();
    network
        .namespace()
        .run("chmod", "a+rX", network.home() + "", network.pebble().httpsRoot() + "");
  }

  private static ProcessBuilder asUser(List<String> command) {
    return network.namespace().process(Stream.concat(AS_USER.stream(), command.stream()).toList());
  }

  @BeforeEach
  void home(@TempDir Path home) throws Exception {
    network.namespace().run("chown", "65534:65534", home.toString());
    machine = new V6cert(OrdinaryUserIT::asUser, home);
    ProcessBuilder readable =
        asUser(
            List.of(
                "sh",
                "-c",
                "cat \"$0\" \"$1\" >/dev/null",
                System.getProperty("v6cert.lib") + "/v6cert.jar",
                network.pebble().httpsRoot().toString()));
    Outcome outcome = machine.run(readable);
    assumeTrue(outcome.code() == 0, "another user cannot read it: " + outcome.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"PCP", "UPnP"})
  void hasACertificateAndShowsTheDevServer(String protocol) throws Exception {
    if (protocol.equals("UPnP")) {
      router.hide("5351");
    }
    Process dev = devServer();
    try {
      assertThat(machine.run("name", "--open-port").out()).isEqualTo("9-9-9-2.sslip.io\n");

      Outcome obtained = machine.run(network.options(), "obtain", "--open-port");

      assertThat(obtained.code()).as(obtained.toString()).isZero();
      assertThat(obtained.out()).endsWith("https://" + NAME + "/\n");
      assertThat(obtained.err()).contains("port 8080 here (" + protocol + ")");
      router.awaitNoMappings();
      assertThat(shown()).isEqualTo("here\n");
      router.awaitNoMappings();
    } finally {
      dev.destroyForcibly().waitFor();
      router.hideNothing();
    }
  }

  /** A dev server on port 3000 of loopback. */
  private Process devServer() throws IOException {
    Path site = Files.createDirectories(machine.home().resolve("site"));
    Files.writeString(site.resolve("index.html"), "here\n");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return network
        .namespace()
        .process(
            List.of(java, "-m", "jdk.httpserver", "-b", "127.0.0.1", "-p", "3000", "-d", site + ""))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** The dev server's page, as a phone in the Internet gets it by the link that up prints. */
  private String shown() throws Exception {
    List<String> words = new ArrayList<>(List.of("up", "3000", "--open-port"));
    words.addAll(network.options());
    Process up =
        machine
            .process(List.of(), words)
            .redirectError(machine.home().resolve("up.err").toFile())
            .start();
    try {
      String link = up.inputReader(StandardCharsets.UTF_8).readLine();
      assertThat(link)
          .as(Files.readString(machine.home().resolve("up.err")))
          .startsWith("https://" + NAME + "/");
      return network
          .internet()
          .run(
              "curl",
              "-sSL",
              "--cookie",
              "", // Kept, as browsers do.
              "--max-time",
              "10",
              "--cacert",
              network.pebble().issuingRoot() + "",
              "--resolve",
              NAME + ":443:9.9.9.2",
              link);
    } finally {
      up.destroy();
      assertThat(up.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }
}

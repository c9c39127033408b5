package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.testing.HomeRouter;
import java.nio.file.Path;
import java.util.List;
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
    assumeTrue(network.namespace().hasOtherUsers(), "only root may become another user");
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
    try (ShownServer dev = ShownServer.start(network, machine)) {
      assertThat(machine.run("name", "--open-port").out()).isEqualTo("9-9-9-2.sslip.io\n");

      Outcome obtained = machine.run(network.options(), "obtain", "--open-port");

      assertThat(obtained.code()).as(obtained.toString()).isZero();
      assertThat(obtained.out()).endsWith("https://" + NAME + "/\n");
      assertThat(obtained.err()).contains("port 8080 here (" + protocol + ")");
      router.awaitNoMappings();
      assertThat(dev.page(NAME, "9.9.9.2", "--open-port")).isEqualTo("here\n");
      router.awaitNoMappings();
    } finally {
      router.hideNothing();
    }
  }
}

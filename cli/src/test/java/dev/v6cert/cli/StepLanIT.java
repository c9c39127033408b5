package dev.v6cert.cli;

import static dev.v6cert.cli.RunningLanServer.DIRECTORY;
import static dev.v6cert.cli.RunningLanServer.MAGIC;
import static dev.v6cert.cli.RunningLanServer.NAME;
import static dev.v6cert.cli.RunningLanServer.PEER;
import static dev.v6cert.cli.RunningLanServer.names;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The ACME server of the local CA with step, which knows no external accounts. */
class StepLanIT extends LanClientFixture {

  @RegisterExtension static final RunningLanServer lan = new RunningLanServer();

  private String step = "";
  private Path root = Path.of("");

  StepLanIT() {
    super(LanCall.Client.STEP, lan, Map.of());
  }

  @Override
  Map<String, String> environment() {
    return Map.of("STEPPATH", home.resolve("step").toString());
  }

  private Path chain() {
    return home.resolve("step.crt");
  }

  private List<String> certificate(String name, String... more) {
    return certificate(OPEN, name, List.of(more));
  }

  private List<String> certificate(String server, String name, List<String> more) {
    return joined(
        List.of(
            step,
            "ca",
            "certificate",
            name,
            chain() + "",
            home.resolve("step.key") + "",
            "--force",
            "--acme=" + server,
            "--root=" + root),
        more.toArray(String[]::new));
  }

  @Test
  void makesEachCallThatItHas() throws Exception {
    step = program("step", "go install github.com/smallstep/cli/cmd/step@v0.30.2");
    root = running.root();
    assertThat(refused(certificate(DIRECTORY, NAME, List.of("--standalone"))))
        .contains("an account needs the credentials");
    made(LanCall.WITHOUT_CREDENTIALS);
    OpenServer first = openServer();
    try (first) {
      root = first.root();
      obtains();
      isRefused();
      renews(first);
    }
    assertAllMade();
  }

  private void obtains() throws Exception {
    done(certificate(NAME, "--standalone"));
    assertThat(names(chain())).containsExactly(NAME);
    assertThat(key(chain())).contains("P-256");
    done(certificate(NAME, "--standalone", "--san=" + NAME, "--san=" + MAGIC));
    assertThat(names(chain())).containsExactlyInAnyOrder(NAME, MAGIC);
    done(certificate(PEER, "--standalone", "--kty=EC", "--curve=P-384"));
    assertThat(names(chain())).containsExactly(PEER);
    assertThat(key(chain())).contains("P-384");
    done(certificate(NAME, "--standalone", "--kty=RSA", "--size=2048"));
    assertThat(key(chain())).contains("2048 bit");
    Process web = running.webServer(home);
    try {
      done(certificate(NAME, "--webroot=" + home));
    } finally {
      web.destroyForcibly();
    }
    Path own = home.resolve("own.crt");
    done(
        List.of(
            step,
            "ca",
            "sign",
            signingRequest(NAME, MAGIC) + "",
            own + "",
            "--acme=" + OPEN,
            "--root=" + root,
            "--standalone",
            "--force"));
    assertThat(names(own)).containsExactlyInAnyOrder(NAME, MAGIC);
    made(
        LanCall.OPEN_SERVER,
        LanCall.HTTP_01,
        LanCall.EC_256,
        LanCall.SEVERAL_NAMES,
        LanCall.MAGIC_NAME,
        LanCall.ADDRESS,
        LanCall.EC_384,
        LanCall.RSA_2048,
        LanCall.WEB_ROOT,
        LanCall.OWN_CSR);
  }

  private void isRefused() throws Exception {
    assertThat(refused(certificate("other.home.arpa", "--standalone"))).isNotEmpty();
    assertThat(read(home.resolve("open/serve.log"))).contains("other.home.arpa");
    assertThat(refused(certificate("www.example.com", "--standalone")))
        .contains("www.example.com is not in");
    made(LanCall.NAME_OF_ANOTHER, LanCall.PUBLIC_NAME);
  }

  /** It issues again, with another account. */
  private void renews(OpenServer first) throws Exception {
    String before = Files.readString(chain());
    done(certificate(NAME, "--standalone"));
    String second = Files.readString(chain());
    assertThat(second).isNotEqualTo(before);
    first.process().destroyForcibly().waitFor();
    try (OpenServer _ = openServer()) {
      done(certificate(NAME, "--standalone"));
    }
    assertThat(chain()).content().isNotEqualTo(second);
    made(LanCall.RENEWAL, LanCall.AFTER_A_KILL);
  }
}

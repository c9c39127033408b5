package dev.v6cert.cli;

import static dev.v6cert.cli.TestNetwork.ADDRESS;
import static dev.v6cert.cli.TestNetwork.NAME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.Pebble;
import dev.v6cert.testing.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A wildcard where {@code dns-server} has port 53, as the package starts it: by another user, with
 * a runtime directory of its own. The zone that it serves is not that of the name.
 */
class HandoverIT {

  @RegisterExtension
  static final RunningNetwork NETWORK =
      new RunningNetwork(pebble -> pebble.dnsServer(RunningResolver.SOCKET));

  private static final String RUNTIME = "/run/v6cert-dns";
  private static final String OTHER_USER = "65534";

  private static final List<AutoCloseable> RUNNING = new ArrayList<>();

  @TempDir Path home;

  @BeforeAll
  static void startServers() throws Exception {
    assumeTrue(NETWORK.namespace().hasOtherUsers(), "only root may become another user");
    String setpriv = Program.find("setpriv", "util-linux");
    RUNNING.add(RunningResolver.start(NETWORK.internet(), NETWORK.home()));
    NETWORK.namespace().run("mount", "-t", "tmpfs", "none", "/run");
    NETWORK.namespace().run("install", "-d", "-m", "0700", "-o", OTHER_USER, RUNTIME);
    RUNNING.add(server(setpriv)::destroy);
  }

  private static Process server(String setpriv) throws IOException {
    V6cert asOther =
        new V6cert(
            command -> {
              List<String> all =
                  new ArrayList<>(
                      List.of(
                          setpriv,
                          "--reuid=" + OTHER_USER,
                          "--clear-groups",
                          "--inh-caps=-all,+net_bind_service",
                          "--ambient-caps=-all,+net_bind_service",
                          "--bounding-set=-all,+net_bind_service"));
              all.addAll(command);
              return NETWORK.namespace().process(all);
            },
            NETWORK.home());
    ProcessBuilder builder =
        asOther
            .process(
                List.of(),
                List.of("dns-server", "--zone=other.test", "--listen=[" + ADDRESS + "]:53"))
            .redirectError(NETWORK.home().resolve("server.log").toFile());
    Map<String, String> environment = builder.environment();
    environment.put("RUNTIME_DIRECTORY", RUNTIME);
    Process server = builder.start();
    String line = server.inputReader(StandardCharsets.UTF_8).readLine();
    assertThat(line)
        .as(Files.readString(NETWORK.home().resolve("server.log")))
        .startsWith("listening");
    return server;
  }

  @AfterAll
  static void stopServers() throws Exception {
    for (AutoCloseable one : RUNNING) {
      one.close();
    }
  }

  private String answer(String name, String type) throws IOException {
    String dig = Program.find("dig", "bind9-dnsutils");
    return NETWORK.namespace().run(dig, "@" + ADDRESS, "+norecurse", "+time=5", name, type);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dns-01", "dns-account-01"})
  void theServerAnswersForTheOrderAndNoLonger(String challenge) throws Exception {
    Pebble.need(challenge);
    V6cert machine = NETWORK.machine(home);
    List<String> all = new ArrayList<>(NETWORK.options());
    all.addAll(List.of("--wildcard", "--challenge", challenge));

    Outcome outcome = machine.run(all, "obtain");

    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.DONE.code());
    assertThat(outcome.err()).contains("*." + NAME + " validated");
    assertThat(answer("_acme-challenge." + NAME, "TXT")).contains("status: REFUSED");

    Outcome renewal = machine.runValidated("renew", "--force");

    assertThat(renewal.code()).as(renewal.toString()).isEqualTo(ExitStatus.DONE.code());

    Outcome check = machine.run(NETWORK.options().subList(0, 6), "check", "--wildcard");

    assertThat(check.out()).contains("v6cert dns-server has port 53, and answers the CA");
  }

  @Test
  void itsOwnZoneIsAnsweredAllTheWhile() throws Exception {
    assertThat(answer("2001-db8--1.other.test", "AAAA")).contains("2001:db8::1");
    assertThat(NETWORK.namespace().run("stat", "-c", "%a %u", RUNTIME + "/txt.socket").strip())
        .isEqualTo("600 " + OTHER_USER);
  }
}

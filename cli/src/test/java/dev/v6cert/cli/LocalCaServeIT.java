package dev.v6cert.cli;

import static dev.v6cert.cli.RunningLanServer.DIRECTORY;
import static dev.v6cert.cli.RunningLanServer.MAGIC;
import static dev.v6cert.cli.RunningLanServer.NAME;
import static dev.v6cert.cli.RunningLanServer.PEER;
import static dev.v6cert.cli.RunningLanServer.SERVER;
import static dev.v6cert.cli.RunningLanServer.names;
import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The ACME server of the local CA with our own client, and what it refuses to do. */
class LocalCaServeIT {

  @RegisterExtension static final RunningLanServer running = new RunningLanServer();

  @TempDir Path home;
  V6cert machine = V6cert.here(Path.of(""));

  @BeforeEach
  void start() {
    machine = new V6cert(running.peer()::process, home);
  }

  @Nested
  class OurOwnClient {

    private Outcome obtain(String... words) throws Exception {
      List<String> all = new ArrayList<>(List.of("obtain", "--ca", DIRECTORY));
      all.addAll(List.of("--ca-root", running.root().toString(), "--no-dns-check"));
      all.addAll(List.of("--eab-kid", running.keyId, "--eab-hmac", running.hmacKey, "--agree-tos"));
      all.addAll(List.of(words));
      return machine.run(all.toArray(String[]::new));
    }

    private void obtained(String... words) throws Exception {
      Outcome outcome = obtain(words);
      assertThat(outcome.code()).as(outcome.toString()).isZero();
    }

    @Test
    void obtainsRenewsAndForces() throws Exception {
      obtained("--domain", NAME);
      Path live = machine.state().resolve("live").resolve(NAME);
      assertThat(names(live.resolve("fullchain.pem"))).containsExactly(NAME);
      running.verified(live.resolve("fullchain.pem"));

      assertThat(machine.run("renew").err()).contains("is not due before");
      Outcome renewed = machine.run("renew", "--force");
      assertThat(renewed.code()).as(renewed.toString()).isZero();
      obtained("--domain", NAME, "--force", "--challenge", "tls-alpn-01", "--key-type", "rsa2048");
      running.verified(live.resolve("fullchain.pem"));
      Outcome account =
          machine.run("account", "show", "--ca", DIRECTORY, "--ca-root", running.root().toString());
      assertThat(account.out()).contains("valid");
    }

    @Test
    void obtainsByAWebServersFolderAndChangesItsAccount() throws Exception {
      Process web = running.webServer(home);
      try {
        obtained("--domain", NAME, "--webroot", home.toString(), "--lineage", "webroot");
      } finally {
        web.destroyForcibly();
      }
      running.verified(machine.state().resolve("live/webroot/fullchain.pem"));
      List<String> ca = List.of("--ca", DIRECTORY, "--ca-root", running.root().toString());
      Outcome changed = machine.run(ca, "account", "update", "--email", "you@example.org");
      assertThat(changed.code()).as(changed.toString()).isZero();
      assertThat(machine.run(ca, "account", "show").out()).contains("you@example.org");
      assertThat(machine.run("account", "list").out()).contains(SERVER);
    }

    @Test
    void obtainsForItsMagicName() throws Exception {
      obtained("--domain", MAGIC, "--domain", NAME);

      assertThat(names(machine.state().resolve("live").resolve(MAGIC).resolve("fullchain.pem")))
          .containsExactlyInAnyOrder(MAGIC, NAME);
    }

    @Test
    void obtainsForItsAddressAndTheNameMadeOfIt() throws Exception {
      obtained("--ip", "--challenge", "tls-alpn-01");
      Path live = machine.state().resolve("live");
      assertThat(names(live.resolve("ip-" + PEER).resolve("fullchain.pem"))).containsExactly(PEER);
      obtained();
      obtained("--address", PEER, "--force", "--lineage", "typed");
      assertThat(names(live.resolve(MAGIC).resolve("fullchain.pem"))).containsExactly(MAGIC);

      running.peer().run("ip", "address", "del", PEER + "/24", "dev", "eth0");
      running.peer().run("ip", "address", "add", "192.168.1.21/24", "dev", "eth0");
      try {
        Outcome moved = machine.run("renew", "--lineage", "ip-" + PEER);
        assertThat(moved.code()).as(moved.toString()).isZero();
        assertThat(names(live.resolve("ip-" + PEER).resolve("fullchain.pem")))
            .containsExactly("192.168.1.21");
      } finally {
        running.peer().run("ip", "address", "del", "192.168.1.21/24", "dev", "eth0");
        running.peer().run("ip", "address", "add", PEER + "/24", "dev", "eth0");
      }
    }

    @Test
    void takesTheAddressThatItsRequestsComeFromBesideAPublicOne() throws Exception {
      String publicAddress = "2600:1f18::20/64";
      running.peer().run("ip", "address", "add", publicAddress, "dev", "eth0", "nodad");
      try {
        obtained("--domain", NAME);
        obtained("--ip");
        obtained();
        Path live = machine.state().resolve("live");
        assertThat(names(live.resolve("ip-" + PEER).resolve("fullchain.pem")))
            .containsExactly(PEER);
        assertThat(names(live.resolve(MAGIC).resolve("fullchain.pem"))).containsExactly(MAGIC);
        Outcome renewed = machine.run("renew", "--force");
        assertThat(renewed.code()).as(renewed.toString()).isZero();
        for (int i = 0; i < 2; i++) { // Of a lineage that is new, and one that follows the address.
          obtained("--ip", "--lineage", "named", "--force");
          assertThat(names(live.resolve("named/fullchain.pem"))).containsExactly(PEER);
        }

        Outcome typed = obtain("--domain", NAME, "--family", "ipv6", "--force");
        assertThat(typed.code()).as(typed.toString()).isEqualTo(ExitStatus.REFUSED.code());
        assertThat(typed.err())
            .contains("port 80 of " + PEER + " does not answer", "--address")
            .doesNotContain("firewall");
        Outcome magic = obtain("--family", "ipv6");
        assertThat(magic.err()).contains("leads to 2600:1f18::20, which is not private");
      } finally {
        running.peer().run("ip", "address", "del", publicAddress, "dev", "eth0");
      }
    }

    @Test
    void triesNoOtherAddressThanTheOneThatItsRequestsComeFrom() throws Exception {
      String nft = Program.find("nft", "nftables");
      String server = "[fd00:1::10]:8561";
      running.lan().run("ip", "address", "add", "fd00:1::10/64", "dev", "eth0", "nodad");
      running.peer().run("ip", "address", "add", "fd00:1::20/64", "dev", "eth0", "nodad");
      running.peer().run(nft, "add table ip6 shut");
      running.peer().run(nft, "add chain ip6 shut input { type filter hook input priority 0; }");
      running.peer().run(nft, "add rule ip6 shut input tcp dport 80 reject with tcp reset");
      V6cert ca = new V6cert(running.lan()::process, Files.createDirectories(home.resolve("ca")));
      String directory = "https://" + server + "/acme/directory";
      Process serving = RunningLanServer.serve(ca, directory, "--no-eab", "--listen", server);
      try {
        Path root = ca.state().resolve("local-ca/root.pem");
        List<String> options =
            List.of("--ca", directory, "--ca-root", root + "", "--agree-tos", "--no-dns-check");
        Outcome outcome = machine.run(options, "obtain", "--ip", "--no-firewall-check");

        assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.REFUSED.code());
        assertThat(outcome.err())
            .contains("error: the CA could not validate fd00:1::20")
            .doesNotContain("trying");
      } finally {
        serving.destroy();
        assertThat(serving.waitFor()).isZero();
        running.peer().run(nft, "delete table ip6 shut");
        running.peer().run("ip", "address", "del", "fd00:1::20/64", "dev", "eth0");
        running.lan().run("ip", "address", "del", "fd00:1::10/64", "dev", "eth0");
      }
    }

    @Test
    void isRefusedForItsAddressByPublicAuthorities() throws Exception {
      Outcome chosen = machine.run("obtain", "--agree-tos", "--ip");
      Outcome typed = machine.run("obtain", "--agree-tos", "--address", PEER);

      assertThat(chosen.code()).as(chosen.toString()).isEqualTo(ExitStatus.NO_ADDRESS.code());
      assertThat(chosen.err()).contains("IPv4: private only", "up --local or --ca local");
      assertThat(typed.code()).as(typed.toString()).isEqualTo(ExitStatus.NO_ADDRESS.code());
      assertThat(typed.err()).contains(PEER + " cannot be used", "v6cert obtain --ca local");
    }

    @Test
    void rehearsesAndEndsItsAccount() throws Exception {
      obtained("--domain", NAME, "--dry-run");
      assertThat(machine.state().resolve("live").resolve(NAME)).doesNotExist();
      obtained("--domain", NAME);
      String[] ca = {"--ca", DIRECTORY, "--ca-root", running.root().toString()};
      Outcome rollover = machine.run("account", "rollover", ca[0], ca[1], ca[2], ca[3]);
      assertThat(rollover.code()).isEqualTo(ExitStatus.CONFIGURATION.code());
      assertThat(rollover.err()).contains("has no change of an account's key");
      Outcome revoked = machine.run("revoke", NAME, "--yes");
      assertThat(revoked.code()).as(revoked.toString()).isNotZero();
      assertThat(revoked.err()).contains("a local CA revokes nothing");
      Outcome ended = machine.run("account", "deactivate", "--yes", ca[0], ca[1], ca[2], ca[3]);
      assertThat(ended.code()).as(ended.toString()).isZero();
    }

    @Test
    void isToldWhyThereIsNoCertificate() throws Exception {
      Outcome foreign = obtain("--domain", "other.home.arpa");
      assertThat(foreign.code()).isNotZero();
      assertThat(foreign.err())
          .contains("other.home.arpa does not lead to 192.168.1.20, from where the request came")
          .contains("have the CA's host look other.home.arpa up")
          .doesNotContain("another server");

      Outcome open = obtain("--domain", "www.example.com");
      assertThat(open.code()).isNotZero();
      assertThat(open.err()).contains("www.example.com is not in localhost, local, internal");
    }
  }

  @Nested
  class Refuses {

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "serve --allow 8.8.8.0/24 | 64 | it is not a private network",
          "serve --allow 192.168.1.7/24 | 64 | has bits set behind the prefix length",
          "serve --listen 192.168.1.10 | 64 | it is not ADDRESS:PORT",
          "serve --name *.test | 64 | *.test",
          "serve --pem | 64 | --pem is for v6cert local-ca show",
          "show --no-eab | 64 | --no-eab is for v6cert local-ca serve",
          "rotate --new --yes | 64 | --new is for v6cert local-ca credentials",
          "serve --zone com | 64 | the zone com is too wide",
          "serve --listen 192.168.1.10:8555 | 77 | stop it, or choose another port",
          "serve --listen 192.168.7.7:8555 | 77 | lists the ones it has; type one of them",
        })
    void inOneError(String words, int code, String reason) throws Exception {
      V6cert other = new V6cert(running.lan()::process, home);
      List<String> all = new ArrayList<>(List.of("local-ca"));
      all.addAll(List.of(words.split(" ", -1)));

      Outcome outcome = other.run(all.toArray(String[]::new));

      assertThat(outcome.code()).as(outcome.toString()).isEqualTo(code);
      assertThat(outcome.err()).contains(reason);
      assertThat(outcome.err().lines().filter(line -> line.startsWith("error:"))).hasSize(1);
      assertThat(outcome.out()).isEmpty();
    }

    @Test
    void aSecondServerOfTheSameState() throws Exception {
      Outcome outcome = running.server.run("local-ca", "serve", "--listen", SERVER + ":8556");

      assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.TEMPORARY.code());
    }

    @Test
    void aClockBeforeTheRoot() throws Exception {
      Assumptions.assumeTrue(
          Files.isExecutable(Path.of("/usr/bin/faketime")), "faketime is not installed");
      ProcessBuilder run =
          running.server.process(
              List.of(), List.of("local-ca", "serve", "--listen", SERVER + ":8557"));
      List<String> command = new ArrayList<>(run.command());
      int java = command.indexOf(Path.of(System.getProperty("java.home"), "bin/java") + "");
      command.addAll(java, List.of("/usr/bin/faketime", "-f", "-30 days"));

      Outcome outcome = running.server.run(run.command(command));

      assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.CONFIGURATION.code());
      assertThat(outcome.err()).contains("the clock is before the root of the local CA");
    }
  }

  @Nested
  class TheCredentials {

    @Test
    void areKeptOutOfTheLogAndReplacedOnRequest() throws Exception {
      assertThat(running.log()).doesNotContain(running.hmacKey);
      Outcome same = running.server.run("local-ca", "credentials", "--listen", SERVER + ":8555");
      assertThat(same.out()).contains(DIRECTORY, running.keyId, running.hmacKey, "root sha-256");

      V6cert other = new V6cert(running.lan()::process, home);
      String first =
          RunningLanServer.value(other.run("local-ca", "credentials", "--json").out(), "eab_kid");
      Outcome renewed = other.run("local-ca", "credentials", "--new", "--json");

      assertThat(RunningLanServer.value(renewed.out(), "eab_kid")).isNotEqualTo(first);
      assertThat(other.state().resolve("local-ca/acme/credentials.properties")).isNotEmptyFile();
    }
  }
}

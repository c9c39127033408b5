package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The accounts with a CA that wants one made on its own site first. */
class AccountIT {

  private static final String SECRET =
      "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W";
  private static final int USAGE = ExitStatus.USAGE.code();
  private static final int CONFIGURATION = ExitStatus.CONFIGURATION.code();

  @RegisterExtension
  static final RunningNetwork network =
      new RunningNetwork(settings -> settings.externalAccounts(Map.of("kid-1", SECRET)));

  V6cert machine;

  @BeforeEach
  void makeAMachine(@TempDir Path home) {
    machine = network.machine(home);
  }

  private Outcome obtain(String... words) throws Exception {
    List<String> all = new ArrayList<>(network.options());
    all.addAll(List.of(words));
    return machine.run(all, "obtain");
  }

  private Outcome account(String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of("account"));
    all.addAll(List.of(words));
    List<String> options =
        List.of(
            "--ca",
            network.pebble().directory() + "",
            "--ca-root",
            network.pebble().httpsRoot() + "");
    return machine.run(options, all.toArray(String[]::new));
  }

  @Test
  void withoutItsCredentialsNothingIsAskedOfTheCa() throws Exception {
    Outcome outcome = obtain();

    assertThat(outcome.code()).isEqualTo(CONFIGURATION);
    assertThat(outcome.err()).contains("its own site", "--eab-kid ID and --eab-hmac-file FILE");
    assertThat(outcome.err()).doesNotContain("order placed");
  }

  @Test
  void wrongCredentialsAreToldWithTheOptionsToLookAt() throws Exception {
    String other = SECRET.replace('z', 'y');
    for (List<String> wrong : List.of(List.of("kid-2", SECRET), List.of("kid-1", other))) {
      Outcome outcome = obtain("--eab-kid", wrong.getFirst(), "--eab-hmac", wrong.getLast());

      assertThat(outcome.code()).isEqualTo(ExitStatus.REFUSED.code());
      assertThat(outcome.err().lines().toList().getLast()).contains("--eab-kid", "--eab-hmac-file");
    }
  }

  @Test
  void aRevocationWithoutItsAccountNamesTheOptionThatNeedsNone() throws Exception {
    assertThat(obtain("--eab-kid", "kid-1", "--eab-hmac", SECRET).code()).isZero();
    try (Stream<Path> tree = Files.walk(machine.state().resolve("accounts"))) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }

    Outcome lost = machine.run("revoke", TestNetwork.NAME, "--yes");
    assertThat(lost.code()).isEqualTo(CONFIGURATION);
    assertThat(lost.err().lines().toList().getLast()).contains("--by-key");

    assertThat(obtain("--eab-kid", "kid-1", "--eab-hmac", SECRET, "--force").code()).isZero();
    Path archive = machine.state().resolve("archive").resolve(TestNetwork.NAME);
    Path live = machine.state().resolve("live").resolve(TestNetwork.NAME);
    Files.delete(live);
    Files.createSymbolicLink(live, Path.of("../archive", TestNetwork.NAME, "1"));
    assertThat(archive.resolve("1")).isDirectory();

    Outcome other = machine.run("revoke", TestNetwork.NAME, "--yes");
    assertThat(other.code()).as(other.toString()).isEqualTo(ExitStatus.REFUSED.code());
    assertThat(other.err().lines().toList().getLast()).contains("--by-key");
    assertThat(machine.run("revoke", TestNetwork.NAME, "--yes", "--by-key").code()).isZero();
  }

  @Test
  void halfOfTheCredentialsAreRefused() throws Exception {
    assertThat(obtain("--eab-kid", "kid-1").code()).isEqualTo(USAGE);
    assertThat(obtain("--eab-hmac", SECRET).code()).isEqualTo(USAGE);
    Outcome garbage = obtain("--eab-kid", "kid-1", "--eab-hmac", "not base64url!");
    assertThat(garbage.code()).isEqualTo(USAGE);
    assertThat(garbage.err()).contains("base64url").doesNotContain("not base64url!");
    assertThat(obtain("--eab-kid", "k", "--eab-hmac-file", "/nowhere").err())
        .contains("no such file");
  }

  @Test
  void itIsOpenedKeptUpAndEnded() throws Exception {
    Path secret = Files.writeString(machine.home().resolve("hmac"), SECRET + "\n");
    assertThat(account("show").err()).contains("there is no account");
    Outcome obtained = obtain("--eab-kid", "kid-1", "--eab-hmac-file", secret + "");
    assertThat(obtained.code()).as(obtained.toString()).isZero();

    assertThat(machine.run("account", "list").out())
        .contains(network.pebble().directory() + "", "default");
    assertThat(account("update", "--email", "me@example.org").out())
        .contains("mailto:me@example.org");
    assertThat(account("rollover").out()).contains("valid");
    Outcome renewed = machine.run("renew", "--force");
    assertThat(renewed.code()).as(renewed.toString()).isZero();
    assertThat(account("deactivate").err()).contains("add --yes");
    assertThat(account("deactivate", "--yes", "--json").out()).contains("\"deactivated\"");
    assertThat(machine.run("account", "list").err()).contains("no accounts");
  }

  @Test
  void anotherOneIsKnownByItsName() throws Exception {
    List<String> words =
        List.of("--eab-kid", "kid-1", "--eab-hmac", SECRET, "--account", "work", "--lineage", "w");
    Outcome obtained = obtain(words.toArray(String[]::new));

    assertThat(obtained.code()).as(obtained.toString()).isZero();
    assertThat(machine.run("show", "w").out()).contains("account      work\n");
    assertThat(machine.run("account", "list").out()).contains("work").doesNotContain("default");
  }

  @Test
  void itsSecretIsNotPrintedByConfig() throws Exception {
    Path file =
        Files.writeString(machine.home().resolve("settings"), "eab-hmac = " + SECRET + "\n");

    assertThat(machine.run("config", "--config", file + "").out())
        .contains("(secret)")
        .doesNotContain(SECRET);
  }

  @Test
  void anActionThatThereIsNotIsTold() throws Exception {
    assertThat(account("lst").err()).contains("did you mean list?");
    assertThat(account("update").err()).contains("--email");
  }
}

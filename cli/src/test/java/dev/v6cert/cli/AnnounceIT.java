package dev.v6cert.cli;

import static dev.v6cert.cli.TestNetwork.ADDRESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code announce} at our own DNS server, which Pebble asks, while the address changes. */
class AnnounceIT {
  private static final String SERVER = "2a01:4f8:c17:b8f::4";
  private static final String OTHER = "2a01:4f8:c17:b8f::77";
  private static final String SECRET = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
  private static final String NAME = "pi.ours.test";

  @RegisterExtension
  final RunningNetwork network =
      new RunningNetwork(pebble -> pebble.dnsServer("[" + SERVER + "]:53"));

  @TempDir Path home;
  private V6cert machine = V6cert.here(Path.of(""));
  private List<Process> running = List.of();

  @BeforeEach
  void startServer() throws Exception {
    // Deprecated, so that it is never the machine's own choice.
    network
        .namespace()
        .run("ip", "address", "add", SERVER + "/64", "dev", "eth0", "nodad", "preferred_lft", "0");
    machine = network.machine(home);
    Path grants = key("v6cert", "grant v6cert name " + NAME + " A AAAA;\n");
    Process server =
        machine
            .process(
                List.of(),
                List.of(
                    "dns-server",
                    "--listen=[" + SERVER + "]:53",
                    "--challenge-zone=ours.test",
                    "--ns=ns.ours.test=" + SERVER,
                    "--store=" + home.resolve("store"),
                    "--update-key=" + grants))
            .start();
    running = List.of(server);
    assertThat(server.inputReader(StandardCharsets.UTF_8).readLine()).startsWith("listening");
  }

  @AfterEach
  void stopServer() throws InterruptedException {
    for (Process process : running) {
      process.destroy();
      int _ = process.waitFor();
    }
  }

  private Path key(String name, String more) throws IOException {
    Path file =
        Files.writeString(
            home.resolve(name + (more.isEmpty() ? ".key" : ".keys")),
            "key \"%s\" { algorithm hmac-sha256; secret \"%s\"; };\n%s"
                .formatted(name, SECRET, more));
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private Outcome announce(String... options) throws Exception {
    List<String> all = new ArrayList<>(List.of("announce"));
    all.addAll(List.of("--rfc2136=" + SERVER, "--tsig-key=" + key("v6cert", "")));
    all.addAll(List.of(options));
    return machine.run(all.toArray(String[]::new));
  }

  private String served(String type) throws IOException {
    String dig = Program.find("dig", "bind9-dnsutils");
    return network.namespace().run(dig, "@" + SERVER, "+noall", "+answer", NAME, type).strip();
  }

  @Test
  void theNameFollowsTheAddressAndGetsACertificate() throws Exception {
    Outcome first = announce(NAME);
    assertThat(first.code()).as(first.toString()).isZero();
    assertThat(first.out().strip()).isEqualTo(NAME + " leads to " + ADDRESS);
    assertThat(served("AAAA")).contains("\t60\tIN\tAAAA\t" + ADDRESS);

    Outcome again = announce(NAME);
    assertThat(again.code()).isZero();
    assertThat(again.out() + again.err()).isEmpty();
    assertThat(announce(NAME, "--json").out()).contains("\"changed\": false");

    network.namespace().addAddress("eth0", OTHER + "/64");
    network.namespace().run("ip", "address", "del", ADDRESS + "/64", "dev", "eth0");
    Outcome moved = announce(NAME, "--json");
    assertThat(moved.code()).as(moved.toString()).isZero();
    assertThat(moved.out()).contains(OTHER, "\"changed\": true");
    assertThat(served("AAAA")).contains("AAAA\t" + OTHER).doesNotContain(ADDRESS);

    Files.writeString(network.home().resolve("resolv.conf"), "nameserver " + SERVER + "\n");
    List<String> all = new ArrayList<>(network.options());
    all.subList(0, 2).clear(); // --zone
    all.addAll(List.of("--domain", NAME));
    Outcome obtained = machine.run(all, "obtain");
    assertThat(obtained.code()).as(obtained.toString()).isZero();
  }

  @Test
  void anAddressOfOneFamilyTakesThePlaceOfThoseOfBoth() throws Exception {
    assertThat(announce(NAME, "--address=2001:db8::1", "--ttl=5").code()).isZero();
    assertThat(served("AAAA")).contains("\t5\tIN\tAAAA\t2001:db8::1");
    assertThat(announce(NAME, "--address=192.0.2.1").code()).isZero();
    assertThat(served("AAAA")).isEmpty();
    assertThat(served("A")).endsWith("A\t192.0.2.1");
  }

  @Test
  void aRenewalKeepsTheNameOnTheAddressBySettingsOfAFile() throws Exception {
    Path settings =
        Files.writeString(
            home.resolve("settings"),
            "announce=%s\nrfc2136=%s\ntsig-key=%s\n".formatted(NAME, SERVER, key("v6cert", "")));
    String config = "--config=" + settings;

    Outcome first = machine.run("renew", config);
    assertThat(first.code()).as(first.toString()).isZero();
    assertThat(first.out().strip()).isEqualTo(NAME + " leads to " + ADDRESS);
    assertThat(served("AAAA")).contains("\t60\tIN\tAAAA\t" + ADDRESS);
    assertThat(machine.run("renew", "--quiet", config).out()).isEmpty();

    network.namespace().addAddress("eth0", OTHER + "/64");
    network.namespace().run("ip", "address", "del", ADDRESS + "/64", "dev", "eth0");
    assertThat(machine.run("renew", "--dry-run", config).out()).doesNotContain(OTHER);
    assertThat(machine.run("renew", config).out()).contains(NAME + " leads to " + OTHER);
    assertThat(served("AAAA")).contains("AAAA\t" + OTHER).doesNotContain(ADDRESS);
    assertThat(machine.run("schedule", "--by=cron", config).toString())
        .contains("it keeps " + NAME + " on this machine's address, too");

    Files.writeString(settings, Files.readString(settings).replace(NAME, "other.ours.test"));
    Outcome refused = machine.run("renew", config);
    assertThat(refused.code()).isEqualTo(ExitStatus.NOT_PERMITTED.code());
    assertThat(refused.err()).contains("error: other.ours.test: ", "grant v6cert name other.ours");
  }

  @Test
  void errorsSayWhatToChange() throws Exception {
    Outcome foreign = announce("other.ours.test", "--address=2001:db8::1");
    assertThat(foreign.code()).isEqualTo(ExitStatus.NOT_PERMITTED.code());
    assertThat(foreign.err()).contains("grant v6cert name other.ours.test. A AAAA;");
    assertThat(machine.run("announce", NAME).code()).isEqualTo(ExitStatus.USAGE.code());
    assertThat(announce(NAME, "--ttl=99999").code()).isEqualTo(ExitStatus.USAGE.code());
    assertThat(announce("a..b").code()).isEqualTo(ExitStatus.USAGE.code());
    network.namespace().run("ip", "address", "del", ADDRESS + "/64", "dev", "eth0");
    network.namespace().run("ip", "address", "del", SERVER + "/64", "dev", "eth0");
    assertThat(announce(NAME).code()).isEqualTo(ExitStatus.NO_ADDRESS.code());
  }
}

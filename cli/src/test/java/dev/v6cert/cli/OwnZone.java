package dev.v6cert.cli;

import static dev.v6cert.cli.TestNetwork.ADDRESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A network whose machine serves {@code own.test}, the zone of an owner who sets records by hand,
 * with our own DNS server. Pebble and the machine itself ask it.
 */
final class OwnZone implements BeforeAllCallback, AfterAllCallback {

  private final RunningNetwork network =
      new RunningNetwork(pebble -> pebble.dnsServer("[" + ADDRESS + "]:53"));
  private final Function<Path, List<String>> options;
  private Optional<Process> server = Optional.empty();

  /** The zone, served by {@code dns-server} with more options, made from the store's directory. */
  OwnZone(Function<Path, List<String>> options) {
    this.options = options;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    network.beforeAll(context);
    Path directory = Files.createDirectory(directory());
    Path file = Files.writeString(directory.resolve("zone"), "");
    List<String> all =
        new ArrayList<>(
            List.of(
                "dns-server",
                "--zone=own.test",
                "--zone-file=" + file,
                "--listen=[" + ADDRESS + "]:53"));
    all.addAll(options.apply(store()));
    Process started = network.machine(directory).process(List.of(), all).start();
    server = Optional.of(started);
    assertThat(started.inputReader(StandardCharsets.UTF_8).readLine()).startsWith("listening");
    Files.writeString(network.home().resolve("resolv.conf"), "nameserver " + ADDRESS + "\n");
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException, InterruptedException {
    if (server.isPresent()) {
      server.get().destroy();
      int _ = server.get().waitFor();
    }
    network.afterAll(context);
  }

  private Path directory() {
    return network.home().resolve("ours");
  }

  /** The directory in which the server keeps what clients set. */
  Path store() {
    return directory().resolve("store");
  }

  /** The program on the machine, with its state in a home of its own. */
  V6cert machine(Path home) {
    return network.machine(home);
  }

  /** Sets the records, as the owner of the domain does; they replace those before. */
  void set(String records) throws IOException, InterruptedException {
    Files.writeString(directory().resolve("zone"), records);
    String pid = Long.toString(server.orElseThrow().pid());
    assertThat(new ProcessBuilder("kill", "-HUP", pid).start().waitFor()).isZero();
    Thread.sleep(Duration.ofSeconds(2)); // Read again.
  }

  /** Obtains with these options from the authority of the network. */
  Outcome obtain(V6cert machine, List<String> options) throws Exception {
    List<String> all = new ArrayList<>(network.options());
    all.subList(0, 2).clear(); // --zone
    all.addAll(options);
    return machine.run(all, "obtain");
  }

  /** A run that fails says so in three lines at most, before anything is ordered. */
  static void assertEnded(Outcome outcome, ExitStatus status) {
    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(status.code());
    if (status != ExitStatus.DONE) {
      String error = outcome.err().substring(outcome.err().indexOf("error: "));
      assertThat(error.lines().count()).as(error).isLessThanOrEqualTo(3);
      assertThat(outcome.err()).doesNotContain("order placed");
    }
  }
}

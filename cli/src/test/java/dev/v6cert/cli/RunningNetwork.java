package dev.v6cert.cli;

import dev.v6cert.testing.NetworkNamespace;
import dev.v6cert.testing.Pebble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A {@link TestNetwork} for the tests of one class, registered as a static field, or for each test
 * anew, registered as a field of the instance. The tests are skipped where it cannot be made.
 */
final class RunningNetwork
    implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback {

  private final UnaryOperator<Pebble.Settings> settings;
  private final TestNetwork.Cable cable;
  private final String authority;
  private Optional<Path> home = Optional.empty();
  private Optional<TestNetwork> network = Optional.empty();
  private int users;

  /** A network whose hosts are joined directly, with a Pebble as it comes. */
  RunningNetwork() {
    this(unchanged -> unchanged);
  }

  /** A network whose hosts are joined directly. */
  RunningNetwork(UnaryOperator<Pebble.Settings> settings) {
    this(settings, TestNetwork::joinDirectly);
  }

  /** A network with a cable of its own. */
  RunningNetwork(UnaryOperator<Pebble.Settings> settings, TestNetwork.Cable cable) {
    this(settings, cable, TestNetwork.INTERNET);
  }

  /** A network with a cable of its own, and the authority and the DNS at another address. */
  RunningNetwork(
      UnaryOperator<Pebble.Settings> settings, TestNetwork.Cable cable, String authority) {
    this.settings = settings;
    this.cable = cable;
    this.authority = authority;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    start();
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    start();
  }

  private void start() throws IOException {
    if (users++ == 0) {
      Path directory = Files.createTempDirectory("network");
      home = Optional.of(directory);
      network = Optional.of(TestNetwork.create(directory, settings, cable, authority));
    }
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    stop();
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    stop();
  }

  private void stop() throws IOException {
    if (--users > 0) {
      return;
    }
    network.ifPresent(TestNetwork::close);
    network = Optional.empty();
    if (home.isPresent()) {
      try (Stream<Path> files = Files.walk(home.get())) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private TestNetwork network() {
    return network.orElseThrow();
  }

  /** The directory with the files of the network. */
  Path home() {
    return home.orElseThrow();
  }

  /** The program on the machine, with its state in a home of its own. */
  V6cert machine(Path home) {
    return network().machine(home);
  }

  /** The options that lead {@code obtain} to the authority of this network. */
  List<String> options() {
    return network().options();
  }

  /** The authority. */
  Pebble pebble() {
    return network().pebble();
  }

  /** The host that runs the program. */
  NetworkNamespace namespace() {
    return network().namespace();
  }

  /** The host of the DNS server and the authority. */
  NetworkNamespace internet() {
    return network().internet();
  }
}

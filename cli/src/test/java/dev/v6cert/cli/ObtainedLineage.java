package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.testing.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A certificate that is obtained once for the tests of one class; each has a copy of its state. */
final class ObtainedLineage implements BeforeAllCallback {

  private final RunningNetwork network;
  private Optional<V6cert> first = Optional.empty();

  /** The certificate of the machine in a network, which is registered before this. */
  ObtainedLineage(RunningNetwork network) {
    this.network = network;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    if (first.isEmpty()) {
      V6cert machine = network.machine(Files.createDirectory(network.home().resolve("first")));
      assertThat(machine.run(network.options(), "obtain").code()).isZero();
      first = Optional.of(machine);
    }
  }

  /** The program on the machine, with a copy of the state in another home. */
  V6cert copy(Path home) throws Exception {
    V6cert machine = network.machine(home);
    String state = first.orElseThrow().state().toString();
    assertThat(Program.output("cp", "-a", state, machine.state().toString())).isEmpty();
    return machine;
  }
}

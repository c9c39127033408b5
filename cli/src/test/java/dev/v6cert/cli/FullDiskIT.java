package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.testing.NetworkNamespace;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A state directory on a disk of its own that becomes full. */
class FullDiskIT {

  @RegisterExtension static final RunningNetwork network = new RunningNetwork();

  @Test
  void theOldCertificateStaysAndTheSameCommandGoesOnOnceThereIsRoom(@TempDir Path home)
      throws Exception {
    V6cert machine = network.machine(home);
    NetworkNamespace host = network.namespace();
    Path state = Files.createDirectory(machine.state());
    host.run("mount", "-t", "tmpfs", "-o", "size=512k,mode=700", "none", state + "");
    assertThat(machine.run(network.options(), "obtain").code()).isZero();
    String before = machine.run("show", TestNetwork.NAME).out();
    host.run("sh", "-c", "! head -c 1m /dev/zero >\"$0\" 2>/dev/null", state + "/ballast");

    Outcome full = machine.run(network.options(), "obtain", "--force");

    assertThat(full.code()).as(full.toString()).isNotZero();
    assertThat(full.err()).containsIgnoringCase("no space left").doesNotContain("\tat ");
    assertThat(full.err().lines().filter(line -> line.startsWith("error: "))).hasSize(1);
    assertThat(machine.run("show", TestNetwork.NAME).out()).isEqualTo(before);
    host.run("rm", state + "/ballast");
    Outcome next = machine.run(network.options(), "obtain", "--force");
    assertThat(next.code()).as(next.toString()).isZero();
  }
}

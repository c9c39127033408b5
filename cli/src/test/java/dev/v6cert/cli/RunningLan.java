package dev.v6cert.cli;

import dev.v6cert.testing.NetworkNamespace;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A machine in a LAN without a public address, and its neighbour there, for the tests of one class:
 * no DNS, no CA, no route beyond the neighbour.
 */
final class RunningLan implements BeforeAllCallback, AfterAllCallback {

  static final String ADDRESS = "192.168.1.10";
  static final String NAME = "192-168-1-10.sslip.io";

  private static final String SILENT_ROUTER = "192.168.1.1";

  private final Optional<String> neighbourAddress;
  private Optional<NetworkNamespace> machine = Optional.empty();
  private Optional<NetworkNamespace> neighbour = Optional.empty();
  private int users;

  /** A LAN whose router does not answer. */
  RunningLan() {
    this.neighbourAddress = Optional.empty();
  }

  /** A LAN whose neighbour has the address, and stands for the router. */
  RunningLan(String neighbourAddress) {
    this.neighbourAddress = Optional.of(neighbourAddress);
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    if (users++ > 0) {
      return;
    }
    NetworkNamespace made = NetworkNamespace.create();
    machine = Optional.of(made);
    NetworkNamespace other = made.neighbour();
    neighbour = Optional.of(other);
    made.connect("eth0", other, "eth0");
    made.run("ip", "address", "add", ADDRESS + "/24", "dev", "eth0");
    if (neighbourAddress.isPresent()) {
      other.run("ip", "address", "add", neighbourAddress.get() + "/24", "dev", "eth0");
    }
    made.run("ip", "route", "add", "default", "via", neighbourAddress.orElse(SILENT_ROUTER));
    // No resolver: a look for filters of private addresses is over at once.
    made.run("mount", "--bind", "/dev/null", "/etc/resolv.conf");
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (--users == 0) {
      machine.ifPresent(NetworkNamespace::close);
      neighbour.ifPresent(NetworkNamespace::close);
    }
  }

  /** The host that runs the program. */
  NetworkNamespace machine() {
    return machine.orElseThrow();
  }

  /** The other host. */
  NetworkNamespace neighbour() {
    return neighbour.orElseThrow();
  }
}

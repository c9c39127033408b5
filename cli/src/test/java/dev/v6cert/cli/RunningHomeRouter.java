package dev.v6cert.cli;

import dev.v6cert.testing.HomeRouter;
import dev.v6cert.testing.NetworkNamespace;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A machine behind a home router that maps ports, before a real authority, for the tests of one
 * class.
 *
 * <pre>
 *   machine 192.168.7.2 ---- 192.168.7.1 router 9.9.9.2 ---- 9.9.9.1 internet (DNS, Pebble)
 * </pre>
 */
final class RunningHomeRouter implements BeforeAllCallback, AfterAllCallback {

  static final String INTERNET = "9.9.9.1";

  private final RunningNetwork network = new RunningNetwork(it -> it, this::join, INTERNET);
  private Optional<HomeRouter> router = Optional.empty();

  private void join(NetworkNamespace machine, NetworkNamespace internet) throws IOException {
    router = Optional.of(HomeRouter.between(machine, internet, INTERNET, network.home()));
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    network.beforeAll(context);
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    router.ifPresent(HomeRouter::close);
    network.afterAll(context);
  }

  /** The machine, the internet and the authority. */
  RunningNetwork network() {
    return network;
  }

  /** The router between them. */
  HomeRouter router() {
    return router.orElseThrow();
  }
}

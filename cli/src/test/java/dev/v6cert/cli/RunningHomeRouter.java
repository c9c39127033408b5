package dev.v6cert.cli;

import dev.v6cert.testing.HomeRouter;
import dev.v6cert.testing.NetworkNamespace;
import dev.v6cert.testing.Pebble;
import java.io.IOException;
import java.util.Optional;
import java.util.function.UnaryOperator;
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
  static final String RESOLVER = INTERNET + ":" + RunningResolver.PORT;

  private final RunningNetwork network;
  private final boolean resolving;
  private Optional<HomeRouter> router = Optional.empty();
  private Optional<RunningResolver> resolver = Optional.empty();

  /** With an authority that asks the DNS server itself. */
  RunningHomeRouter() {
    this(it -> it, false);
  }

  private RunningHomeRouter(UnaryOperator<Pebble.Settings> settings, boolean resolving) {
    this.network = new RunningNetwork(settings, this::join, INTERNET);
    this.resolving = resolving;
  }

  /** With an authority that asks a {@link RunningResolver}, which follows delegations. */
  static RunningHomeRouter withResolver() {
    return new RunningHomeRouter(
        pebble -> pebble.dnsServer(RESOLVER).profiles("shortlived", "tlsserver"), true);
  }

  private void join(NetworkNamespace machine, NetworkNamespace internet) throws IOException {
    router = Optional.of(HomeRouter.between(machine, internet, INTERNET, network.home()));
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    network.beforeAll(context);
    if (resolving) {
      resolver = Optional.of(RunningResolver.start(network.internet(), network.home(), INTERNET));
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    resolver.ifPresent(RunningResolver::close);
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

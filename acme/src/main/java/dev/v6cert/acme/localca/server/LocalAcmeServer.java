package dev.v6cert.acme.localca.server;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.challenge.NoJmxServerBuilder;
import dev.v6cert.acme.localca.LocalAuthorityStore;
import dev.v6cert.acme.localca.order.AccountBook;
import dev.v6cert.acme.localca.order.Credentials;
import dev.v6cert.acme.localca.order.OrderBook;
import dev.v6cert.acme.localca.order.Signer;
import dev.v6cert.acme.localca.validation.Validator;
import dev.v6cert.acme.state.DurableFiles;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.acme.state.StateFailures;
import dev.v6cert.base.Ticker;
import dev.v6cert.base.TlsContexts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** The ACME server of the local authority of a state directory, until closed. */
public final class LocalAcmeServer implements AutoCloseable {

  private static final Duration BETWEEN_CHORES = Duration.ofMinutes(1);

  static {
    NoJmxServerBuilder.set();
  }

  private final HttpsListener server;
  private final ServerLock lock;
  private final OwnCertificate certificate;
  private final Validator validator;
  private final Thread chores;

  private LocalAcmeServer(
      HttpsListener server,
      ServerLock lock,
      OwnCertificate certificate,
      Services services,
      ServerEvent.Listener listener) {
    this.server = server;
    this.lock = lock;
    this.certificate = certificate;
    this.validator = services.validator();
    this.chores = Thread.startVirtualThread(() -> chores(services.orders(), listener));
  }

  /**
   * Starts a server.
   *
   * @throws AcmeFailureException as {@code LocalAuthorityRefusal} when there is no authority, or
   *     the clock is outside its lifetime; as {@code CannotBind}; as {@code Busy} when another
   *     server uses the state; as {@code StateUnusable}
   */
  public static LocalAcmeServer start(
      StateDirectory directory,
      LocalAcmeServerConfig config,
      Clock clock,
      ServerEvent.Listener listener)
      throws AcmeFailureException {
    LocalAuthorityStore store = new LocalAuthorityStore(directory);
    OwnCertificate certificate = new OwnCertificate(store, config.names(), clock);
    Path files = Credentials.directory(directory);
    prepare(directory, files);
    ServerLock lock = ServerLock.acquire(files);
    boolean started = false;
    try {
      Services services = Services.load(files, new Signer(store, clock), config, clock, listener);
      Optional<Credentials> credentials =
          config.bound() ? Optional.of(new Credentials(directory)) : Optional.empty();
      Resources resources = services.resources(credentials, clock, listener);
      PeerShares shares = new PeerShares(config.limits(), Ticker.SYSTEM);
      HttpsListener server =
          HttpsListener.start(
              config.listen(),
              TlsContexts.server(certificate),
              new RequestHandler(resources, config.allowed(), certificate, shares, listener),
              shares);
      services.validator().resume();
      started = true;
      return new LocalAcmeServer(server, lock, certificate, services, listener);
    } finally {
      if (!started) {
        lock.close();
      }
    }
  }

  /** The accounts and orders on disk, and what acts on them. */
  private record Services(
      AccountBook accounts, OrderBook orders, Signer signer, Validator validator) {

    static Services load(
        Path files,
        Signer signer,
        LocalAcmeServerConfig config,
        Clock clock,
        ServerEvent.Listener listener)
        throws AcmeFailureException {
      AccountBook accounts = AccountBook.load(files.resolve("accounts"));
      OrderBook orders = OrderBook.load(files.resolve("orders"), clock);
      orders.dropEnded();
      Validator validator =
          new Validator(
              orders, accounts, signer, config.lookup(), config.ports(), clock, listener::failed);
      return new Services(accounts, orders, signer, validator);
    }

    /** The resources of the protocol; accounts need the credentials where there are some. */
    Resources resources(
        Optional<Credentials> credentials, Clock clock, ServerEvent.Listener listener) {
      Nonces nonces = new Nonces();
      return new Resources(
          new AccountResource(accounts, orders, credentials, clock, listener),
          new OrderResource(orders, signer, validator, clock, listener),
          new RenewalInfo(orders, signer, clock),
          JwsReader.of(nonces, accounts),
          nonces,
          credentials.isPresent());
    }
  }

  private static void prepare(StateDirectory directory, Path files) throws AcmeFailureException {
    try {
      DurableFiles.createDirectory(directory.localAuthority());
      DurableFiles.createDirectory(files);
    } catch (IOException e) {
      throw StateFailures.unwritable(files, e);
    }
  }

  private void chores(OrderBook orders, ServerEvent.Listener listener) {
    while (true) {
      try {
        Thread.sleep(BETWEEN_CHORES);
        orders.dropEnded();
        certificate.refresh();
      } catch (InterruptedException e) {
        return;
      } catch (AcmeFailureException e) {
        listener.on(
            new ServerEvent.Fault(
                "the server's own certificate cannot be renewed: " + e.failure()));
      }
    }
  }

  /** The address that it listens on. */
  public InetSocketAddress address() {
    return server.address();
  }

  /** The names and addresses by which it is reached. */
  public Set<Subject> names() {
    return certificate.subjects();
  }

  /** Ends it. Validations that run are begun again by the next server. */
  @Override
  public void close() {
    chores.interrupt();
    server.close();
    validator.close();
    lock.close();
  }
}

package dev.v6cert.acme.localca.server;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.challenge.Binding;
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
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import org.xnio.Options;

/** The ACME server of the local authority of a state directory, until closed. */
public final class LocalAcmeServer implements AutoCloseable {

  private static final int MAX_HEADER = 8 * 1024;
  private static final int MAX_CONNECTIONS = 256;
  private static final int PATIENCE_MILLIS = 10_000;
  private static final int IDLE_MILLIS = 60_000;
  private static final int IO_THREADS = 2;
  private static final int WORKERS = 8;
  private static final Duration BETWEEN_CHORES = Duration.ofMinutes(1);

  static {
    NoJmxServerBuilder.set();
  }

  private final Undertow server;
  private final ServerLock lock;
  private final OwnCertificate certificate;
  private final Thread chores;

  private LocalAcmeServer(
      Undertow server,
      ServerLock lock,
      OwnCertificate certificate,
      OrderBook orders,
      ServerEvent.Listener listener) {
    this.server = server;
    this.lock = lock;
    this.certificate = certificate;
    this.chores = Thread.startVirtualThread(() -> chores(orders, listener));
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
      AccountBook accounts = AccountBook.load(files.resolve("accounts"));
      OrderBook orders = OrderBook.load(files.resolve("orders"), clock);
      orders.dropEnded();
      Signer signer = new Signer(store, clock);
      Validator validator =
          new Validator(
              orders, accounts, signer, config.lookup(), config.ports(), clock, listener::failed);
      Optional<Credentials> credentials =
          config.bound() ? Optional.of(new Credentials(directory)) : Optional.empty();
      Nonces nonces = new Nonces();
      Resources resources =
          new Resources(
              new AccountResource(accounts, orders, credentials, clock, listener),
              new OrderResource(orders, signer, validator, clock, listener),
              new RenewalInfo(orders, signer, clock),
              JwsReader.of(nonces, accounts),
              nonces,
              config.bound());
      Undertow server =
          listen(
              config.listen(),
              new RequestHandler(resources, config.allowed(), certificate, listener));
      validator.resume();
      started = true;
      return new LocalAcmeServer(server, lock, certificate, orders, listener);
    } finally {
      if (!started) {
        lock.close();
      }
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

  private static Undertow listen(InetSocketAddress address, RequestHandler handler)
      throws AcmeFailureException {
    Undertow server =
        Undertow.builder()
            .addHttpsListener(
                address.getPort(),
                address.getAddress().getHostAddress(),
                tls(handler.certificate()))
            .setHandler(handler)
            .setIoThreads(IO_THREADS)
            .setWorkerThreads(WORKERS)
            .setDirectBuffers(false)
            .setSocketOption(Options.CONNECTION_HIGH_WATER, MAX_CONNECTIONS)
            .setSocketOption(Options.CONNECTION_LOW_WATER, MAX_CONNECTIONS)
            .setServerOption(UndertowOptions.MAX_HEADER_SIZE, MAX_HEADER)
            .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, (long) RequestHandler.MAX_BODY)
            .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, PATIENCE_MILLIS)
            .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, IDLE_MILLIS)
            .setServerOption(UndertowOptions.IDLE_TIMEOUT, IDLE_MILLIS)
            .setServerOption(UndertowOptions.DECODE_URL, false)
            .build();
    try {
      server.start();
    } catch (RuntimeException e) { // Undertow wraps what the socket says.
      server.stop();
      throw Binding.cannotBind(address, e.getCause() == null ? e : e.getCause());
    }
    return server;
  }

  private static SSLContext tls(KeyManager keys) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {keys}, null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK has no TLS", e);
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
    return (InetSocketAddress) server.getListenerInfo().getFirst().getAddress();
  }

  /** The names and addresses by which it is reached. */
  public Set<Subject> names() {
    return certificate.subjects();
  }

  /** Ends it. Validations that run are begun again by the next server. */
  @Override
  public void close() {
    chores.interrupt();
    boolean interrupted = Thread.interrupted(); // Undertow would not wait for its own threads.
    server.stop();
    lock.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

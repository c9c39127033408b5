package dev.v6cert.acme.issue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceEvent;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.Registration;
import dev.v6cert.acme.lineage.CertificateStore;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.lineage.StoredLineage;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.base.Ticker;
import dev.v6cert.testing.FaultProxy;
import dev.v6cert.testing.FaultProxy.Fault;
import dev.v6cert.testing.FaultProxy.Passed;
import dev.v6cert.testing.Pebble;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * A Pebble, a {@link FaultProxy} before it, and a state directory whose lineage has one certificate
 * and whose account is lost, so that its renewal goes through every {@link Step}. For one thread at
 * a time. After each run it checks what must hold whatever happens: the lineage loads, key and
 * certificate belong together, the old ones are there until there are new ones, no secret is open
 * to others, nobody listens for the challenge any more, one account and one certificate at most
 * were made, and the run ended in its time.
 */
final class FaultStage implements AutoCloseable {

  /** A request of an issuance, in the order in which they come. */
  enum Step {
    DIRECTORY("/dir"),
    NEW_NONCE("/nonce-plz"),
    NEW_ACCOUNT("/sign-me-up"),
    NEW_ORDER("/order-plz"),
    AUTHORIZATION("/authZ/"),
    CHALLENGE("/chalZ/"),
    FINALIZE("/finalize-order/"),
    ORDER("/my-order/"),
    CERTIFICATE("/certZ/");

    private final String path;

    Step(String path) {
      this.path = path;
    }
  }

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Duration TOLERANCE = Duration.ofSeconds(10);
  private static final int CREATED = 201;
  private static final int OK = 200;
  private static final LineageName LINEAGE = new LineageName("child");

  /** Waits a hundredth of each pause. */
  private static final class Hurried implements Ticker {
    private final List<Duration> pauses = Collections.synchronizedList(new ArrayList<>());

    @Override
    public long nanos() {
      return System.nanoTime();
    }

    @Override
    public void pause(Duration pause) throws InterruptedException {
      pauses.add(pause);
      Thread.sleep(pause.dividedBy(pause.compareTo(Duration.ofSeconds(1)) < 0 ? 10 : 100));
    }
  }

  private final Pebble pebble;
  private final FaultProxy proxy;
  private final Path renewable;
  private final Path state;
  private Hurried ticker = new Hurried();
  private Clock clock = Clock.systemUTC();
  private Duration limit = LIMIT;
  private int ordersAllowed = 1;
  private String what = "";
  private final List<IssuanceEvent> events = new CopyOnWriteArrayList<>();

  private FaultStage(Pebble pebble, FaultProxy proxy, Path renewable, Path state) {
    this.pebble = pebble;
    this.proxy = proxy;
    this.renewable = renewable;
    this.state = state;
  }

  /** Sets a stage up in an empty directory. */
  static FaultStage in(Path home) throws Exception {
    Pebble pebble = Pebble.in(home).start();
    FaultProxy proxy = FaultProxy.before(pebble, home.resolve("proxy-root.pem"));
    Path renewable = home.resolve("renewable");
    FaultStage stage = new FaultStage(pebble, proxy, renewable, home.resolve("state"));
    stage.issue(renewable);
    delete(renewable.resolve("accounts"));
    return stage;
  }

  /** A new beginning, in which one fault each befalls the first requests of the step. */
  FaultStage with(Step step, List<Fault> faults) throws IOException {
    delete(state);
    copy(renewable, state);
    proxy.clear();
    proxy.next(step.path, faults.toArray(Fault[]::new));
    ticker = new Hurried();
    clock = Clock.systemUTC();
    limit = LIMIT;
    ordersAllowed = 1;
    events.clear();
    what = "at " + step;
    return this;
  }

  /** The authority may make one order of which we never hear. */
  FaultStage allowingAnotherOrder() {
    ordersAllowed = 2;
    return this;
  }

  /** Gives each run so long. */
  FaultStage within(Duration another) {
    limit = another;
    return this;
  }

  /** Moves the local clock from the true one. */
  void later(Duration offset) {
    clock = Clock.offset(Clock.systemUTC(), offset);
  }

  /** The pauses so far. */
  List<Duration> pauses() {
    return List.copyOf(ticker.pauses);
  }

  /** The requests to the authority so far. */
  List<Passed> asked() {
    return proxy.passed("/");
  }

  /** One run that gets a certificate. */
  void issues() throws Exception {
    Optional<AcmeFailure> failure = run();
    assertThat(failure).as(what).isEmpty();
    assertThat(present()).as(what).isEqualTo(2);
  }

  /** A run that gets a certificate, or ends in one of the failures, and then the next gets it. */
  void issuesAtLastAfter(Class<?>... kinds) throws Exception {
    Optional<AcmeFailure> failure = run();
    if (failure.isPresent()) {
      assertThat(failure.get()).as(what).isInstanceOfAny(kinds);
      assertThat(present()).as(what).isEqualTo(1);
      mended().issues();
    }
  }

  /** A run that ends in one of the failures and leaves the old certificate. */
  AcmeFailure fails(Class<?>... kinds) throws Exception {
    Optional<AcmeFailure> failure = run();
    assertThat(failure).as(what).isPresent();
    assertThat(failure.get()).as(what).isInstanceOfAny(kinds);
    assertThat(present()).as(what).isEqualTo(1);
    return failure.get();
  }

  /** The same, after which the next run, with the faults over, gets a certificate. */
  void failsThenIssues(Class<?>... kinds) throws Exception {
    fails(kinds);
    mended().issues();
  }

  private FaultStage mended() {
    proxy.mend();
    limit = LIMIT;
    return this;
  }

  private Optional<AcmeFailure> run() throws Exception {
    Optional<AcmeFailure> failure = Optional.empty();
    long start = System.nanoTime();
    try {
      issue(state);
    } catch (AcmeFailureException e) {
      failure = Optional.of(e.failure());
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .as(what)
        .isLessThan(limit.plus(TOLERANCE));
    noSecretIsOpen();
    new ServerSocket(pebble.httpPort(), 1, InetAddress.ofLiteral("::1")).close();
    assertThat(successes("/sign-me-up", CREATED)).as("accounts " + what).isLessThanOrEqualTo(1);
    assertThat(successes("/order-plz", CREATED))
        .as("orders " + what)
        .isLessThanOrEqualTo(ordersAllowed);
    assertThat(successes("/finalize-order/", OK))
        .as("finalized " + what + events)
        .isLessThanOrEqualTo(1);
    return failure;
  }

  private long successes(String path, int status) {
    return proxy.passed(path).stream().filter(it -> it.authority() == status).count();
  }

  private Lineage issue(Path directory) throws AcmeFailureException {
    IssuanceRequest request =
        ChildIssuance.request(
            CertificateAuthority.of(proxy.directory().toString()).trusting(proxy.root()));
    try (StateLock lock = StateLock.acquire(new StateDirectory(directory))) {
      return new CertificateIssuer(clock, ticker, limit)
          .issue(
              lock,
              Lineage.Plan.of(request),
              Registration.agreeing(terms -> true),
              ChildIssuance.solver(pebble.httpPort()),
              events::add);
    }
  }

  /** The number of the certificate that is there, which is whole. */
  private int present() throws AcmeFailureException {
    CertificateStore store = new CertificateStore(new StateDirectory(state));
    store.verify(LINEAGE);
    StoredLineage.Loaded sound = (StoredLineage.Loaded) store.find(LINEAGE).orElseThrow();
    return sound.lineage().generation().orElseThrow().number();
  }

  private void noSecretIsOpen() throws IOException {
    Set<PosixFilePermission> owner = PosixFilePermissions.fromString("rw-------");
    try (Stream<Path> files = Files.walk(state)) {
      for (Path file :
          files.filter(it -> it.endsWith("privkey.pem") || it.endsWith("keypair.pem")).toList()) {
        assertThat(owner).as(what + ": " + file).containsAll(Files.getPosixFilePermissions(file));
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copied = to.resolve(from.relativize(file));
        if (Files.isSymbolicLink(file)) {
          Files.createSymbolicLink(copied, Files.readSymbolicLink(file));
        } else {
          Files.copy(file, copied, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Collections.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /** Ends its servers. */
  @Override
  public void close() throws IOException {
    proxy.close();
    pebble.close();
  }
}

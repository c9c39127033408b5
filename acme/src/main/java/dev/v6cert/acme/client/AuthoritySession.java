package dev.v6cert.acme.client;

import dev.v6cert.acme.AcmeFailure.Step;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.connector.Resource;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeLazyLoadingException;
import org.shredzone.acme4j.exception.AcmeProtocolException;

/** One talk with an authority, until a deadline. For one thread at a time. */
public final class AuthoritySession implements AutoCloseable {

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(20);

  private final CertificateAuthority authority;
  private final List<X509Certificate> roots;
  private final Session session;
  private final RequestRetryPolicy retryPolicy;
  private final FailureTranslation failures;

  private AuthoritySession(
      CertificateAuthority authority,
      List<X509Certificate> roots,
      Session session,
      RequestRetryPolicy retryPolicy) {
    this.authority = authority;
    this.roots = roots;
    this.session = session;
    this.retryPolicy = retryPolicy;
    this.failures = new FailureTranslation(authority.directory(), retryPolicy.deadline());
  }

  /** Work that does not involve the authority. */
  @FunctionalInterface
  public interface Aside<T> {
    /** Does it. */
    T make() throws AcmeFailureException;
  }

  /** Does work that has a time limit of its own: its time does not count for the deadline. */
  public <T> T aside(Aside<T> work) throws AcmeFailureException {
    Deadline deadline = retryPolicy.deadline();
    long start = deadline.nanos();
    try {
      return work.make();
    } finally {
      deadline.extend(Duration.ofNanos(deadline.nanos() - start));
    }
  }

  /** Loads the code of TLS, whoever is to be talked to. */
  public static void prepareTls() {
    SSLContext _ = JdkRoots.tls();
  }

  /** Loads what the JDK's client has beside TLS. */
  public static void prepareHttp() {
    BodySubscriber<InputStream> _ = BodySubscribers.ofInputStream();
  }

  /**
   * Loads what HTTPS with the authority needs, which takes time once in a process. Sends nothing;
   * what is wrong is left to {@link #open} to tell.
   */
  public static void prepare(CertificateAuthority authority) {
    try {
      HttpClient.newBuilder().sslContext(tls(roots(authority))).build().shutdownNow();
    } catch (AcmeFailureException | UncheckedIOException e) {
      return;
    }
    if (authority.roots().isEmpty()) {
      JdkRoots.load(); // Only now: these are needed later.
    }
  }

  private static Optional<TrustedRoots> roots(CertificateAuthority authority)
      throws AcmeFailureException {
    return authority.roots().isPresent()
        ? Optional.of(TrustedRoots.read(authority.roots().get()))
        : Optional.empty();
  }

  private static SSLContext tls(Optional<TrustedRoots> roots) {
    return roots.isPresent() ? roots.get().tls() : JdkRoots.tls();
  }

  /**
   * Reads the authority's directory.
   *
   * @throws AcmeFailureException when it cannot be reached, trusted or understood
   */
  public static AuthoritySession open(
      CertificateAuthority authority,
      Deadline deadline,
      Clock clock,
      IssuanceEvent.Listener listener)
      throws AcmeFailureException {
    RequestRetryPolicy retryPolicy = new RequestRetryPolicy(deadline, clock, listener);
    Optional<TrustedRoots> roots = roots(authority);
    Session session =
        new Session(authority.directory(), new AuthorityProvider(retryPolicy, tls(roots)));
    session.networkSettings().setTimeout(CONNECT_LIMIT);
    session.networkSettings().setCompressionEnabled(false);
    AuthoritySession authoritySession =
        new AuthoritySession(
            authority,
            roots.map(TrustedRoots::certificates).orElse(List.of()),
            session,
            retryPolicy);
    boolean opened = false;
    try {
      authoritySession.call(Step.DIRECTORY, () -> session.resourceUrl(Resource.NEW_ORDER));
      opened = true;
    } finally {
      if (!opened) {
        authoritySession.close();
      }
    }
    listener.on(new IssuanceEvent.DirectoryRead(authority.directory()));
    return authoritySession;
  }

  /** A call of acme4j that asks the authority. */
  public interface Call<T> {
    T call() throws AcmeException, IOException;
  }

  /** The result of the call; its exceptions become failures of the step. */
  public <T> T call(Step step, Call<T> call) throws AcmeFailureException {
    try {
      return call.call();
    } catch (AcmeException
        | AcmeProtocolException
        | AcmeLazyLoadingException
        | IOException
        | IllegalArgumentException // acme4j lets some malformed answers out as this or the next.
        | IllegalStateException e) {
      throw failures.of(step, e);
    }
  }

  /** A call of acme4j without a result. */
  public interface Action {
    void run() throws AcmeException, IOException;
  }

  /** Makes the call; its exceptions become failures of the step. */
  public void run(Step step, Action action) throws AcmeFailureException {
    boolean _ =
        call(
            step,
            () -> {
              action.run();
              return true;
            });
  }

  /** Waits for the authority to come further, within the deadline. */
  public void pause(Step step, Duration pause) throws AcmeFailureException {
    try {
      retryPolicy.deadline().pause(pause);
    } catch (IOException e) {
      throw failures.of(step, e);
    }
  }

  /** The authority of this session. */
  public CertificateAuthority authority() {
    return authority;
  }

  /** The only certificates trusted for its HTTPS; none where the JDK's own are. */
  public List<X509Certificate> roots() {
    return roots;
  }

  /** acme4j's session. */
  public Session session() {
    return session;
  }

  /** The time of the authority as far as it told it, else that of the local clock. */
  public Instant authorityNow() {
    return retryPolicy.authorityNow();
  }

  /** Ends the session and the requests under way. */
  @Override
  public void close() {
    session.getHttpClient().shutdownNow();
  }
}

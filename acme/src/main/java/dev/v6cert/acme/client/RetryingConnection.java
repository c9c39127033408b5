package dev.v6cert.acme.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.Serial;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.connector.DefaultConnection;
import org.shredzone.acme4j.connector.HttpConnector;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeNetworkException;
import org.shredzone.acme4j.exception.AcmeServerException;
import org.shredzone.acme4j.toolbox.JSON;
import org.shredzone.acme4j.toolbox.JSONBuilder;

/**
 * acme4j's connection with retries: answers are read whole within bounds of size and time, faults
 * that pass are tried again, and so are rejected nonces (RFC 8555 section 6.5), all until the
 * deadline of the issuance.
 */
final class RetryingConnection extends DefaultConnection {

  private static final URI BAD_NONCE = URI.create("urn:ietf:params:acme:error:badNonce");

  private static final Pattern NULL_CONTACT =
      Pattern.compile("\"contact\"\\s*:\\s*\\[\\s*null\\s*\\]");

  /** RFC 6585 section 4. */
  private static final int TOO_MANY_REQUESTS = 429;

  /** acme4j itself tries ten times in each round. */
  private static final int NONCE_ROUNDS = 30;

  /** No ACME answer comes near; a chain is a few kilobytes. */
  private static final long MAX_BODY = 1 << 20;

  /** Each may have made an order: with a lost answer, there is one that we never hear of. */
  private static final int ORDERS_SENT = 2;

  /** More than the half minute for which load balancers look for another server. */
  private static final Duration MAX_REQUEST = Duration.ofSeconds(45);

  private final RequestRetryPolicy retryPolicy;

  /** Whether a signed request is under way, which is tried again as a whole. */
  private boolean signing;

  RetryingConnection(HttpConnector connector, RequestRetryPolicy retryPolicy) {
    super(connector);
    this.retryPolicy = retryPolicy;
  }

  @Override
  protected void sendRequest(Session session, URL url, Consumer<HttpRequest.Builder> body)
      throws IOException {
    HttpRequest.Builder builder =
        httpConnector
            .createRequestBuilder(url)
            .timeout(MAX_REQUEST) // acme4j's own is the limit for connecting.
            .header("Accept-Charset", "utf-8")
            .header("Accept-Language", session.getLanguageHeader());
    body.accept(builder);
    HttpRequest request = builder.build();
    lastResponse = signing ? exchange(request) : retryPolicy.with(() -> exchange(request));
  }

  private HttpResponse<InputStream> exchange(HttpRequest request) throws IOException {
    Duration remaining = retryPolicy.deadline().remaining();
    Duration limit = remaining.compareTo(MAX_REQUEST) < 0 ? remaining : MAX_REQUEST;
    CompletableFuture<HttpResponse<InputStream>> answer =
        httpClient.sendAsync(request, BodyHandlers.limiting(RetryingConnection::whole, MAX_BODY));
    try {
      HttpResponse<InputStream> response = answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
      RetryAfter.date(response.headers()).ifPresent(retryPolicy::authorityClock);
      return refuseFaults(response, request.method().equals("POST"));
    } catch (TimeoutException e) {
      throw new HttpTimeoutException("no whole answer within " + limit.toSeconds() + " s");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    } finally {
      answer.cancel(true);
    }
  }

  private static HttpResponse.BodySubscriber<InputStream> whole(HttpResponse.ResponseInfo info) {
    return BodySubscribers.mapping(BodySubscribers.ofByteArray(), ByteArrayInputStream::new);
  }

  /**
   * Of a 429, acme4j reads the problem document, but only where it is the answer to a POST, and
   * takes one of another type for a refusal.
   */
  private static HttpResponse<InputStream> refuseFaults(
      HttpResponse<InputStream> response, boolean posted) throws IOException {
    int status = response.statusCode();
    if (status >= 500 || (status == TOO_MANY_REQUESTS && !(posted && isOfALimit(response)))) {
      throw new ServerFaultException(status, RetryAfter.of(response.headers()));
    }
    return response;
  }

  private static boolean isOfALimit(HttpResponse<InputStream> response) throws IOException {
    boolean problem =
        response
            .headers()
            .firstValue("Content-Type")
            .filter(type -> type.startsWith("application/problem+json"))
            .isPresent();
    InputStream body = response.body(); // The octets of an array, which can be read again.
    String text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
    body.reset();
    return problem && text.contains(":rateLimited");
  }

  @Override
  protected int sendSignedRequest(
      URL url,
      @Nullable JSONBuilder claims,
      Session session,
      KeyPair keypair,
      @Nullable URL accountLocation,
      String accept)
      throws AcmeException {
    signing = true;
    try {
      return retryPolicy.with(
          makesAnOrder(claims) ? ORDERS_SENT : RequestRetryPolicy.CONNECT_ATTEMPTS,
          () -> signed(url, claims, session, keypair, accountLocation, accept));
    } catch (Wrapped e) {
      throw e.wrapped();
    } catch (IOException e) {
      throw new AcmeNetworkException(e);
    } finally {
      signing = false;
    }
  }

  /** A lost answer to any other request changes nothing when it is sent again. */
  private static boolean makesAnOrder(@Nullable JSONBuilder claims) {
    return claims != null && claims.toMap().containsKey("identifiers");
  }

  private int signed(
      URL url,
      @Nullable JSONBuilder claims,
      Session session,
      KeyPair keypair,
      @Nullable URL accountLocation,
      String accept)
      throws IOException {
    for (int round = 1; ; round++) {
      close();
      try {
        return super.sendSignedRequest(url, claims, session, keypair, accountLocation, accept);
      } catch (AcmeServerException e) {
        if (!BAD_NONCE.equals(e.getType()) || round == NONCE_ROUNDS) {
          throw new Wrapped(e);
        }
      } catch (AcmeNetworkException e) {
        throw e.getCause() instanceof IOException io ? io : new Wrapped(e);
      } catch (AcmeException e) {
        throw new Wrapped(e);
      }
    }
  }

  /** acme2certifier writes that an account has no contact as a contact that is null. */
  @Override
  public JSON readJsonResponse() throws AcmeException {
    JSON json = super.readJsonResponse();
    String text = json.toString();
    String whole = NULL_CONTACT.matcher(text).replaceAll("\"contact\":[]");
    return whole.equals(text) ? json : JSON.parse(whole);
  }

  /** In the middle of acme4j's own attempts the last answer is still open; it is done with. */
  @Override
  public void resetNonce(Session session) throws AcmeException {
    close();
    super.resetNonce(session);
  }

  @Override
  public Optional<Instant> getRetryAfter() {
    HttpResponse<InputStream> response = lastResponse;
    return response == null
        ? Optional.empty()
        : RetryAfter.of(response.headers()).map(RetryAfter::encode);
  }

  /** Carries an answer that is not to be tried again past {@link RequestRetryPolicy}. */
  private static final class Wrapped extends IOException {
    @Serial private static final long serialVersionUID = 1L;

    private final AcmeException wrapped;

    Wrapped(AcmeException wrapped) {
      super(wrapped);
      this.wrapped = wrapped;
    }

    AcmeException wrapped() {
      return wrapped;
    }
  }
}

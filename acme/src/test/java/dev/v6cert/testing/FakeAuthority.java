package dev.v6cert.testing;

import dev.v6cert.acme.CertificateAuthority;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.BlockingHandler;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x509.GeneralName;
import org.jose4j.json.JsonUtil;
import org.jose4j.lang.JoseException;

/**
 * An ACME server that does what Pebble cannot: errors, rate limits, wrong clocks, wrong answers. It
 * believes every signature and validates nothing. Answers given to {@link #next} for a resource are
 * sent, once each, instead of its own.
 */
public final class FakeAuthority implements AutoCloseable {

  /** An answer in place of the proper one. */
  public record Answer(int status, Map<String, String> headers, String body) {

    /** A body that is no problem document, as a load balancer's. */
    public static Answer html(int status, Map<String, String> headers) {
      return new Answer(status, with(headers, "text/html"), "<html><h1>No</h1></html>");
    }

    /** A problem document of the ACME error type. */
    public static Answer problem(int status, String type, Map<String, String> headers) {
      return new Answer(
          status,
          with(headers, "application/problem+json"),
          "{\"type\":\"urn:ietf:params:acme:error:" + type + "\",\"detail\":\"so it is\"}");
    }

    /** A proper answer of the server's own making. */
    public static Answer json(int status, String body) {
      return new Answer(status, Map.of("Content-Type", "application/json"), body);
    }

    private static Map<String, String> with(Map<String, String> headers, String type) {
      Map<String, String> all = new ConcurrentHashMap<>(headers);
      all.put("Content-Type", type);
      return all;
    }
  }

  private static final List<GeneralName> HTTPS_NAMES =
      List.of(TestAuthority.dns("localhost"), TestAuthority.ip("127.0.0.1"));

  private final Undertow server;
  private final URI base;
  private final Path httpsRoot;
  private final Map<String, Deque<Answer>> instead = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final AtomicLong nonces = new AtomicLong();
  private final FakeOrder order;
  private volatile Duration clockAhead = Duration.ZERO;
  private volatile boolean nonceOnErrors = true;

  /** Starts on 127.0.0.1; its HTTPS root is written to the file. */
  public FakeAuthority(Path httpsRoot) throws IOException {
    this(httpsRoot, Instant.now());
  }

  /** The same, the certificate of its HTTPS valid for a day from the instant. */
  public FakeAuthority(Path httpsRoot, Instant notBefore) throws IOException {
    TestAuthority https = new TestAuthority("HTTPS of the fake");
    this.httpsRoot = https.writeRoot(httpsRoot);
    this.server =
        Undertow.builder()
            .addHttpsListener(0, "127.0.0.1", https.serverTls(HTTPS_NAMES, notBefore))
            .setIoThreads(1)
            .setWorkerThreads(2)
            .setServerOption(UndertowOptions.ALWAYS_SET_DATE, false)
            .setHandler(new BlockingHandler(this::answer))
            .build();
    server.start();
    InetSocketAddress address =
        (InetSocketAddress) server.getListenerInfo().getFirst().getAddress();
    this.base = URI.create("https://127.0.0.1:" + address.getPort());
    this.order = new FakeOrder(base.toString(), () -> Instant.now().plus(clockAhead));
  }

  /** The address of its directory. */
  public URI directory() {
    return base.resolve("/directory");
  }

  /** The certificate by which a client trusts it. */
  public CertificateAuthority authority() {
    return CertificateAuthority.of(directory().toString()).trusting(httpsRoot);
  }

  /** Its one order, to be shaped before it is asked for. */
  public FakeOrder order() {
    return order;
  }

  /** Sends the answers for the resource, such as {@code /new-order}, before its own. */
  public void next(String resource, Answer... answers) {
    instead.computeIfAbsent(resource, it -> new ArrayDeque<>()).addAll(List.of(answers));
  }

  /** Sets its clock apart from this machine's. */
  public void clockAhead(Duration ahead) {
    clockAhead = ahead;
  }

  /** Gives no nonce with the answers in place. */
  public void withholdNoncesOnErrors() {
    nonceOnErrors = false;
  }

  /** Every request so far, as resource and payload. */
  public List<String> requests() {
    return requests;
  }

  /** The number of requests for the resource. */
  public long count(String resource) {
    return requests.stream().filter(it -> it.startsWith(resource + " ")).count();
  }

  private void answer(HttpServerExchange exchange) throws Exception {
    String resource = exchange.getRequestPath();
    String body = new String(exchange.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String payload = body.isEmpty() ? "" : payload(body);
    requests.add(resource + " " + payload);
    Deque<Answer> queue = instead.getOrDefault(resource, new ArrayDeque<>());
    Answer planned = queue.poll();
    Answer answer = planned == null ? order.answer(resource, payload) : planned;
    boolean nonce = planned == null ? !resource.equals("/directory") : nonceOnErrors;
    if (nonce) {
      exchange
          .getResponseHeaders()
          .put(new HttpString("Replay-Nonce"), "bm9uY2U" + nonces.incrementAndGet());
    }
    exchange
        .getResponseHeaders()
        .put(
            Headers.DATE,
            DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ZonedDateTime.now(ZoneOffset.UTC).plus(clockAhead)));
    answer
        .headers()
        .forEach((name, value) -> exchange.getResponseHeaders().put(new HttpString(name), value));
    exchange.setStatusCode(answer.status());
    exchange.getOutputStream().write(answer.body().getBytes(StandardCharsets.UTF_8));
    exchange.endExchange();
  }

  private static String payload(String jws) throws JoseException {
    Object payload = JsonUtil.parseJson(jws).get("payload");
    return new String(Base64.getUrlDecoder().decode(payload + ""), StandardCharsets.UTF_8);
  }

  /** An address that nothing answers at. */
  public static URI nowhere() throws IOException {
    return URI.create("https://127.0.0.1:" + FreePorts.next() + "/directory");
  }

  /** Stops. */
  @Override
  public void close() {
    server.stop();
  }
}

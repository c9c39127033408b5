package dev.v6cert.acme.localca.server;

import dev.v6cert.acme.localca.NameConstraints;
import dev.v6cert.acme.localca.order.ProblemType;
import dev.v6cert.base.HttpDate;
import dev.v6cert.ipv6.AddressBlock;
import dev.v6cert.ipv6.IpAddress;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.xnio.IoUtils;
import org.xnio.XnioExecutor;

/** Reads requests within limits of size and time, and writes the replies. */
final class RequestHandler implements HttpHandler {

  /** The longest request; a CSR with an RSA key of 4096 bits and 25 names takes 4 KB. */
  static final int MAX_BODY = 64 * 1024;

  /** A refused body of up to so many octets is read, so that its sender sees the refusal. */
  private static final int MAX_UNREAD = 1024 * 1024;

  private static final String TOO_LARGE = "a request has at most " + MAX_BODY + " octets";

  private static final int BODY_SECONDS = 10;

  private final Resources resources;
  private final List<AddressBlock> allowed;
  private final OwnCertificate certificate;
  private final PeerShares shares;
  private final ServerEvent.Listener listener;

  RequestHandler(
      Resources resources,
      List<AddressBlock> allowed,
      OwnCertificate certificate,
      PeerShares shares,
      ServerEvent.Listener listener) {
    this.resources = resources;
    this.allowed = allowed;
    this.certificate = certificate;
    this.shares = shares;
    this.listener = listener;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) {
    Optional<Call> refused = refused(exchange);
    if (refused.isPresent()) {
      return;
    }
    XnioExecutor.Key limit =
        exchange
            .getIoThread()
            .executeAfter(
                () -> IoUtils.safeClose(exchange.getConnection()), BODY_SECONDS, TimeUnit.SECONDS);
    if (exchange.getRequestContentLength() > MAX_BODY) {
      exchange.setMaxEntitySize(MAX_UNREAD);
      exchange
          .getRequestReceiver()
          .receivePartialBytes(
              (read, _, last) -> {
                if (last) {
                  refuseSize(read, limit);
                }
              },
              (failed, _) -> refuseSize(failed, limit));
      return;
    }
    exchange.getRequestReceiver().setMaxBufferSize(MAX_BODY);
    exchange
        .getRequestReceiver()
        .receiveFullBytes(
            (complete, body) -> {
              boolean _ = limit.remove();
              complete.dispatch(() -> answer(complete, body));
            },
            (failed, _) -> refuseSize(failed, limit));
  }

  private void refuseSize(HttpServerExchange exchange, XnioExecutor.Key limit) {
    boolean _ = limit.remove();
    Call call = call(exchange, new byte[0]);
    Optional<Call> _ = refuse(exchange, call, ProblemType.TOO_LARGE, TOO_LARGE);
  }

  private Optional<Call> refused(HttpServerExchange exchange) {
    Call call = call(exchange, new byte[0]);
    if (!isAllowed(call.peer())) {
      return refuse(exchange, call, ProblemType.UNAUTHORIZED, "this network is not served");
    }
    if (!shares.admitsRequest(call.peer())) {
      exchange.setPersistent(false);
      send(
          exchange,
          resources
              .refusal(
                  call,
                  ProblemType.RATE_LIMITED,
                  "too many requests from " + call.peer().getHostAddress())
              .with("Retry-After", Long.toString(PeerLimits.PAUSE.toSeconds())));
      return Optional.of(call);
    }
    if (!certificate.isFor(call.host())) {
      return refuse(
          exchange, call, ProblemType.MISDIRECTED, "this server has no such name as in \"Host\"");
    }
    if (exchange.isHostIncludedInRequestURI() || !exchange.getQueryString().isEmpty()) {
      return refuse(exchange, call, ProblemType.NOT_FOUND, "there is no such resource");
    }
    if (exchange.getRequestContentLength() > MAX_UNREAD) {
      return refuse(exchange, call, ProblemType.TOO_LARGE, TOO_LARGE);
    }
    return Optional.empty();
  }

  private Optional<Call> refuse(
      HttpServerExchange exchange, Call call, ProblemType type, String why) {
    exchange.setPersistent(false);
    send(exchange, resources.refusal(call, type, why));
    return Optional.of(call);
  }

  private boolean isAllowed(InetAddress peer) {
    IpAddress address = IpAddress.from(peer);
    return NameConstraints.isPrivate(address)
        && (allowed.isEmpty() || allowed.stream().anyMatch(block -> block.contains(address)));
  }

  private void answer(HttpServerExchange exchange, byte[] body) {
    Call call = call(exchange, body);
    try {
      send(exchange, resources.reply(call));
    } catch (RuntimeException e) {
      listener.on(
          new ServerEvent.Fault("a fault at " + call.method() + " " + call.path() + ": " + e));
      send(exchange, resources.refusal(call, ProblemType.SERVER_INTERNAL, "a fault of the server"));
    }
  }

  private static Call call(HttpServerExchange exchange, byte[] body) {
    HeaderMap headers = exchange.getRequestHeaders();
    String type = header(headers, Headers.CONTENT_TYPE);
    int parameters = type.indexOf(';');
    return new Call(
        exchange.getRequestMethod().toString(),
        header(headers, Headers.HOST).toLowerCase(Locale.ROOT),
        exchange.getRequestURI(),
        new String(body, StandardCharsets.UTF_8),
        (parameters < 0 ? type : type.substring(0, parameters)).strip().toLowerCase(Locale.ROOT),
        exchange.getSourceAddress().getAddress());
  }

  private static String header(HeaderMap headers, HttpString name) {
    String value = headers.getFirst(name);
    return value == null ? "" : value;
  }

  private static void send(HttpServerExchange exchange, Reply reply) {
    exchange.setStatusCode(reply.status());
    exchange.getResponseHeaders().put(Headers.DATE, HttpDate.now());
    for (Map.Entry<String, String> header : reply.headers().entrySet()) {
      exchange.getResponseHeaders().put(new HttpString(header.getKey()), header.getValue());
    }
    if (reply.type().isEmpty()) {
      exchange.endExchange();
      return;
    }
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, reply.type());
    exchange.getResponseSender().send(reply.body(), StandardCharsets.UTF_8);
  }
}

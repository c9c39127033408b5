package dev.v6cert.proxy.inspect;

import dev.v6cert.ipv6.IpAddress;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.sse.ServerSentEventConnection;
import io.undertow.util.AttachmentKey;
import io.undertow.util.HeaderMap;
import io.undertow.util.HttpString;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The last requests of a front. While nobody looks, there is one small object for each, without
 * headers; while somebody does, headers are kept, and bodies if they are asked for. Memory has a
 * limit whatever clients send.
 *
 * <p>The front calls {@link #begin} once the gate has let a request in and taken its own cookie and
 * token out of it: neither is ever seen here.
 */
public final class Recorder {

  /** The requests that are kept. */
  static final int KEPT = 200;

  /** The most that is kept of all bodies. */
  static final long MAX_BODIES = 4L * 1024 * 1024;

  /** Marks a request that this process sends to itself, with the secret and the first one's id. */
  static final String REPLAY = "V6cert-Replay";

  private static final HttpString REPLAY_HEADER = new HttpString(REPLAY);
  private static final AttachmentKey<RecordedRequest> RECORDED =
      AttachmentKey.create(RecordedRequest.class);
  private static final AttachmentKey<Long> REPLAYED = AttachmentKey.create(Long.class);

  private final boolean keeping;
  private final AtomicReferenceArray<@Nullable RecordedRequest> ring =
      new AtomicReferenceArray<>(KEPT);
  private final AtomicLong next = new AtomicLong();
  private final AtomicLong heldOctets = new AtomicLong();
  private final Viewers viewers = new Viewers();
  private final String secret;
  private volatile boolean bodies;

  private Recorder(boolean keeping) {
    this.keeping = keeping;
    byte[] octets = new byte[16];
    if (keeping) {
      new SecureRandom().nextBytes(octets);
    }
    this.secret = Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
  }

  /** A recorder for an {@link Inspector}. */
  public static Recorder create() {
    return new Recorder(true);
  }

  /** A recorder that keeps nothing. */
  public static Recorder off() {
    return new Recorder(false);
  }

  /** Whether somebody looks. */
  public boolean isWatched() {
    return viewers.any();
  }

  /**
   * Whether the inspector sends the request again, so that it needs no other pass. The mark is
   * taken out of it.
   */
  public boolean takeReplay(HttpServerExchange exchange) {
    String mark = exchange.getRequestHeaders().getFirst(REPLAY_HEADER);
    int colon = mark == null ? -1 : mark.indexOf(':');
    if (mark == null || colon < 0 || !isWatched()) {
      return false;
    }
    boolean ours =
        MessageDigest.isEqual(
            mark.substring(0, colon).getBytes(StandardCharsets.UTF_8),
            secret.getBytes(StandardCharsets.UTF_8));
    exchange.getRequestHeaders().remove(REPLAY_HEADER);
    if (ours) {
      exchange.putAttachment(REPLAYED, Long.valueOf(mark.substring(colon + 1)));
    }
    return ours;
  }

  /** The mark of a request that repeats another. */
  String mark(RecordedRequest first) {
    return secret + ":" + first.id();
  }

  /**
   * Keeps a request from its start on; only called while somebody looks.
   *
   * @param path without the gate's token
   * @param target the server or folder that it goes to
   */
  public void begin(HttpServerExchange exchange, String path, String target) {
    HeaderMap headers = exchange.getRequestHeaders();
    Long replayed = exchange.getAttachment(REPLAYED);
    boolean content = !exchange.isRequestComplete();
    RecordedRequest.Details details =
        new RecordedRequest.Details(
            new RecordedRequest.Client(
                address(exchange),
                exchange.getProtocol().toString(),
                content ? exchange.getRequestContentLength() : 0),
            target,
            replayed == null ? -1 : replayed,
            HeaderField.isWhole(headers),
            HeaderField.of(headers),
            bodies || !content ? Optional.of(new RecordedBody()) : Optional.empty(),
            bodies ? Optional.of(new RecordedBody()) : Optional.empty());
    RecordedRequest one =
        new RecordedRequest(
            next.getAndIncrement(),
            new RecordedRequest.Summary(exchange.getRequestMethod().toString(), path),
            Optional.of(details));
    exchange.putAttachment(RECORDED, one);
    if (bodies) {
      tap(exchange, one, details);
    }
    keep(one);
    viewers.send(one.line().toString());
  }

  private static String address(HttpServerExchange exchange) {
    InetSocketAddress source = exchange.getSourceAddress();
    return IpAddress.from(source.getAddress()).toString();
  }

  private void tap(
      HttpServerExchange exchange, RecordedRequest one, RecordedRequest.Details details) {
    RecordedBody sent = details.requestBody().orElseThrow();
    RecordedBody answered = details.responseBody().orElseThrow();
    if (!exchange.isRequestComplete()) {
      exchange.addRequestWrapper((factory, _) ->
          new RecordingConduits.Source(factory.create(), sent, listener(one, sent)));
    }
    exchange.addResponseWrapper((factory, _) ->
        new RecordingConduits.Sink(factory.create(), answered, listener(one, answered)));
  }

  private Consumer<ByteBuffer> listener(RecordedRequest one, RecordedBody body) {
    return octets -> {
      if (heldOctets.addAndGet(body.add(octets)) > MAX_BODIES) {
        freeUpTo(one);
      }
    };
  }

  /** Frees the bodies of the oldest requests, until the others have room. */
  private void freeUpTo(RecordedRequest last) {
    for (long id = Math.max(0, next.get() - KEPT); id <= last.id(); id++) {
      if (heldOctets.get() <= MAX_BODIES) {
        return;
      }
      find(id).ifPresent(one -> heldOctets.addAndGet(-one.dropBodies()));
    }
  }

  private void keep(RecordedRequest one) {
    RecordedRequest before = ring.getAndSet((int) (one.id() % KEPT), one);
    if (before != null) {
      heldOctets.addAndGet(-before.dropBodies());
    }
  }

  /** Keeps the end of a request, or a summary of one whose start was not kept. */
  public void end(HttpServerExchange exchange, String path, long nanos) {
    if (!keeping) {
      return;
    }
    RecordedRequest one = exchange.getAttachment(RECORDED);
    boolean known = one != null;
    if (one == null) {
      one =
          new RecordedRequest(
              next.getAndIncrement(),
              new RecordedRequest.Summary(exchange.getRequestMethod().toString(), path),
              Optional.empty());
    }
    one.end(
        new RecordedRequest.Outcome(
            exchange.getStatusCode(),
            nanos,
            exchange.getResponseBytesSent(),
            known ? HeaderField.of(exchange.getResponseHeaders()) : List.of()));
    if (!known) {
      keep(one);
    }
    if (isWatched()) {
      viewers.send(one.line().toString());
    }
  }

  /** The request of the number, while it is kept. */
  Optional<RecordedRequest> find(long id) {
    if (id < 0) {
      return Optional.empty();
    }
    RecordedRequest one = ring.get((int) (id % KEPT));
    return one != null && one.id() == id ? Optional.of(one) : Optional.empty();
  }

  /** Takes in a page: it gets all lines, and those to come. */
  void watch(ServerSentEventConnection connection) {
    if (viewers.isFull()) {
      connection.shutdown();
      return;
    }
    Viewers.Viewer viewer = viewers.add(connection);
    List<String> lines = new ArrayList<>(List.of(state()));
    for (long id = Math.max(0, next.get() - KEPT); id < next.get(); id++) {
      find(id).ifPresent(one -> lines.add(one.line().toString()));
    }
    viewer.offer(String.join("\n", lines));
  }

  /** Whether bodies are kept of requests from now on. */
  void keepBodies(boolean wanted) {
    bodies = wanted;
    viewers.send(state());
  }

  private String state() {
    return new Json().put("bodies", bodies).toString();
  }

  void close() {
    viewers.close();
  }
}

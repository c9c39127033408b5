package dev.v6cert.dns.http;

import dev.v6cert.dns.challenge.ChallengeAccounts;
import dev.v6cert.dns.challenge.RecordStore;
import dev.v6cert.dns.credential.KeyDigest;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.io.Receiver;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.RequestTooBigException;
import io.undertow.util.Headers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.Options;

/**
 * Serves the API over HTTP or HTTPS. A request is read on an I/O thread and answered on a virtual
 * one, which may wait for the disk.
 */
public final class ApiServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);

  private static final int LARGEST_HEAD = 8 * 1024;
  private static final int LARGEST_BODY = 4 * 1024; // A registration with 64 networks has 3 KB.

  /** A refused body of up to so many octets is read, so that its sender sees the refusal. */
  private static final long LARGEST_UNREAD = 256 * 1024;

  private static final int MOST_CONNECTIONS = 1024;

  /**
   * Buffers that are kept. None for each thread: every request has a virtual thread of its own, and
   * its buffers came back at a collection of the old generation only (measured: 50 MB after 6,000).
   */
  private static final int MOST_BUFFERS = 2 * MOST_CONNECTIONS;

  private static final int PARSE_MILLIS = 5_000;
  private static final int IDLE_MILLIS = 30_000;

  private final ChallengeApi api;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, LongAdder> counts = new ConcurrentSkipListMap<>();
  private final Undertow server;

  private ApiServer(InetSocketAddress address, Optional<SSLContext> tls, ChallengeApi api) {
    this.api = api;
    String host = address.getAddress().getHostAddress();
    Undertow.Builder builder = Undertow.builder();
    this.server =
        (tls.isPresent()
                ? builder.addHttpsListener(address.getPort(), host, tls.get())
                : builder.addHttpListener(address.getPort(), host))
            .setHandler(this::receive)
            .setIoThreads(1)
            .setWorkerThreads(1)
            .setByteBufferPool(new DefaultByteBufferPool(true, LARGEST_HEAD, MOST_BUFFERS, 0))
            .setSocketOption(Options.CONNECTION_HIGH_WATER, MOST_CONNECTIONS)
            .setSocketOption(Options.CONNECTION_LOW_WATER, MOST_CONNECTIONS)
            .setSocketOption(Options.TCP_NODELAY, true)
            .setServerOption(UndertowOptions.MAX_HEADER_SIZE, LARGEST_HEAD)
            .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, (long) LARGEST_BODY)
            .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, PARSE_MILLIS)
            .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, IDLE_MILLIS)
            .setServerOption(UndertowOptions.DECODE_URL, false)
            .build();
  }

  /**
   * Listens, and answers from now on; with 503 until the store is open.
   *
   * @param tls has the certificate; plain HTTP where empty
   * @param token the digest of the registration token; empty while there is none
   * @throws IOException when the address cannot be bound, with the system's reason
   */
  public static ApiServer start(
      InetSocketAddress address,
      Optional<SSLContext> tls,
      ChallengeAccounts accounts,
      RecordStore store,
      Registration registration,
      Supplier<Optional<KeyDigest>> token)
      throws IOException {
    ApiServer server =
        new ApiServer(address, tls, new ChallengeApi(accounts, store, registration, token));
    try {
      server.server.start();
    } catch (RuntimeException e) { // Undertow wraps what the socket says.
      server.close();
      throw e.getCause() instanceof IOException why ? why : new IOException(e);
    }
    return server;
  }

  private void receive(HttpServerExchange exchange) {
    if (exchange.getRequestContentLength() > LARGEST_BODY) {
      exchange.setMaxEntitySize(LARGEST_UNREAD);
      exchange
          .getRequestReceiver()
          .receivePartialBytes(
              (read, _, last) -> {
                if (last) {
                  refuse(read, 413);
                }
              },
              (failed, _) -> refuse(failed, 413));
      return;
    }
    Receiver.FullBytesCallback answer =
        (_, body) -> exchange.dispatch(threads, () -> answer(exchange, body));
    exchange
        .getRequestReceiver()
        .receiveFullBytes(
            answer,
            (_, fault) -> {
              LOG.debug("a request of the API", fault);
              boolean tooLarge =
                  fault instanceof RequestTooBigException
                      || fault instanceof Receiver.RequestToLargeException;
              refuse(exchange, tooLarge ? 413 : 400);
            });
  }

  private static void refuse(HttpServerExchange exchange, int status) {
    exchange.setPersistent(false);
    send(exchange, ApiReply.error(status, "bad_request"));
  }

  private void answer(HttpServerExchange exchange, byte[] body) {
    ApiReply reply;
    try {
      ApiCall call = ApiCall.of(exchange, body);
      reply = api.answer(call);
      count(call.operation(), reply.status());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      reply = ApiReply.later(503, "server_ends", 1);
    } catch (RuntimeException e) {
      LOG.error("while answering a request of the API", e);
      reply = ApiReply.error(500, "internal_error");
    }
    send(exchange, reply);
  }

  private void count(String operation, int status) {
    String kind = (status == 404 ? "other" : operation) + " " + status;
    counts.computeIfAbsent(kind, _ -> new LongAdder()).increment();
  }

  private static void send(HttpServerExchange exchange, ApiReply reply) {
    exchange.setStatusCode(reply.status());
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
    if (reply.retrySeconds() > 0) {
      exchange.getResponseHeaders().put(Headers.RETRY_AFTER, reply.retrySeconds());
    }
    exchange.getResponseSender().send(reply.body(), StandardCharsets.UTF_8);
  }

  /** The number of answers so far, by operation and status: {@code "update 200"}. */
  public Map<String, Long> counts() {
    Map<String, Long> now = new ConcurrentSkipListMap<>();
    counts.forEach((kind, count) -> now.put(kind, count.sum()));
    return now;
  }

  /** The address that it listens on. */
  public InetSocketAddress address() {
    return (InetSocketAddress) server.getListenerInfo().getFirst().getAddress();
  }

  @Override
  public void close() {
    boolean interrupted = Thread.interrupted(); // Undertow would not wait for its own threads.
    server.stop();
    threads.shutdownNow();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.v6cert.dns.telemetry;

import dev.v6cert.dns.telemetry.HttpConnection.Request;
import dev.v6cert.dns.telemetry.HttpConnection.Stage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves small answers over HTTP/1.1, one on each connection, to clients that may be hostile. There
 * is a fixed number of places. When all are taken, a new connection takes that of the oldest one
 * whose request is not complete, or else of the one whose client has let the response wait longest,
 * so that a client with a whole request is always answered. The JDK's server turns new connections
 * away instead, and whoever holds all places then keeps everybody out.
 */
final class HttpEndpoint implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpEndpoint.class);

  private static final int PLACES = 16;
  private static final int BACKLOG = 128;
  private static final int TICK_MILLIS = 500;
  private static final int SEND_BUFFER = 64 * 1024;

  /** A request has this time before it can lose its place: a client that sends it at once does. */
  private static final long SAFE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private static final long READ_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final ServerSocket server;
  private final Handler handler;
  private final List<HttpConnection> open = new ArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Thread acceptor =
      Thread.ofPlatform().daemon().name("dns-metrics").unstarted(this::accept);

  /** A response. */
  record Response(int status, Map<String, String> headers, ByteBuffer body) {}

  /** Answers requests, from any number of threads. */
  @FunctionalInterface
  interface Handler {
    /**
     * Answers a request.
     *
     * @throws InterruptedException when the endpoint is closed meanwhile
     */
    Response answer(Request request) throws IOException, InterruptedException;
  }

  HttpEndpoint(InetSocketAddress address, Handler handler) throws IOException {
    this.handler = handler;
    server = new ServerSocket();
    try {
      server.setReuseAddress(true);
      server.setSoTimeout(TICK_MILLIS);
      server.bind(address, BACKLOG);
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  void start() {
    acceptor.start();
  }

  InetSocketAddress address() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        client.setSendBufferSize(SEND_BUFFER);
        client.setTcpNoDelay(true);
        HttpConnection connection = new HttpConnection(client, System.nanoTime());
        makeRoom();
        add(connection);
        threads.execute(() -> serve(connection));
      } catch (SocketTimeoutException e) {
        expire();
      } catch (IOException e) {
        pause(); // The end, or too many open files.
      } catch (Throwable t) { // A fault must not end the only thread that accepts.
        LOG.warn("while accepting a client of the metrics", t);
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(TICK_MILLIS / 10);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void add(HttpConnection connection) {
    open.add(connection);
  }

  private synchronized void remove(HttpConnection connection) {
    open.remove(connection);
    notifyAll();
  }

  /** Waits until there is a place, and takes one from a slow client as soon as that may be. */
  private synchronized void makeRoom() throws InterruptedException {
    expire();
    while (open.size() >= PLACES) {
      Optional<HttpConnection> slowest = slowest(Stage.READING).or(() -> slowest(Stage.WRITING));
      long safe = slowest.map(one -> one.since + SAFE_NANOS - System.nanoTime()).orElse(SAFE_NANOS);
      if (slowest.isPresent() && safe <= 0) {
        drop(slowest.get());
      } else {
        TimeUnit.NANOSECONDS.timedWait(this, Math.max(safe, 1));
        expire();
      }
    }
  }

  private Optional<HttpConnection> slowest(Stage stage) {
    long now = System.nanoTime();
    return open.stream()
        .filter(connection -> connection.stage == stage)
        .max(Comparator.comparingLong(connection -> now - connection.since));
  }

  /** Closes what is overdue. */
  private synchronized void expire() {
    long now = System.nanoTime();
    List.copyOf(open).stream()
        .filter(connection ->
            now - connection.since
                > (connection.stage == Stage.READING ? READ_NANOS : ANSWER_NANOS))
        .forEach(this::drop);
  }

  private void drop(HttpConnection connection) {
    open.remove(connection);
    connection.close();
  }

  private void serve(HttpConnection connection) {
    try {
      Request request = connection.read();
      boolean head = request.method().equals("HEAD");
      Response response =
          head || request.method().equals("GET")
              ? handler.answer(request)
              : new Response(405, Map.of("Allow", "GET, HEAD"), ByteBuffer.allocate(0));
      connection.write(response.status(), response.headers(), response.body(), !head);
    } catch (IOException e) {
      LOG.debug("a client of the metrics", e); // Its network, or it is hostile.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // The server ends, and the connection with it.
    } catch (RuntimeException | Error e) {
      LOG.warn("while answering a client of the metrics", e);
    } finally {
      remove(connection);
      connection.close();
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      // It takes no new clients either way.
    }
    synchronized (this) {
      List.copyOf(open).forEach(this::drop);
    }
    threads.shutdownNow();
  }
}

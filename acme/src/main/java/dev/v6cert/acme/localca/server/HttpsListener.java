package dev.v6cert.acme.localca.server;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.challenge.ListenAddress;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpHandler;
import io.undertow.server.protocol.http.HttpOpenListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;
import org.xnio.ssl.SslConnection;

/**
 * The server's port, as {@link Undertow} would open it, but for the look at each new connection,
 * which comes before the handshake and so before any work for the peer.
 */
final class HttpsListener implements AutoCloseable {

  private static final int MAX_HEADER = 8 * 1024;
  private static final int BUFFER = 16 * 1024;
  private static final int LIMIT_MILLIS = 10_000;
  private static final int IDLE_MILLIS = 60_000;
  private static final int IO_THREADS = 2;
  private static final int WORKERS = 8;
  private static final int BACKLOG = 1_000;
  private static final long END_SECONDS = 10;

  /** The limits of requests. */
  private static final OptionMap REQUESTS =
      OptionMap.builder()
          .set(UndertowOptions.BUFFER_PIPELINED_DATA, true)
          .set(UndertowOptions.MAX_HEADER_SIZE, MAX_HEADER)
          .set(UndertowOptions.MAX_ENTITY_SIZE, (long) RequestHandler.MAX_BODY)
          .set(UndertowOptions.REQUEST_PARSE_TIMEOUT, LIMIT_MILLIS)
          .set(UndertowOptions.NO_REQUEST_TIMEOUT, IDLE_MILLIS)
          .set(UndertowOptions.IDLE_TIMEOUT, IDLE_MILLIS)
          .set(UndertowOptions.DECODE_URL, false)
          .getMap();

  private static final OptionMap SOCKETS =
      OptionMap.builder()
          .set(Options.WORKER_IO_THREADS, IO_THREADS)
          .set(Options.TCP_NODELAY, true)
          .set(Options.REUSE_ADDRESSES, true)
          .set(Options.BACKLOG, BACKLOG)
          .getMap();

  private final XnioWorker worker;
  private final DefaultByteBufferPool buffers;
  private final AcceptingChannel<? extends StreamConnection> channel;

  private HttpsListener(
      XnioWorker worker,
      DefaultByteBufferPool buffers,
      AcceptingChannel<? extends StreamConnection> channel) {
    this.worker = worker;
    this.buffers = buffers;
    this.channel = channel;
  }

  /**
   * Listens.
   *
   * @throws AcmeFailureException as {@code CannotBind}
   */
  static HttpsListener start(
      InetSocketAddress address, SSLContext tls, HttpHandler handler, PeerShares shares)
      throws AcmeFailureException {
    Xnio xnio = Xnio.getInstance(Undertow.class.getClassLoader());
    DefaultByteBufferPool buffers = new DefaultByteBufferPool(false, BUFFER);
    HttpOpenListener connections = new HttpOpenListener(buffers, REQUESTS);
    connections.setRootHandler(handler);
    XnioWorker worker = worker(xnio);
    try {
      AcceptingChannel<SslConnection> channel =
          new UndertowXnioSsl(xnio, OptionMap.EMPTY, tls)
              .createSslConnectionServer(
                  worker, address, open -> accept(open, connections, shares), SOCKETS);
      channel.resumeAccepts();
      return new HttpsListener(worker, buffers, channel);
    } catch (IOException e) {
      worker.shutdownNow();
      buffers.close();
      throw ListenAddress.cannotBind(address, e);
    }
  }

  private static XnioWorker worker(Xnio xnio) {
    try {
      return xnio.createWorker(
          OptionMap.builder()
              .set(Options.WORKER_IO_THREADS, IO_THREADS)
              .set(Options.WORKER_TASK_CORE_THREADS, WORKERS)
              .set(Options.WORKER_TASK_MAX_THREADS, WORKERS)
              .getMap());
    } catch (IOException e) {
      throw new IllegalStateException("there are no selectors", e);
    }
  }

  private static void accept(
      AcceptingChannel<SslConnection> open, HttpOpenListener connections, PeerShares shares) {
    SslConnection connection;
    try {
      connection = open.accept();
    } catch (IOException e) {
      return; // The client is gone: the next event tries again.
    }
    if (connection == null) {
      return; // Another thread has it, or no more files may be open: then XNIO waits 250 ms or
      // more.
    }
    InetSocketAddress peer = connection.getPeerAddress(InetSocketAddress.class);
    if (peer != null && shares.admits(new Accepted(peer.getAddress(), connection))) {
      connections.handleEvent(connection);
    } else {
      IoUtils.safeClose(connection);
    }
  }

  private record Accepted(InetAddress peer, SslConnection connection)
      implements PeerShares.Connection {

    @Override
    public boolean isOpen() {
      return connection.isOpen();
    }

    @Override
    public void close() {
      connection.getIoThread().execute(() -> IoUtils.safeClose(connection));
    }
  }

  /** The address that it listens on. */
  InetSocketAddress address() {
    return channel.getLocalAddress(InetSocketAddress.class);
  }

  @Override
  public void close() {
    IoUtils.safeClose(channel);
    worker.shutdownNow();
    boolean interrupted = Thread.interrupted(); // Its threads are waited for in any case.
    try {
      boolean _ = worker.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    buffers.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

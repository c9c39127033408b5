package dev.v6cert.proxy.upstream;

import io.undertow.UndertowOptions;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.xnio.ChannelListener;
import org.xnio.IoFuture;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.XnioIoThread;

/**
 * Connects to an upstream. A name may have several addresses, such as both loopback addresses, of
 * which a server listens on one perhaps: they are tried in turn, and the one that answered last is
 * tried first.
 */
final class Dialer implements AutoCloseable {

  /** The time that a server may take to accept a connection, while its queue of them is full. */
  static final Duration LIMIT = Duration.ofSeconds(10);

  /** Longer than anybody waits, so that nobody is told of a failure instead. */
  private static final Duration UNIX_LIMIT = LIMIT.plusSeconds(1);

  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final long LAST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private static final OptionMap OPTIONS = OptionMap.create(Options.TCP_NODELAY, true);

  /** The certificate must be for the name; see RFC 9110 section 4.3.4. */
  private static final OptionMap VERIFYING =
      OptionMap.builder()
          .set(Options.TCP_NODELAY, true)
          .set(UndertowOptions.ENDPOINT_IDENTIFICATION_ALGORITHM, "HTTPS")
          .getMap();

  private final Upstream upstream;
  private final Optional<UndertowXnioSsl> tls;
  private volatile @Nullable InetSocketAddress last;
  private @Nullable UnixRelay relay;
  private boolean closed;

  Dialer(Upstream upstream, Optional<UndertowXnioSsl> tls) {
    this.upstream = upstream;
    this.tls = tls;
  }

  /** The outcome of a dial, told on the I/O thread; not told where that one ends before. */
  interface Outcome {
    void connected(StreamConnection connection);

    void failed(IOException why);
  }

  /** Connects; called on the I/O thread that is to serve the connection. */
  void dial(XnioIoThread thread, Outcome outcome) {
    if (upstream.socket().isPresent()) {
      Path socket = upstream.socket().get();
      Thread.startVirtualThread(() -> dial(socket, thread, outcome));
      return;
    }
    if (upstream.host().equals("localhost")) {
      attempt(thread, loopback(), 0, outcome);
      return;
    }
    Thread.startVirtualThread(() -> {
      try {
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (InetAddress one : InetAddress.getAllByName(upstream.host())) {
          addresses.add(new InetSocketAddress(one, upstream.port()));
        }
        execute(thread, () -> attempt(thread, addresses, 0, outcome));
      } catch (UnknownHostException e) {
        fail(thread, outcome, new IOException("no such host: " + upstream.host(), e));
      }
    });
  }

  private static void fail(XnioIoThread thread, Outcome outcome, IOException why) {
    execute(thread, () -> outcome.failed(why));
  }

  private static void execute(XnioIoThread thread, Runnable task) {
    try {
      thread.execute(task);
    } catch (RejectedExecutionException e) {
      // The front ends, and with its threads all connections.
    }
  }

  private void dial(Path socket, XnioIoThread thread, Outcome outcome) {
    try {
      UnixRelay through = relay(socket);
      InetSocketAddress address = through.address();
      SocketChannel channel = connect(through, socket);
      thread
          .openStreamConnection(
              address,
              connection -> {
                int port = connection.getLocalAddress(InetSocketAddress.class).getPort();
                through.announce(port, channel);
                outcome.connected(connection);
              },
              OPTIONS)
          .addNotifier(
              new IoFuture.HandlingNotifier<StreamConnection, Outcome>() {
                @Override
                public void handleFailed(IOException why, Outcome attachment) {
                  IoUtils.safeClose(channel);
                  fail(thread, attachment, why);
                }

                @Override
                public void handleCancelled(Outcome attachment) {
                  IoUtils.safeClose(channel);
                }
              },
              outcome);
    } catch (IOException e) {
      fail(thread, outcome, e);
    }
  }

  /** Connects as by TCP, where the system waits for room in the server's queue. */
  private static SocketChannel connect(UnixRelay through, Path socket) throws IOException {
    long start = System.nanoTime();
    long pause = FIRST_PAUSE_NANOS;
    while (true) {
      try {
        return through.connect();
      } catch (IOException e) {
        if (!isFull(e, socket) || System.nanoTime() - start > UNIX_LIMIT.toNanos()) {
          throw e;
        }
      }
      LockSupport.parkNanos(pause);
      pause = Math.min(2 * pause, LAST_PAUSE_NANOS);
    }
  }

  /** EAGAIN, which has no class of its own, and a text in the user's language. */
  private static boolean isFull(IOException why, Path socket) {
    return !(why instanceof ConnectException) && Files.isWritable(socket);
  }

  private synchronized UnixRelay relay(Path socket) throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    UnixRelay known = relay;
    if (known == null) {
      known = UnixRelay.to(socket);
      relay = known;
    }
    return known;
  }

  private List<InetSocketAddress> loopback() {
    InetSocketAddress v4 =
        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), upstream.port());
    InetSocketAddress v6 = new InetSocketAddress(InetAddress.ofLiteral("::1"), upstream.port());
    return v6.equals(last) ? List.of(v6, v4) : List.of(v4, v6);
  }

  private void attempt(
      XnioIoThread thread, List<InetSocketAddress> addresses, int index, Outcome outcome) {
    InetSocketAddress address = addresses.get(index);
    ChannelListener<StreamConnection> opened =
        connection -> {
          last = address;
          outcome.connected(connection);
        };
    IoFuture<? extends StreamConnection> future =
        tls.isPresent()
            ? tls.get()
                .openSslConnection(
                    thread, address, opened, UpstreamTrust.isHere(upstream) ? OPTIONS : VERIFYING)
            : thread.openStreamConnection(address, opened, OPTIONS);
    future.addNotifier(
        new IoFuture.HandlingNotifier<StreamConnection, Outcome>() {
          @Override
          public void handleFailed(IOException why, Outcome attachment) {
            execute(
                thread,
                () -> {
                  if (index + 1 < addresses.size()) {
                    attempt(thread, addresses, index + 1, attachment);
                  } else {
                    last = null;
                    attachment.failed(why);
                  }
                });
          }
        },
        outcome);
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (relay != null) {
      relay.close();
    }
  }
}

package dev.v6cert.proxy.upstream;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.xnio.IoUtils;

/**
 * A port of loopback that leads to a Unix socket, which XNIO cannot connect to. A socket has
 * permissions and a port has none: only connections that this process has announced are let
 * through.
 */
final class UnixRelay implements AutoCloseable {

  private static final int BUFFER = 16 * 1024;
  private static final int ANNOUNCEMENT_MILLIS = 2_000;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final UnixDomainSocketAddress target;
  private final ServerSocketChannel server;
  private final Map<Integer, SocketChannel> announced = new ConcurrentHashMap<>();

  private UnixRelay(UnixDomainSocketAddress target, ServerSocketChannel server) {
    this.target = target;
    this.server = server;
  }

  static UnixRelay to(Path socket) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
    UnixRelay relay = new UnixRelay(UnixDomainSocketAddress.of(socket), server);
    Thread.ofVirtual().name("unix-relay").start(relay::accept);
    return relay;
  }

  InetSocketAddress address() throws IOException {
    return (InetSocketAddress) server.getLocalAddress();
  }

  /**
   * Connects to the socket.
   *
   * @throws IOException when it is not there, closed to this user, or has no room for another
   */
  SocketChannel connect() throws IOException {
    return SocketChannel.open(target);
  }

  /** Leads the connection that comes, or has come, from this port of ours to the channel. */
  void announce(int port, SocketChannel channel) {
    announced.put(port, channel);
    if (!server.isOpen()) {
      forget();
    }
  }

  /** Closes the channels whose connections have not come and will not come any more. */
  private void forget() {
    for (Integer port : List.copyOf(announced.keySet())) {
      IoUtils.safeClose(announced.remove(port));
    }
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        SocketChannel client = server.accept();
        client.setOption(StandardSocketOptions.TCP_NODELAY, true);
        Thread.startVirtualThread(() -> relay(client));
      } catch (IOException e) {
        LockSupport.parkNanos(PAUSE_NANOS); // The end, or no descriptor is free.
      }
    }
  }

  private void relay(SocketChannel client) {
    try {
      int port = ((InetSocketAddress) client.getRemoteAddress()).getPort();
      SocketChannel channel = announced.remove(port);
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ANNOUNCEMENT_MILLIS);
      while (channel == null && System.nanoTime() < end) {
        Thread.sleep(1); // The connection may be here before its announcement.
        channel = announced.remove(port);
      }
      if (channel == null) {
        client.close(); // Somebody else's.
        return;
      }
      SocketChannel server = channel;
      Thread.startVirtualThread(() -> {
        copy(client, server);
        IoUtils.safeClose(client); // The proxy closes whole connections only.
        IoUtils.safeClose(server);
      });
      copy(server, client);
      client.shutdownOutput(); // What is on its way arrives; the proxy closes then.
    } catch (IOException e) {
      IoUtils.safeClose(client);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets nobody in any more. */
  @Override
  public void close() {
    IoUtils.safeClose(server);
    forget();
  }

  private static void copy(SocketChannel from, SocketChannel to) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    try {
      while (from.read(buffer) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
      }
    } catch (IOException e) {
      // The other side hears of it by the end of its connection.
    }
  }
}

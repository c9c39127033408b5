package dev.v6cert.dns.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** Many TCP clients of one server, from several networks of the loopback interface. */
public final class TcpCrowd implements AutoCloseable {
  private static final int RECEIVE_BUFFER = 4096;

  private final List<SocketChannel> clients = new ArrayList<>();

  /** Connects {@code count} clients, in turns from {@code networks} /24s. */
  public static TcpCrowd connect(InetSocketAddress server, int count, int networks)
      throws IOException {
    TcpCrowd crowd = new TcpCrowd();
    try {
      for (int i = 0; i < count; i++) {
        SocketChannel client = SocketChannel.open();
        crowd.clients.add(client);
        client.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
        InetAddress source = InetAddress.ofLiteral("127." + (1 + i % networks) + ".0.1");
        client.bind(new InetSocketAddress(source, 0));
        client.connect(server);
        client.configureBlocking(false);
      }
      return crowd;
    } catch (IOException e) {
      crowd.close();
      throw e;
    }
  }

  /** Has every client send the same octets, as far as the server takes them. */
  public void send(byte[] octets) {
    for (SocketChannel client : clients) {
      try {
        client.write(ByteBuffer.wrap(octets));
      } catch (IOException e) {
        // The server has closed it, which is its right.
      }
    }
  }

  /** The number of clients that the server has closed, as far as they know by now. */
  public int closedByServer() {
    int closed = 0;
    ByteBuffer reply = ByteBuffer.allocate(RECEIVE_BUFFER);
    for (SocketChannel client : clients) {
      try {
        int count = client.read(reply.clear());
        while (count > 0) {
          count = client.read(reply.clear());
        }
        closed += count < 0 ? 1 : 0;
      } catch (IOException e) {
        closed++;
      }
    }
    return closed;
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel client : clients) {
      client.close();
    }
  }
}

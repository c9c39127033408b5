package dev.v6cert.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.RunningServer;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.xbill.DNS.Type;

/**
 * Many connections of one network that always have more queries waiting than the server answers in
 * a round.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class BusyNetworkIT {
  private static final int CLIENTS = 400;
  private static final int QUERIES = 1200;

  @RegisterExtension
  static final RunningServer server = new RunningServer(config -> config.threads(1).rateLimit(0));

  /** One client: what it has sent and received. */
  private static final class Client {
    private final SocketChannel channel;
    private final ByteBuffer unsent;
    private long received;

    Client(ByteBuffer queries) throws Exception {
      channel = SocketChannel.open(server.address(false));
      channel.configureBlocking(false);
      unsent = queries.duplicate();
    }

    void send() throws Exception {
      channel.write(unsent);
    }

    void receive(ByteBuffer replies) throws Exception {
      int count = channel.read(replies.clear());
      assertThat(count).as("the server closed a connection").isNotNegative();
      received += count;
    }
  }

  @Test
  void allHaveTheirTurnBeforeTheFirstIsDone() throws Exception {
    ByteBuffer queries = queries();
    List<Client> clients = new ArrayList<>();
    try {
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(new Client(queries));
      }
      for (Client client : clients) {
        client.send();
      }
      ByteBuffer replies = ByteBuffer.allocate(1 << 16);
      long mostReceived = 0;
      while (mostReceived < queries.limit() / 2) {
        for (Client client : clients) {
          client.send();
          client.receive(replies);
          mostReceived = Math.max(mostReceived, client.received);
        }
      }
      assertThat(clients.stream().filter(client -> client.received == 0).count())
          .as("clients without an answer when another had half of its own")
          .isLessThan(CLIENTS / 20);
    } finally {
      for (Client client : clients) {
        client.channel.close();
      }
    }
  }

  private static ByteBuffer queries() {
    byte[] query = Packet.query("10-0-0-1.magic.test", Type.A).bytes();
    ByteBuffer queries = ByteBuffer.allocate(QUERIES * (2 + query.length));
    for (int i = 0; i < QUERIES; i++) {
      queries.putShort((short) query.length).put(query);
    }
    return queries.flip();
  }
}

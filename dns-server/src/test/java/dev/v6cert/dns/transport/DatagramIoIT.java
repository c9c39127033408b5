package dev.v6cert.dns.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.QueryLoad;
import dev.v6cert.dns.testing.Reply;
import dev.v6cert.dns.testing.RunningServer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xbill.DNS.Type;

class DatagramIoIT {
  private static final int LIMIT_MILLIS = 5_000;

  private static RunningServer start(DatagramIo io, int threads) throws IOException {
    assumeTrue(io.isSupported(), io + " does not work on this machine");
    return new RunningServer(b -> b.io(io).threads(threads).rateLimit(0)).start();
  }

  private static Reply ask(InetSocketAddress server, byte[] packet) throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(server); // Takes replies from the address that was asked, and no other.
      socket.setSoTimeout(LIMIT_MILLIS);
      socket.send(new DatagramPacket(packet, packet.length));
      DatagramPacket reply = new DatagramPacket(new byte[4096], 4096);
      socket.receive(reply);
      return Reply.of(Arrays.copyOf(reply.getData(), reply.getLength()));
    }
  }

  @Nested
  class EveryWay {
    @ParameterizedTest
    @EnumSource(DatagramIo.class)
    void answersEveryQueryOfABurst(DatagramIo io) throws IOException {
      try (RunningServer server = start(io, 4)) {
        List<Packet> queries = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
          int type = i % 3 == 0 ? Type.TXT : Type.A; // With and without the general path.
          String name = i % 7 == 0 ? "ip.magic.test" : "10-0-" + i / 256 + "-" + i % 256;
          queries.add(Packet.query(i % 7 == 0 ? name : name + ".magic.test", type));
        }
        for (boolean ipv6 : new boolean[] {false, true}) {
          List<Reply> replies = QueryLoad.replies(server.address(ipv6), queries);
          assertThat(replies).hasSize(queries.size());
          assertThat(replies.get(1).answerData()).containsExactly("10.0.0.1");
        }
      }
    }

    @ParameterizedTest
    @EnumSource(DatagramIo.class)
    void readsOnPastEmptyAndOverlongDatagrams(DatagramIo io) throws IOException {
      try (RunningServer server = start(io, 1);
          DatagramSocket socket = new DatagramSocket()) {
        InetSocketAddress address = server.address(false);
        byte[] query = Packet.query("10-0-0-1.magic.test", Type.A).bytes();
        socket.send(new DatagramPacket(query, 0, address));
        socket.send(new DatagramPacket(new byte[60_000], 60_000, address));
        byte[] padded = Arrays.copyOf(query, 5000); // What follows the question means nothing.
        assertThat(ask(address, padded).answerData()).containsExactly("10.0.0.1");
        assertThat(ask(address, query).answerData()).containsExactly("10.0.0.1");
      }
    }

    @ParameterizedTest
    @EnumSource(DatagramIo.class)
    void stopsAtOnceWhileItWaits(DatagramIo io) throws IOException {
      RunningServer server = start(io, 4);
      long start = System.nanoTime();
      server.close();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
      assertThat(Thread.getAllStackTraces().keySet())
          .noneMatch(
              thread -> thread.getName().equals("dns-udp-" + server.address(false).getPort()));
    }
  }

  @Nested
  class Batched {
    @Test
    void repliesFromTheAddressThatWasAsked() throws IOException {
      assumeTrue(DatagramIo.BATCHED.isSupported(), "needs recvmmsg and sendmmsg");
      int port;
      try (DatagramSocket free = new DatagramSocket()) {
        port = free.getLocalPort();
      }
      byte[] query = Packet.query("10-0-0-1.magic.test", Type.A).bytes();
      for (String wildcard : new String[] {"0.0.0.0", "::"}) {
        InetSocketAddress listen = RunningServer.at(wildcard, port);
        try (RunningServer server =
            new RunningServer(b -> b.io(DatagramIo.BATCHED).listen(List.of(listen))).start()) {
          assertThat(server.server().addresses()).containsExactly(listen);
          InetSocketAddress second = RunningServer.at("127.0.0.2", port);
          assertThat(ask(second, query).answerData()).containsExactly("10.0.0.1");
        }
      }
    }
  }
}

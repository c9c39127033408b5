package dev.v6cert.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.guard.RateLimits;
import dev.v6cert.dns.telemetry.QueryEvent.Outcome;
import dev.v6cert.dns.testing.Channel;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.Reply;
import dev.v6cert.dns.testing.RunningServer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xbill.DNS.CookieOption;
import org.xbill.DNS.Type;

/** One client that does harm, and what others notice of it. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class GuardsIT {
  private static final int LIMIT = 50;

  /** Sends from an address of the loopback network, so that networks can be told apart. */
  private static DatagramSocket from(String address, RunningServer server) throws IOException {
    DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(address), 0));
    socket.connect(server.address(false));
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static void send(DatagramSocket socket, Packet packet) throws IOException {
    byte[] message = packet.bytes();
    socket.send(new DatagramPacket(message, message.length));
  }

  private static Reply receive(DatagramSocket socket) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
    socket.receive(packet);
    return Reply.of(Arrays.copyOf(packet.getData(), packet.getLength()));
  }

  /** Takes replies until none comes any more. */
  private static void receiveAll(DatagramSocket socket, Consumer<Reply> each) {
    try {
      while (true) {
        each.accept(receive(socket));
      }
    } catch (SocketTimeoutException e) {
      // All replies are in.
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Packet query(int i) {
    return Packet.query("f" + i + ".10-1-2-3.magic.test", Type.A).id(i & 0xffff);
  }

  private static RunningServer limited() throws IOException {
    return new RunningServer(builder -> builder.rateLimit(LIMIT)).start();
  }

  /** Queries of which the fast path answers all, some or few, and for several zones. */
  enum Mix {
    MAGIC_NAMES,
    TWO_ZONES,
    HALF_WITH_UNDERSCORES,
    THREE_QUARTERS_NAME_SERVERS;

    Packet query(int i) {
      return switch (this) {
        case MAGIC_NAMES -> GuardsIT.query(i);
        case TWO_ZONES ->
            i % 2 == 0
                ? GuardsIT.query(i)
                : Packet.query("f" + i + ".10-1-2-3.other.magic.test", Type.A).id(i & 0xffff);
        case HALF_WITH_UNDERSCORES ->
            i % 2 == 0
                ? GuardsIT.query(i)
                : Packet.query("_x.f" + i + ".10-1-2-3.magic.test", Type.A).id(i & 0xffff);
        case THREE_QUARTERS_NAME_SERVERS ->
            i % 4 == 0 ? GuardsIT.query(i) : Packet.query("magic.test", Type.NS).id(i & 0xffff);
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFloodIsAnsweredToTheLimitAndOthersLoseNothing(Mix mix) throws Exception {
    int queries = 15_000;
    try (RunningServer server = limited();
        DatagramSocket flood = from("127.1.1.1", server);
        DatagramSocket other = from("127.2.2.2", server)) {
      flood.setSoTimeout(3_000);
      AtomicInteger answers = new AtomicInteger();
      AtomicInteger truncated = new AtomicInteger();
      AtomicLong octetsOut = new AtomicLong();
      AtomicLong last = new AtomicLong();
      Thread reader =
          Thread.ofVirtual()
              .start(() ->
                  receiveAll(
                      flood,
                      reply -> {
                        (reply.isTruncated() ? truncated : answers).incrementAndGet();
                        octetsOut.addAndGet(reply.length());
                        last.set(System.nanoTime());
                      }));
      long start = System.nanoTime();
      long octetsIn = 0;
      for (int i = 0; i < queries; i++) {
        while (System.nanoTime() - start < i * 200_000L) { // 5,000 a second.
          Thread.onSpinWait();
        }
        send(flood, mix.query(i));
        octetsIn += mix.query(i).bytes().length;
        if (i % 100 == 50) {
          send(other, query(i));
          assertThat(receive(other).answerData()).containsExactly("10.1.2.3");
        }
      }
      reader.join();
      double seconds = (last.get() - start) / 1e9;
      double ratio = (double) octetsOut.get() / octetsIn;
      System.err.printf(
          "flood of %s: %d queries in %.1f s, %d answered, %d with TC, octets out/in %.2f%n",
          mix, queries, seconds, answers.get(), truncated.get(), ratio);
      assertThat((double) answers.get()).isBetween(LIMIT * seconds * 0.9, LIMIT * (seconds + 1.2));
      assertThat(ratio).isLessThan(0.6);
      assertThat(server.server().counters().outcomes().get(Outcome.LIMITED_DROPPED)).isPositive();
    }
  }

  @Test
  void aValidCookieAndTcpAreNotLimited() throws IOException {
    try (RunningServer server = limited();
        DatagramSocket socket = from("127.1.1.1", server)) {
      byte[] client = Packet.hex("0011223344556677");
      send(socket, query(0).edns(1232, Packet.option(10, client)));
      CookieOption cookie =
          (CookieOption) receive(socket).message().getOPT().getOptions(10).getFirst();
      byte[] whole = Arrays.copyOf(client, 24);
      System.arraycopy(cookie.getServerCookie().orElseThrow(), 0, whole, 8, 16);
      for (int i = 0; i < 10 * LIMIT; i++) {
        send(socket, query(i).edns(1232, Packet.option(10, whole)));
        assertThat(receive(socket).answerData()).containsExactly("10.1.2.3");
      }
      for (int i = 0; i < LIMIT + 10; i++) {
        assertThat(Channel.TCP4.ask(server, query(i).bytes()).answer()).hasSize(1);
      }
    }
  }

  @Test
  void anExemptNetworkIsNotLimited() throws IOException {
    RateLimits limits =
        new RateLimits(1, List.of(RateLimits.network("127.3.3.0/24")), Optional.empty());
    try (RunningServer server = new RunningServer(builder -> builder.rateLimits(limits)).start();
        DatagramSocket socket = from("127.3.3.3", server)) {
      for (int i = 0; i < 1000; i++) {
        send(socket, i % 2 == 0 ? query(i) : Packet.query("magic.test", Type.NS));
        assertThat(receive(socket).isTruncated()).isFalse();
      }
    }
  }

  @Test
  void aThousandHalfOpenConnectionsKeepNobodyWaiting() throws IOException {
    List<Socket> held = new ArrayList<>();
    try (RunningServer server = new RunningServer().start()) {
      for (int i = 0; i < 1000; i++) {
        Socket socket =
            new Socket(server.address(false).getAddress(), server.address(false).getPort());
        held.add(socket);
        socket.getOutputStream().write(new byte[] {0, 40, 1}, 0, i % 4);
      }
      List<Long> millis = new ArrayList<>();
      for (Channel channel : Channel.values()) {
        long start = System.nanoTime();
        assertThat(channel.ask(server, query(1).bytes()).answer()).hasSize(1);
        millis.add(Duration.ofNanos(System.nanoTime() - start).toMillis());
      }
      System.err.println("with 1,000 half-open connections, ms for UDP4 UDP6 TCP4 TCP6: " + millis);
    } finally {
      for (Socket socket : held) {
        socket.close();
      }
    }
  }

  /** Waits until everything that was sent before is read, so that no buffer overflows. */
  private static void awaitDrained(DatagramSocket socket) throws IOException {
    int probe = 0xfffe;
    send(socket, query(0).id(probe));
    while (receive(socket).id() != probe) {
      // A reply to what was sent before.
    }
  }

  @Test
  void noPacketHoweverOddStopsTheServer() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    try (RunningServer server = new RunningServer(builder -> builder.rateLimit(0)).start();
        DatagramSocket socket = from("127.0.0.1", server)) {
      for (int i = 0; i < 20_000; i++) {
        byte[] packet = query(i).edns(1232, Packet.option(10, new byte[8])).bytes();
        for (int flips = random.nextInt(6); flips >= 0; flips--) {
          packet[random.nextInt(packet.length)] = (byte) random.nextInt(256);
        }
        int length = random.nextInt(4) == 0 ? random.nextInt(packet.length) : packet.length;
        socket.send(new DatagramPacket(packet, length));
        if (i % 50 == 49) {
          awaitDrained(socket);
        }
      }
      assertThat(Channel.UDP4.ask(server, query(1).bytes()).answer())
          .as("seed %d", seed)
          .hasSize(1);
      assertThat(server.server().counters().outcomes().get(Outcome.FAILED))
          .as("seed %d", seed)
          .isZero();
    }
  }
}

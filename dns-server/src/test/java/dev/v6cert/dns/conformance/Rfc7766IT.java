package dev.v6cert.dns.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.v6cert.dns.guard.TcpLimits;
import dev.v6cert.dns.testing.Channel;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.Reply;
import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.dns.transport.TransportHealth;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Type;

/** DNS transport over TCP. */
class Rfc7766IT {
  private static final TcpLimits LIMITS = limits(Duration.ofMillis(700), Duration.ofMillis(300));

  @RegisterExtension
  static final RunningServer SERVER = new RunningServer(builder -> builder.tcpLimits(LIMITS));

  /** No connection stands idle for so long here, however busy the machine is. */
  @RegisterExtension
  static final RunningServer PATIENT =
      new RunningServer(
          builder -> builder.tcpLimits(limits(Duration.ofSeconds(60), Duration.ofMillis(300))));

  private static TcpLimits limits(Duration idle, Duration others) {
    return new TcpLimits(8, 8, 1 << 20, idle, others, others);
  }

  private static Socket connect() throws IOException {
    return connect(SERVER);
  }

  private static Socket connect(RunningServer server) throws IOException {
    InetSocketAddress address = server.address(true);
    Socket socket = new Socket(address.getAddress(), address.getPort());
    socket.setSoTimeout(5_000);
    socket.setTcpNoDelay(true);
    return socket;
  }

  /** The frame of a query whose answer is 10.0.x.y for its identifier. */
  private static byte[] frame(int id) throws IOException {
    byte[] message =
        Packet.query(address(id).replace('.', '-') + ".magic.test", Type.A).id(id).bytes();
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(frame);
    out.writeShort(message.length);
    out.write(message);
    return frame.toByteArray();
  }

  private static String address(int id) {
    return "10.0." + (id >> 8) + "." + (id & 0xff);
  }

  private static void expectAnswer(Socket socket, int id) throws IOException {
    Reply reply = Channel.readFrame(socket).orElseThrow();
    assertThat(reply.id()).isEqualTo(id);
    assertThat(reply.answerData()).containsExactly(address(id));
  }

  private static void expectEnd(Socket socket) throws IOException {
    assertThat(Channel.readFrame(socket)).isEmpty();
  }

  @Test
  void oneConnectionTakesManyQueries() throws IOException {
    try (Socket socket = connect()) {
      for (int id = 0; id < 50; id++) {
        socket.getOutputStream().write(frame(id));
        expectAnswer(socket, id);
      }
    }
  }

  @Test
  void pipelinedQueriesAreAllAnswered() throws IOException {
    try (Socket socket = connect()) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (int id = 0; id < 1000; id++) {
        all.write(frame(id));
      }
      Thread.ofVirtual().start(() -> send(socket, all.toByteArray()));
      for (int id = 0; id < 1000; id++) {
        expectAnswer(socket, id);
      }
    }
  }

  private static void send(Socket socket, byte[] octets) {
    try {
      socket.getOutputStream().write(octets);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anySegmentationWillDo() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int id = 0; id < 20; id++) {
      all.write(frame(id));
    }
    byte[] octets = all.toByteArray();
    try (Socket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      for (int at = 0; at < octets.length; ) {
        int size = Math.min(1 + random.nextInt(7), octets.length - at);
        out.write(octets, at, size);
        at += size;
      }
      for (int id = 0; id < 20; id++) {
        expectAnswer(socket, id);
      }
    } catch (AssertionError e) {
      throw new AssertionError("seed " + seed, e);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 11})
  void aFrameThatIsTooShortForAMessageEndsTheConnection(int length) throws IOException {
    try (Socket socket = connect()) {
      byte[] frame = new byte[2 + length];
      frame[1] = (byte) length;
      socket.getOutputStream().write(frame);
      expectEnd(socket);
    }
  }

  @Test
  void idleConnectionsAreClosed() throws IOException {
    try (Socket socket = connect()) {
      long start = System.nanoTime();
      expectEnd(socket);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(LIMITS.idle().minusMillis(100), LIMITS.idle().plusSeconds(2));
    }
  }

  @Test
  void halfAFrameIsWaitedForLessLong() throws IOException {
    try (Socket socket = connect()) {
      long start = System.nanoTime();
      socket.getOutputStream().write(frame(1), 0, 7);
      expectEnd(socket);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(LIMITS.frame().minusMillis(100), LIMITS.idle());
    }
  }

  @Test
  void aSenderThatTricklesGetsNoMoreTimeForAFrame() throws IOException {
    try (Socket socket = connect(PATIENT)) {
      byte[] frame = frame(1);
      long start = System.nanoTime();
      Thread.ofVirtual().start(() -> trickle(socket, frame));
      expectEndOrReset(socket);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(LIMITS.frame().minusMillis(100), Duration.ofMillis(frame.length * 50L - 200));
    }
  }

  private static void expectEndOrReset(Socket socket) throws IOException {
    try {
      expectEnd(socket);
    } catch (SocketException e) {
      // What the client has sent meanwhile was not read.
    }
  }

  private static void trickle(Socket socket, byte[] octets) {
    try {
      for (byte octet : octets) {
        Thread.sleep(50);
        socket.getOutputStream().write(octet);
      }
    } catch (IOException e) {
      // The server has closed the connection.
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aClientThatTakesNoRepliesIsClosed() throws IOException {
    try (Socket socket = connect(PATIENT)) {
      byte[] frame = frame(1);
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 10_000_000; i++) {
                  socket.getOutputStream().write(frame);
                }
              })
          .isInstanceOf(IOException.class);
      assertThat(PATIENT.server().counters().transport().closures())
          .containsEntry(TransportHealth.Closure.WRITE_DEADLINE, 1L);
    }
  }

  @Test
  void aFullServerGivesUpTheLongestIdleConnection() throws IOException {
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int id = 0; id < LIMITS.connections(); id++) {
        Socket socket = connect(PATIENT);
        sockets.add(socket);
        socket.getOutputStream().write(frame(id));
        expectAnswer(socket, id);
      }
      Socket first = sockets.get(0);
      first.getOutputStream().write(frame(100));
      expectAnswer(first, 100); // Now the second one is idle longest.
      Socket late = connect(PATIENT);
      sockets.add(late);
      late.getOutputStream().write(frame(200));
      expectAnswer(late, 200);
      expectEnd(sockets.get(1));
      first.getOutputStream().write(frame(101));
      expectAnswer(first, 101);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }
}

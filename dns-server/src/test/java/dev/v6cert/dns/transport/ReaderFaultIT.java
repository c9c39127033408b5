package dev.v6cert.dns.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.v6cert.dns.guard.TcpLimits;
import dev.v6cert.dns.testing.RunningServer;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever a query makes this server throw, the threads that read go on. */
class ReaderFaultIT {
  private static final int LIMIT_MILLIS = 5_000;

  private static final List<Supplier<Throwable>> FAULTS =
      List.of(
          IllegalStateException::new,
          StackOverflowError::new,
          NoClassDefFoundError::new,
          AssertionError::new,
          () -> new OutOfMemoryError("a test's"));

  /** Throws the fault whose number is the first octet, and echoes what has none. */
  private static final MessageHandler HANDLER =
      (message, _, scratch) -> {
        int first = message.get(message.position());
        if (first < FAULTS.size()) {
          throw ReaderFaultIT.<RuntimeException>asUnchecked(FAULTS.get(first).get());
        }
        return scratch.put(message).flip();
      };

  private final TransportHealth health = new TransportHealth();

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // So that errors pass, too.
  private static <T extends Throwable> T asUnchecked(Throwable fault) throws T {
    throw (T) fault;
  }

  private Listeners start(DatagramIo io) throws ListenFailure {
    Listeners listeners =
        Listeners.bind(
            List.of(RunningServer.at("127.0.0.1", 0)),
            1,
            io,
            HANDLER,
            TcpLimits.ofThisProcess(2),
            health);
    listeners.start();
    return listeners;
  }

  private static byte[] message(int first) {
    byte[] message = new byte[20];
    message[0] = (byte) first;
    return message;
  }

  private static void send(DatagramSocket socket, InetSocketAddress server, int first)
      throws IOException {
    socket.send(new DatagramPacket(message(first), 20, server));
  }

  private static int receive(DatagramSocket socket) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[20], 20);
    socket.receive(packet);
    return packet.getData()[0];
  }

  @ParameterizedTest
  @EnumSource(names = {"BATCHED", "NIO"})
  void overUdpItCostsTheQueryAndNoOther(DatagramIo io) throws IOException {
    assumeTrue(io.isSupported(), io + " does not work on this machine");
    try (Listeners listeners = start(io);
        DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout(LIMIT_MILLIS);
      InetSocketAddress server = listeners.addresses().getFirst();
      for (int fault = 0; fault < FAULTS.size(); fault++) {
        send(socket, server, fault);
        send(socket, server, 100 + fault);
        assertThat(receive(socket)).isEqualTo(100 + fault);
      }
      assertThat(health.faults()).isEqualTo(FAULTS.size());
      assertThat(health.failure()).isNotDone();
    }
  }

  @Test
  void overTcpItCostsTheConnectionAndNoOther() throws IOException {
    try (Listeners listeners = start(DatagramIo.AUTO);
        Socket other = connect(listeners)) {
      for (int fault = 0; fault < FAULTS.size(); fault++) {
        try (Socket socket = connect(listeners)) {
          send(socket, fault);
          assertThat(socket.getInputStream().read()).isNegative();
        }
        send(other, 100 + fault);
        DataInputStream in = new DataInputStream(other.getInputStream());
        assertThat(in.readNBytes(in.readUnsignedShort())[0]).isEqualTo((byte) (100 + fault));
      }
      assertThat(health.faults()).isEqualTo(FAULTS.size());
      assertThat(health.closures())
          .containsEntry(TransportHealth.Closure.FAULT, (long) FAULTS.size());
      assertThat(health.failure()).isNotDone();
    }
  }

  private static Socket connect(Listeners listeners) throws IOException {
    InetSocketAddress server = listeners.addresses().getFirst();
    Socket socket = new Socket(server.getAddress(), server.getPort());
    socket.setSoTimeout(LIMIT_MILLIS);
    return socket;
  }

  private static void send(Socket socket, int first) throws IOException {
    byte[] frame = ByteBuffer.allocate(22).putShort((short) 20).put(message(first)).array();
    socket.getOutputStream().write(frame);
  }

  @Test
  void aReaderThatOnlyFailsIsTold() throws Exception {
    try (Listeners listeners = start(DatagramIo.NIO);
        DatagramSocket socket = new DatagramSocket()) {
      InetSocketAddress server = listeners.addresses().getFirst();
      for (int i = 0; i < 200 && !health.failure().isDone(); i++) {
        send(socket, server, 2);
        Thread.sleep(40);
      }
      assertThat(health.failure().get(LIMIT_MILLIS, TimeUnit.MILLISECONDS))
          .isInstanceOf(NoClassDefFoundError.class);
      socket.setSoTimeout(1);
      assertThatThrownBy(() -> receive(socket)).isInstanceOf(SocketTimeoutException.class);
    }
  }
}

package dev.v6cert.dns.transfer;

import static dev.v6cert.dns.transfer.HostedServer.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.http.ApiClient.Account;
import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.dns.transfer.Secondaries.Secondary;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;

/** Secondaries that do not reply as they ought to (RFC 1996, RFC 8945 section 5.3). */
class NotifierIT {
  private static final Duration WATCHED = Duration.ofMillis(3_500);

  @TempDir Path home;
  private DatagramSocket secondary;
  private HostedServer server;

  @BeforeEach
  void start() throws IOException {
    secondary = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"));
    server =
        new HostedServer(
                home,
                new Secondary(
                    RunningServer.at("127.0.0.1", secondary.getLocalPort()), Optional.empty()))
            .start();
  }

  @AfterEach
  void stop() {
    server.close();
    secondary.close();
  }

  /** Replies to each NOTIFY for a while; their count. */
  private int notifies(int rcode, boolean signed) throws IOException {
    long end = System.nanoTime() + WATCHED.toNanos();
    int count = 0;
    while (System.nanoTime() < end) {
      secondary.setSoTimeout((int) ((end - System.nanoTime()) / 1_000_000) + 1);
      DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
      try {
        secondary.receive(packet);
      } catch (SocketTimeoutException e) {
        break;
      }
      count++;
      Message notify = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
      Message reply = new Message(notify.getHeader().getID());
      reply.getHeader().setFlag(Flags.QR);
      reply.getHeader().setOpcode(notify.getHeader().getOpcode());
      reply.getHeader().setRcode(rcode);
      if (signed) {
        reply.setTSIG(KEY, Rcode.NOERROR, notify.getTSIG());
      }
      byte[] octets = reply.toWire(4096);
      secondary.send(new DatagramPacket(octets, octets.length, packet.getSocketAddress()));
    }
    return count;
  }

  @Test
  void oneThatRepliesWithASignatureIsToldOnce() throws Exception {
    assertThat(notifies(Rcode.NOERROR, true)).isOne();
  }

  @Test
  void aReplyWithoutASignatureIsNone() throws Exception {
    assertThat(notifies(Rcode.NOERROR, false)).isGreaterThan(1);
  }

  @Test
  void oneThatRefusesIsToldNoMoreOftenWhenMuchChanges() throws Exception {
    Account account = server.register();
    Thread changes =
        Thread.startVirtualThread(() -> {
          try {
            for (int i = 0; i < 30; i++) {
              server.set(account, String.format("%043d", i));
              Thread.sleep(Duration.ofMillis(50));
            }
          } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
          }
        });
    assertThat(notifies(Rcode.REFUSED, true)).isBetween(1, 3);
    changes.join();
  }
}

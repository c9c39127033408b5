package dev.v6cert.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.v6cert.dns.testing.Channel;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.dns.transport.ListenFailure;
import dev.v6cert.ipv6.name.Zone;
import dev.v6cert.testing.FreePorts;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Type;

class DnsServerIT {
  private static final byte[] QUERY = Packet.query("192-0-2-7.magic.test", Type.A).bytes();

  private static DnsServerConfig listeningOn(InetSocketAddress... addresses) {
    return DnsServerConfig.builder()
        .zones(List.of(Zone.of("magic.test")))
        .listen(List.of(addresses))
        .build();
  }

  private static ListenFailure failureOf(DnsServerConfig config) {
    return catchThrowableOfType(ListenFailure.class, () -> DnsServer.start(config));
  }

  @Nested
  class Starting {
    @Test
    void tellsThePortThatPortZeroBecame() throws IOException {
      try (RunningServer server = new RunningServer().start()) {
        assertThat(server.address(false).getPort()).isPositive();
        assertThat(Channel.UDP4.ask(server, QUERY).answerData()).containsExactly("192.0.2.7");
        assertThat(Channel.TCP4.ask(server, QUERY).answerData()).containsExactly("192.0.2.7");
      }
    }

    @Test
    void servesBothWildcardsWithTheSameSockets() throws IOException {
      int port = FreePorts.next();
      List<InetSocketAddress> wildcards =
          List.of(RunningServer.at("::", port), RunningServer.at("0.0.0.0", port));
      try (RunningServer server = new RunningServer(builder -> builder.listen(wildcards)).start()) {
        assertThat(server.server().addresses()).isEqualTo(wildcards);
        for (Channel channel : Channel.values()) {
          assertThat(channel.ask(server, QUERY).answerData()).containsExactly("192.0.2.7");
        }
      }
    }

    @Test
    void saysWhichUdpPortIsTakenAndLeavesNothingBehind() throws IOException {
      try (DatagramSocket taken = new DatagramSocket(RunningServer.at("127.0.0.1", 0));
          ServerSocket free = new ServerSocket()) {
        InetSocketAddress other = freeAddress();
        InetSocketAddress busy = RunningServer.at("127.0.0.1", taken.getLocalPort());
        ListenFailure failure = failureOf(listeningOn(other, busy));
        assertThat(failure.reason()).isEqualTo(ListenFailure.Reason.ADDRESS_IN_USE);
        assertThat(failure.address()).isEqualTo(busy);
        free.bind(other); // The address before it was given back.
      }
    }

    @Test
    void saysWhichTcpPortIsTaken() throws IOException {
      try (ServerSocket taken = new ServerSocket()) {
        taken.bind(RunningServer.at("127.0.0.1", 0));
        InetSocketAddress busy = RunningServer.at("127.0.0.1", taken.getLocalPort());
        ListenFailure failure = failureOf(listeningOn(busy));
        assertThat(failure.reason()).isEqualTo(ListenFailure.Reason.ADDRESS_IN_USE);
        assertThat(failure).hasMessageContaining("TCP");
      }
    }

    @Test
    void saysThatAnAddressIsNotOfThisMachine() {
      ListenFailure failure = failureOf(listeningOn(RunningServer.at("192.0.2.1", 0)));
      assertThat(failure.reason()).isEqualTo(ListenFailure.Reason.ADDRESS_NOT_AVAILABLE);
    }

    @Test
    void isRefusedWithoutAZoneOrAnAddress() {
      assertThatThrownBy(() -> DnsServerConfig.builder().build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("there is no zone to serve");
      assertThatThrownBy(() -> listeningOn()).hasMessage("there is no address to listen on");
    }

    private static InetSocketAddress freeAddress() throws IOException {
      return RunningServer.at("127.0.0.1", FreePorts.next());
    }
  }

  @Nested
  class Stopping {
    @Test
    void takesLessThanTwoSecondsWithConnectionsOpenAndFreesThePorts() throws IOException {
      RunningServer server = new RunningServer().start();
      InetSocketAddress address = server.address(false);
      try (Socket open = new Socket(address.getAddress(), address.getPort())) {
        open.getOutputStream().write(0);
        long start = System.nanoTime();
        server.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
      }
      try (DnsServer again = DnsServer.start(listeningOn(address))) {
        assertThat(again.addresses()).containsExactly(address);
      }
    }
  }

  @Nested
  class TheRootAsAZone {
    @Test
    void answersForAnySuffix() throws IOException {
      try (RunningServer server =
          new RunningServer(builder -> builder.zones(List.of(Zone.of(".")))).start()) {
        Packet query = Packet.query("www.192-0-2-7.any.thing.example", Type.A);
        assertThat(server.ask(query).answerData()).containsExactly("192.0.2.7");
        assertThat(server.ask(Packet.query("", Type.SOA)).answer()).hasSize(1);
      }
    }
  }
}

package dev.v6cert.dns.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.dns.transport.DatagramIo;
import dev.v6cert.dns.transport.Listeners.ListeningAddress;
import dev.v6cert.dns.transport.Transport;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

@Timeout(60)
class HealthCheckIT {
  private static final long STALE_MILLIS = 1100;

  static Stream<DatagramIo> ios() {
    return Stream.of(DatagramIo.NIO, DatagramIo.BATCHED).filter(DatagramIo::isSupported);
  }

  @ParameterizedTest
  @MethodSource("ios")
  void listenersThatAnswerAreWell(DatagramIo io) throws Exception {
    try (ObstructedListeners listeners = new ObstructedListeners(io, "::", "127.0.0.1")) {
      assertThat(listeners.check().current().text()).isEqualTo("ok");
      assertThat(listeners.asked(Transport.UDP)).isGreaterThanOrEqualTo(2);
      assertThat(listeners.asked(Transport.TCP)).isGreaterThanOrEqualTo(2);
    }
  }

  @ParameterizedTest
  @MethodSource("ios")
  void aThreadThatHangsIsNamedUntilItGoesOn(DatagramIo io) throws Exception {
    try (ObstructedListeners listeners = new ObstructedListeners(io, "::1")) {
      listeners.hangOne();
      Health health = listeners.check().current();
      String udp = "udp \\[::1]:" + listeners.port();
      assertThat(health.text()) // One time in 64, each of six questions reaches the same thread.
          .matches(udp + " \\(thread [12]\\) does not answer(; " + udp + " does not answer)?");
      assertThat(health.needsRestart()).isTrue();
      listeners.release();
      Thread.sleep(STALE_MILLIS);
      assertThat(listeners.check().current().text()).isEqualTo("ok");
    }
  }

  @Test
  void listenersThatAreSilentAreNamed() throws Exception {
    try (ObstructedListeners listeners = new ObstructedListeners(DatagramIo.AUTO, "127.0.0.1")) {
      listeners.silence(Transport.TCP);
      String socket = "127.0.0.1:" + listeners.port();
      assertThat(listeners.check().current().text())
          .isEqualTo("tcp " + socket + " does not answer");
      listeners.silence(Transport.UDP);
      Thread.sleep(STALE_MILLIS);
      Health health = listeners.check().current();
      assertThat(health.text())
          .isEqualTo("udp " + socket + " does not answer; tcp " + socket + " does not answer");
      assertThat(health.needsRestart()).isTrue();
    }
  }

  @Test
  void aListenerThatNeverAnsweredIsNoReasonForARestart() throws Exception {
    try (ObstructedListeners listeners = new ObstructedListeners(DatagramIo.AUTO, "127.0.0.1")) {
      listeners.silence(Transport.TCP);
      listeners.silence(Transport.UDP);
      Health health = listeners.check().current();
      assertThat(health.faults()).hasSize(2);
      assertThat(health.needsRestart()).isFalse();
    }
  }

  /** The kernel would send a question to 192.0.2.1 to some router, whose silence means nothing. */
  @Test
  void anAddressThatTheMachineHasLostCannotBeAsked() throws Exception {
    HealthCheck check =
        new HealthCheck(
            List.of(new ListeningAddress(RunningServer.at("192.0.2.1", 53), List.of())),
            Name.fromConstantString("magic.test."),
            _ -> 0);
    Health health = check.current();
    assertThat(health.text())
        .isEqualTo("udp 192.0.2.1:53 cannot be asked; tcp 192.0.2.1:53 cannot be asked");
    assertThat(health.needsRestart()).isFalse();
  }

  @Test
  void aCrowdedOutQuestionIsNoReasonForARestart() throws Exception {
    try (ObstructedListeners listeners = new ObstructedListeners(DatagramIo.AUTO, "127.0.0.1")) {
      listeners.silence(Transport.UDP);
      Thread others =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  while (true) {
                    listeners.send("other.test");
                    Thread.sleep(20);
                  }
                } catch (Exception e) {
                  // The end.
                }
              });
      Health health = listeners.check().current();
      others.interrupt();
      assertThat(health.isGood()).isFalse();
      assertThat(health.needsRestart()).isFalse();
    }
  }

  @Test
  void aListenerThatIsClosedIsSilent() throws Exception {
    ObstructedListeners listeners = new ObstructedListeners(DatagramIo.AUTO, "127.0.0.1");
    listeners.close();
    Health health = listeners.check().current();
    assertThat(health.text()).contains("udp ", "(thread 2) does not answer", "tcp ");
    assertThat(health.needsRestart()).isTrue();
  }

  @Test
  void twoHundredWhoAskAtOnceShareAQuestion() throws Exception {
    try (ObstructedListeners listeners = new ObstructedListeners(DatagramIo.AUTO, "::1");
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Health> look = () -> listeners.check().current();
      for (Future<Health> health :
          executor.invokeAll(Stream.generate(() -> look).limit(200).toList())) {
        assertThat(health.get().isGood()).isTrue();
      }
      assertThat(listeners.asked(Transport.UDP)).isLessThan(20);
      assertThat(listeners.asked(Transport.TCP)).isLessThan(20);
    }
  }

  @Test
  void theRateLimitOfOthersDoesNotHideAServer() throws Exception {
    try (RunningServer server = new RunningServer(builder -> builder.rateLimit(1)).start();
        DatagramSocket socket = new DatagramSocket()) {
      byte[] query = Packet.query("192-0-2-7.magic.test", Type.A).bytes();
      for (boolean ipv6 : List.of(true, false)) {
        for (int i = 0; i < 2000; i++) {
          socket.send(new DatagramPacket(query, query.length, server.address(ipv6)));
        }
      }
      for (int i = 0; i < 3; i++) {
        assertThat(server.server().health().current().text()).isEqualTo("ok");
        Thread.sleep(STALE_MILLIS);
      }
    }
  }
}

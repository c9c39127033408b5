package dev.v6cert.cli.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.v6cert.ipv6.name.HostName;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The look-up of CAA records, cut off by Ctrl-C. */
class CaaCheckTest {

  @Test
  void anInterruptionIsNoFinding() throws Exception {
    try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      CaaCheck check =
          new CaaCheck(
              List.of("ca.example"),
              Optional.empty(),
              "http-01",
              false,
              Optional.of((InetSocketAddress) silent.getLocalSocketAddress()));
      Thread.currentThread().interrupt();

      assertThatThrownBy(() -> check.of(HostName.of("www.example.org")))
          .isInstanceOf(InterruptedException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}

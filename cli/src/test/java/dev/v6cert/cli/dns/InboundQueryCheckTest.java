package dev.v6cert.cli.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The queries that say something about the way from the Internet. */
class InboundQueryCheckTest {

  @ParameterizedTest
  @CsvSource({
    "2a01:4f8:c17:b8f::1, 2a01:4f8:c17:b8f::2, true",
    "2a01:4f8:c17:b90::1, 2a01:4f8:c17:b8f::2, false",
    "fe80::1, 2a01:4f8:c17:b8f::2, true",
    "fd00::1, 2a01:4f8:c17:b8f::2, true",
    "9.9.9.9, 198.51.100.7, false",
    "192.168.0.1, 198.51.100.7, true",
  })
  void doNotComeFromTheSameNetwork(String from, String at, boolean near) {
    InetSocketAddress here = new InetSocketAddress(InetAddress.ofLiteral(at), 53);

    assertThat(InboundQueryCheck.isNear(InetAddress.ofLiteral(from), here)).isEqualTo(near);
  }
}

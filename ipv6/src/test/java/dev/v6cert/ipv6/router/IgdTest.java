package dev.v6cert.ipv6.router;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.v6cert.ipv6.IpProtocol;
import dev.v6cert.ipv6.Ipv6Address;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that anybody on the link may give in the router's place. */
class IgdTest {

  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("::1");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http:description.xml",
        "mailto:root@localhost",
        "file:///etc/passwd",
        "//localhost",
        "%",
        "http://[::1]:1/description.xml",
        "http://[::1]:99999/"
      })
  void isRefusedWhereItMakesNoSense(String location) throws Exception {
    try (DatagramSocket router = bound()) {
      Thread.ofVirtual().start(() -> answer(router, location));
      Igd igd = new Igd(LOOPBACK, Ipv6Address.parse("::1"), 80, IpProtocol.TCP);
      assertThatThrownBy(igd::open).isInstanceOf(IOException.class);
    }
  }

  private static DatagramSocket bound() throws IOException {
    try {
      return new DatagramSocket(new InetSocketAddress(LOOPBACK, 1900));
    } catch (BindException e) {
      assumeTrue(false, "port 1900 of ::1 cannot be had: " + e.getMessage());
      throw e;
    }
  }

  private static void answer(DatagramSocket router, String location) {
    try {
      DatagramPacket question = new DatagramPacket(new byte[2048], 2048);
      router.receive(question);
      byte[] octets =
          ("HTTP/1.1 200 OK\r\nLOCATION: " + location + "\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII);
      router.send(new DatagramPacket(octets, octets.length, question.getSocketAddress()));
    } catch (IOException e) {
      // The test is over.
    }
  }
}

package dev.v6cert.ipv6.router;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.IpProtocol;
import dev.v6cert.ipv6.Ipv4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Any octets as a router's answer: read or refused as a router's fault, and nothing else. */
class RouterAnswersFuzz {

  private static final InetAddress ROUTER = InetAddress.ofLiteral("192.168.7.1");
  private static final Ipv4Address OURS = Ipv4Address.parse("192.168.7.2");

  @FuzzTest(maxDuration = "1h")
  void areReadOrRefused(byte[] input) {
    Optional<Pcp.Answer> pcp = new Pcp(ROUTER, OURS, 8080, 80, IpProtocol.TCP).read(input);
    pcp.ifPresent(RouterAnswersFuzz::isWhole);
    boolean mapped = NatPmp.isAnswer(input, (byte) 2, 16);
    assertThat(!mapped || input.length >= 4).isTrue();
    String text = new String(input, StandardCharsets.UTF_8);
    described(text);
    contained(text);
  }

  /** A mapping has all that it takes; Jazzer reads the nonce out of the comparison. */
  private static void isWhole(Pcp.Answer answer) {
    assertThat(answer.result()).isBetween(0, 255);
    assertThat(answer.port()).isBetween(0, 65_535);
    assertThat(answer.lifetime()).isBetween(Duration.ZERO, Duration.ofSeconds(0xffff_ffffL));
    assertThat(answer.result() != Pcp.SUCCESS || answer.outside().isPresent()).isTrue();
  }

  private static void described(String text) {
    try {
      assertThat(UpnpService.at(ROUTER, UpnpService.uri(UpnpService.location(text))).getAddress())
          .as("asked at its own address only")
          .isEqualTo(ROUTER);
    } catch (RouterException e) {
      assertThat(e).hasMessageStartingWith("the router");
    }
  }

  private static void contained(String text) {
    try {
      String content = RouterHttp.content(text);
      Optional<IpAddress> outside =
          RouterXml.text(content, "NewExternalIPAddress").flatMap(IpAddress::tryParse);
      assertThat(outside.map(IpAddress::octets).map(octets -> octets.length).orElse(4)).isIn(4, 16);
    } catch (RouterException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }
}

package dev.v6cert.ipv6.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.v6cert.ipv6.IpProtocol;
import dev.v6cert.ipv6.Ipv4Address;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A router with PCP and NAT-PMP alone that lies, on an address of loopback. */
class PortMappingTest {

  private static final InetAddress ROUTER = InetAddress.ofLiteral("127.0.0.10");
  private static final Ipv4Address OURS = Ipv4Address.parse("127.0.0.1");
  private static final int OUTER = 80;
  private static final PortRoute ROUTE = PortRoute.tcp(OUTER, 8080);
  private static final PortRoute DNS = new PortRoute(new OuterPort(IpProtocol.UDP, 53), 8053);
  private static final int LENGTH = 60;

  private final List<byte[]> requests = new CopyOnWriteArrayList<>();
  private UnaryOperator<byte[]> answers = request -> new byte[0];
  private DatagramSocket router;
  private Thread answering;

  private static final class Forgetful implements PortMapping.Journal {
    @Override
    public void permanent(OuterPort outer) {
      throw new AssertionError("only UPnP knows such mappings");
    }

    @Override
    public void gone() {}
  }

  @BeforeEach
  void listen() throws IOException {
    router = new DatagramSocket(new InetSocketAddress(ROUTER, 5351));
    answering = Thread.ofVirtual().start(this::answer);
  }

  @AfterEach
  void end() throws InterruptedException {
    router.close();
    answering.join(); // The port is free afterwards.
  }

  private void answer() {
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
        router.receive(packet);
        byte[] request = Arrays.copyOf(packet.getData(), packet.getLength());
        requests.add(request);
        byte[] answer = answers.apply(request);
        if (answer.length > 0) {
          router.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        }
      }
    } catch (IOException e) {
      // It is closed.
    }
  }

  /** Answers PCP so, and nothing by NAT-PMP. */
  private static UnaryOperator<byte[]> pcp(int result, String outside, int port, int lifetime) {
    return request -> {
      if (request[0] != 2) {
        return new byte[0];
      }
      ByteBuffer answer = ByteBuffer.wrap(Arrays.copyOf(request, LENGTH));
      answer.put(1, (byte) 0x81).put(3, (byte) result).putInt(4, lifetime);
      answer.putShort(42, (short) port).putLong(44, 0).putInt(52, 0xffff);
      answer.putInt(56, Ipv4Address.parse(outside).bits());
      return answer.array();
    };
  }

  /** Answers NAT-PMP so, and PCP that it does not know it. */
  private static UnaryOperator<byte[]> natPmp(int result, String outside, int port) {
    return request -> {
      if (request[0] != 0) {
        return new byte[] {0, (byte) 0x81, 0, 1, 0, 0, 0, 0};
      }
      boolean mapping = request[1] != 0;
      ByteBuffer answer = ByteBuffer.allocate(mapping ? 16 : 12);
      answer.put(1, (byte) (0x80 | request[1])).putShort(2, (short) result);
      return mapping
          ? answer.putShort(10, (short) port).putInt(12, 120).array()
          : answer.putInt(8, Ipv4Address.parse(outside).bits()).array();
    };
  }

  private static PortMapping open() throws IOException {
    return PortMapping.open(ROUTER, OURS, ROUTE, new Forgetful());
  }

  private static NatPmpMapper natPmp() {
    return new NatPmpMapper(ROUTER, OURS, ROUTE);
  }

  /** Whether it asks for a lifetime of 0, by either protocol. */
  private static boolean isGivenBack(byte[] request) {
    return request.length > 2 && ByteBuffer.wrap(request).getInt(request[0] == 2 ? 4 : 8) == 0;
  }

  private static NoMapping reason(ThrowingCallable mapping) {
    NoMappingException e = catchThrowableOfType(NoMappingException.class, mapping);
    assertThat(e).isNotNull();
    return e.reason();
  }

  @Test
  void whatItGrantsIsTaken() throws Exception {
    answers = pcp(0, "9.9.9.2", OUTER, 120);
    try (PortMapping mapping = open()) {
      assertThat(mapping.outside()).hasToString("9.9.9.2");
      assertThat(mapping.protocol()).isEqualTo("PCP");
    }
    answers = natPmp(0, "9.9.9.3", OUTER);
    assertThat(natPmp().map().outside()).hasToString("9.9.9.3");
  }

  @Test
  void udpIsAskedForAsUdpAndGivenBackAsUdp() throws Exception {
    answers = pcp(0, "9.9.9.2", 53, 120);
    PcpMapper pcp = new PcpMapper(ROUTER, OURS, DNS);
    assertThat(pcp.map().outside()).hasToString("9.9.9.2");
    pcp.release();
    answers = natPmp(0, "9.9.9.3", 53);
    NatPmpMapper natPmp = new NatPmpMapper(ROUTER, OURS, DNS);
    assertThat(natPmp.map().outside()).hasToString("9.9.9.3");
    natPmp.release();
    while (requests.stream().filter(PortMappingTest::isGivenBack).count() < 2) {
      Thread.onSpinWait(); // The answer to that is not waited for.
    }
    assertThat(requests)
        .filteredOn(request -> request.length > 2)
        .allSatisfy(request -> {
          boolean isPcp = request[0] == 2;
          assertThat(request[isPcp ? 36 : 1]).isEqualTo((byte) (isPcp ? 17 : 1));
          assertThat(ByteBuffer.wrap(request).getShort(isPcp ? 40 : 4)).isEqualTo((short) 8053);
        });
  }

  @Test
  void oneThatKnowsOnlyNatPmpSaysSoAtOnce() {
    answers = natPmp(0, "9.9.9.3", OUTER);
    assertThatThrownBy(() -> new PcpMapper(ROUTER, OURS, ROUTE).map())
        .isInstanceOf(RouterException.class)
        .hasMessage("the router does not have it");
    assertThat(requests).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, Integer.MAX_VALUE, -1})
  void aLeaseOfAnyLengthIsTaken(int seconds) throws Exception {
    answers = pcp(0, "9.9.9.2", OUTER, seconds);
    try (PortMapping _ = open()) {
      Thread.sleep(50);
      assertThat(requests).as("it is not asked all the time").hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"120, 60", "0, 10", "1, 10", "30, 15", "3600, 120", "4294967295, 120"})
  void aLeaseIsRenewedAtItsHalf(long granted, long after) {
    assertThat(PortMapping.half(Duration.ofSeconds(granted))).isEqualTo(Duration.ofSeconds(after));
  }

  @Test
  @Timeout(20)
  void anotherPortIsGivenBackAndOfNoUse() {
    answers = pcp(0, "9.9.9.2", 444, 120);
    assertThatThrownBy(() -> new PcpMapper(ROUTER, OURS, ROUTE).map())
        .isInstanceOf(RouterException.class)
        .hasMessage("the router gives port 444 instead");
    answers = natPmp(0, "9.9.9.2", 444);
    assertThatThrownBy(() -> natPmp().map())
        .isInstanceOf(RouterException.class)
        .hasMessage("the router gives port 444 instead");
    while (requests.stream().filter(PortMappingTest::isGivenBack).count() < 2) {
      Thread.onSpinWait(); // The answer to that is not waited for.
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 192.168.1.2", "7, 192.168.1.2", "8, 10.0.0.1"})
  void aPrivateOuterAddressIsASecondRouter(int result, String outside) {
    answers = pcp(result, outside, OUTER, 30);
    assertThat(reason(PortMappingTest::open))
        .isEqualTo(new NoMapping.BehindAnother(Optional.of(Ipv4Address.parse(outside))));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 8})
  void anAddressOfTheCarriersIsItsNat(int result) {
    answers = pcp(result, "100.64.3.2", OUTER, 30);
    assertThat(reason(PortMappingTest::open))
        .isEqualTo(new NoMapping.BehindCarrier(Ipv4Address.parse("100.64.3.2")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1"})
  void anOuterAddressOfNoUseIsNone(String outside) {
    answers = pcp(0, outside, OUTER, 120);
    assertThat(reason(PortMappingTest::open))
        .isEqualTo(new NoMapping.BehindAnother(Optional.empty()));
    answers = natPmp(0, outside, OUTER);
    assertThat(reason(() -> natPmp().map()))
        .isEqualTo(new NoMapping.BehindAnother(Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({
    "2, not authorized",
    "4, it does not do this",
    "10, too many mappings",
    "11, it cannot open this port",
    "200, result 200"
  })
  void aRefusalIsTold(int result, String words) {
    answers = pcp(result, "0.0.0.0", 0, 30);
    assertThatThrownBy(() -> new PcpMapper(ROUTER, OURS, ROUTE).map())
        .isInstanceOf(RouterException.class)
        .hasMessage("the router refuses: " + words);
  }

  @Test
  void anAnswerToAnotherRequestIsNone() {
    UnaryOperator<byte[]> honest = pcp(0, "9.9.9.2", OUTER, 120);
    answers =
        request -> {
          byte[] answer = honest.apply(request);
          answer[24] ^= 1; // The nonce.
          return answer;
        };
    assertThatThrownBy(() -> new PcpMapper(ROUTER, OURS, ROUTE).map())
        .isInstanceOf(RouterException.class)
        .hasMessage("the router does not answer");
  }
}

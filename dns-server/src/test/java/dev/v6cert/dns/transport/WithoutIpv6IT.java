package dev.v6cert.dns.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.v6cert.dns.DnsServer;
import dev.v6cert.dns.DnsServerConfig;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.QueryLoad;
import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.ipv6.name.Zone;
import dev.v6cert.testing.Program;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xbill.DNS.Type;

/** A machine without IPv6, as the JDK has it with {@code java.net.preferIPv4Stack}. */
class WithoutIpv6IT {

  /** Serves at both wildcards, or at the IPv6 one alone, until its input ends. */
  static final class Server {
    private Server() {}

    /** Takes the I/O, and the addresses; tells the first one bound, or why there is none. */
    public static void main(String[] arguments) throws Exception {
      int port = Integer.parseInt(arguments[1]);
      List<InetSocketAddress> listen =
          List.of(arguments).stream()
              .skip(2)
              .map(address -> RunningServer.at(address, port))
              .toList();
      DnsServerConfig config =
          DnsServerConfig.builder()
              .zones(List.of(Zone.of("magic.test")))
              .listen(listen)
              .io(DatagramIo.valueOf(arguments[0]))
              .threads(1)
              .rateLimit(0)
              .build();
      try (DnsServer server = DnsServer.start(config)) {
        System.out.println("listens at " + server.addresses() + " ready");
        while (System.in.read() >= 0) {}
      } catch (ListenFailure e) {
        System.out.println(e.reason() + " ready");
      }
    }
  }

  private static Program start(DatagramIo io, int port, String... addresses) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.net.preferIPv4Stack=true",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Server.class.getName(),
                io.name(),
                Integer.toString(port)));
    command.addAll(List.of(addresses));
    return Program.start("ready", command.toArray(String[]::new));
  }

  private static int port() {
    return ThreadLocalRandom.current().nextInt(10_000, 32_000);
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "BATCHED"})
  void theIpv4WildcardDoesWithoutItsTwin(DatagramIo io) throws IOException {
    assumeTrue(io.isSupported());
    int port = port();
    try (Program server = start(io, port, "::", "0.0.0.0")) {
      assertThat(server.output()).contains("listens at [/0.0.0.0:" + port + "] ready");
      assertThat(
              QueryLoad.replies(
                  RunningServer.at("127.0.0.1", port),
                  List.of(Packet.query("192-0-2-7.magic.test", Type.A))))
          .singleElement()
          .satisfies(reply -> assertThat(reply.answerData()).containsExactly("192.0.2.7"));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "BATCHED"})
  void theIpv6WildcardAloneIsRefusedForWhatItIs(DatagramIo io) throws IOException {
    assumeTrue(io.isSupported());
    try (Program server = start(io, port(), "::")) {
      assertThat(server.output()).contains("NO_SUCH_PROTOCOL ready");
    }
  }
}

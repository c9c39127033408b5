package dev.v6cert.dns;

import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.ipv6.name.Zone;
import dev.v6cert.testing.Program;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/** A server as a process of its own, so that it can be given little memory. */
final class CrampedServer {

  private CrampedServer() {}

  /** Starts one with the options of the launcher, and a heap of so many megabytes. */
  static Program start(int megabytes, Path zone, Path list) throws IOException {
    return Program.start(
        "ready",
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx" + megabytes + "m",
        "-Xmn2m",
        "-XX:+UseSerialGC",
        "-XX:+ExitOnOutOfMemoryError",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        CrampedServer.class.getName(),
        zone.toString(),
        list.toString());
  }

  /** The address of the server. */
  static InetSocketAddress address(Program server) {
    String port = server.output().replaceFirst("(?s).*port (\\d+) ready.*", "$1");
    return RunningServer.at("127.0.0.1", Integer.parseInt(port));
  }

  /**
   * Serves until it is killed, with the zone file and the block list that are named; tells its port
   * and what comes of each reload.
   */
  public static void main(String[] arguments) throws Exception {
    DnsServerConfig config =
        DnsServerConfig.builder()
            .zones(List.of(Zone.of("magic.test")))
            .listen(List.of(RunningServer.at("127.0.0.1", 0)))
            .zoneFile(Path.of(arguments[0]))
            .blockList(Path.of(arguments[1]))
            .rateLimit(0)
            .build();
    try (DnsServer server = DnsServer.start(config, reload -> System.out.println(reload))) {
      System.out.println("port " + server.addresses().getFirst().getPort() + " ready");
      Thread.currentThread().join();
    }
  }
}

package dev.v6cert.dns;

import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.ipv6.name.Zone;
import java.nio.file.Path;
import java.util.List;

/** A server as a process of its own, so that it can be given little memory. */
final class CrampedServer {

  private CrampedServer() {}

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

package dev.v6cert.dns;

import dev.v6cert.ipv6.name.Zone;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/** A server as a process of its own, so that it can be given few descriptors and little memory. */
final class SmallServer {

  private SmallServer() {}

  /**
   * Serves until it is told to stop, with the zone file that is named; tells its port, and after
   * each line of its input what it has done so far.
   */
  public static void main(String[] arguments) throws Exception {
    DnsServerConfig config =
        DnsServerConfig.builder()
            .zones(List.of(Zone.of("magic.test")))
            .listen(List.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0)))
            .zoneFile(Path.of(arguments[0]))
            .threads(1)
            .rateLimit(0)
            .build();
    DnsServer server = DnsServer.start(config);
    Runtime.getRuntime().addShutdownHook(new Thread(server::close));
    System.out.println("port " + server.addresses().getFirst().getPort());
    System.out.println("ready");
    while (System.in.read() >= 0) {
      server.counters().summary().forEach(System.out::println);
      System.out.println("told");
    }
    Thread.currentThread().join();
  }
}

package dev.v6cert.dns.transport;

import dev.v6cert.dns.DnsServer;
import dev.v6cert.dns.DnsServerConfig;
import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.ipv6.name.Zone;
import java.util.List;

/** A server as a process of its own, so that its system calls can be made to fail. */
final class TracedServer {
  static final int THREADS = 2;

  private TracedServer() {}

  /** Serves until its input ends, with the I/O that is named; tells its port and UDP threads. */
  public static void main(String[] arguments) throws Exception {
    DnsServerConfig config =
        DnsServerConfig.builder()
            .zones(List.of(Zone.of("magic.test")))
            .listen(List.of(RunningServer.at("127.0.0.1", 0)))
            .io(DatagramIo.valueOf(arguments[0]))
            .threads(THREADS)
            .rateLimit(0)
            .build();
    try (DnsServer server = DnsServer.start(config)) {
      int port = server.addresses().getFirst().getPort();
      long threads =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> thread.getName().equals("dns-udp-" + port))
              .count();
      System.out.println("port " + port + " threads " + threads + " ready");
      while (System.in.read() >= 0) {}
    }
  }
}

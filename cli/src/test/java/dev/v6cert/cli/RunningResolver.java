package dev.v6cert.cli;

import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.IpFamily;
import dev.v6cert.testing.NetworkNamespace;
import dev.v6cert.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Unbound as the authority's resolver, on port 5353 of the internet: no cache, names in mixed case,
 * and no server is asked but those that the test zone leads to.
 */
final class RunningResolver implements AutoCloseable {

  static final int PORT = 5353;
  static final String SOCKET = "[" + TestNetwork.INTERNET + "]:" + PORT;

  private final Program unbound;

  private RunningResolver(Program unbound) {
    this.unbound = unbound;
  }

  static RunningResolver start(NetworkNamespace internet, Path home) throws IOException {
    return start(internet, home, TestNetwork.INTERNET);
  }

  /** The same at another address, whose family alone it speaks. */
  static RunningResolver start(NetworkNamespace internet, Path home, String address)
      throws IOException {
    return start(internet, home, address, Set.of(IpAddress.parse(address).family()));
  }

  /** The same with the families that it asks name servers over. */
  static RunningResolver start(
      NetworkNamespace internet, Path home, String address, Set<IpFamily> families)
      throws IOException {
    String program = Program.find("unbound", "unbound");
    Path config =
        Files.writeString(
            home.resolve("unbound.conf"),
            """
            server:
              interface: %s@%d
              directory: "%s"
              pidfile: ""
              chroot: ""
              username: ""
              use-syslog: no
              verbosity: 1
              do-daemonize: no
              num-threads: 1
              incoming-num-tcp: 100
              module-config: "iterator"
              access-control: ::/0 allow
              access-control: 0.0.0.0/0 allow
              local-zone: "test." nodefault
              qname-minimisation: no
              use-caps-for-id: yes
              cache-max-ttl: 0
              cache-max-negative-ttl: 0
              infra-host-ttl: 1
              edns-buffer-size: 1232
              do-ip4: %s
              do-ip6: %s
            stub-zone:
              name: "%s"
              stub-addr: %s@53
            """
                .formatted(
                    address,
                    PORT,
                    home,
                    families.contains(IpFamily.IPV4) ? "yes" : "no",
                    families.contains(IpFamily.IPV6) ? "yes" : "no",
                    TestNetwork.ZONE,
                    address));
    List<String> command =
        internet.process(List.of(program, "-d", "-d", "-c", config.toString())).command();
    return new RunningResolver(Program.start("start of service", command.toArray(String[]::new)));
  }

  @Override
  public void close() {
    unbound.close();
  }
}

package dev.v6cert.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.QueryLoad;
import dev.v6cert.dns.testing.Reply;
import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.name.NameForm;
import dev.v6cert.testing.FreePorts;
import dev.v6cert.testing.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** Unbound in front: a resolver that minimises names, mixes their case, and trusts nobody. */
class UnboundIT {
  private static final int NAMES = 10_000;

  @RegisterExtension
  static final RunningServer SERVER = new RunningServer(builder -> builder.rateLimit(0));

  @TempDir Path directory;

  private Program unbound(int port) throws IOException {
    String program = Program.find("unbound", "unbound");
    Path config = directory.resolve("unbound.conf");
    Files.writeString(
        config,
        """
        server:
          interface: 127.0.0.1@%d
          directory: "%s"
          pidfile: ""
          chroot: ""
          username: ""
          use-syslog: no
          verbosity: 1
          do-daemonize: no
          num-threads: 1
          module-config: "iterator"
          do-not-query-localhost: no
          local-zone: "test." nodefault
          qname-minimisation: yes
          qname-minimisation-strict: yes
          use-caps-for-id: yes
          harden-below-nxdomain: yes
          harden-glue: yes
          harden-referral-path: yes
          harden-large-queries: yes
        stub-zone:
          name: "magic.test"
          stub-addr: %s@%d
          stub-addr: %s@%d
        """
            .formatted(
                port,
                directory,
                SERVER.address(false).getAddress().getHostAddress(),
                SERVER.address(false).getPort(),
                SERVER.address(true).getAddress().getHostAddress(),
                SERVER.address(true).getPort()));
    return Program.start("start of service", program, "-d", "-d", "-c", config.toString());
  }

  @Test
  void resolvesTenThousandNamesWithoutAServfail() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<Packet> queries = new ArrayList<>();
    List<byte[]> expected = new ArrayList<>();
    for (int i = 0; i < NAMES; i++) {
      boolean ipv6 = random.nextBoolean();
      // Ordinary addresses: in 2000::/3 without 6to4, below 224.0.0.0 and above 0.0.0.0/8.
      Ipv6Address v6 = new Ipv6Address(random.nextLong() >>> 4 | 3L << 60, random.nextLong());
      Ipv4Address v4 = new Ipv4Address((1 + random.nextInt(223)) << 24 | random.nextInt(1 << 24));
      String label = ipv6 ? NameForm.EXPANDED.label(v6) : "host-" + v4.toString().replace('.', '-');
      String prefix = random.nextBoolean() ? "" : "www.a" + i + ".";
      queries.add(
          Packet.query(prefix + label + ".magic.test", ipv6 ? Type.AAAA : Type.A).flags(0x0100));
      expected.add(ipv6 ? v6.octets() : v4.octets());
    }
    int port = FreePorts.next();
    InetSocketAddress resolver = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    try (Program unbound = unbound(port)) {
      List<Reply> replies = QueryLoad.replies(resolver, queries);
      for (int i = 0; i < NAMES; i++) {
        Reply reply = replies.get(i);
        assertThat(reply.rcode()).as("seed %d: %d", seed, i).isEqualTo(Rcode.NOERROR);
        assertThat(reply.answer())
            .as("seed %d: %d", seed, i)
            .singleElement()
            .satisfies(
                record -> assertThat(record.rdataToWireCanonical()).isEqualTo(expected.get(0)));
        expected.removeFirst();
      }
      assertThat(unbound.isAlive()).isTrue();
    }
  }
}

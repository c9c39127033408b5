package dev.v6cert.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.answer.ReverseBlock;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.QueryLoad;
import dev.v6cert.dns.testing.Reply;
import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.name.NameForm;
import dev.v6cert.testing.FreePorts;
import dev.v6cert.testing.Knot;
import dev.v6cert.testing.Program;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Name;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.Type;

/** Knot's {@code synthrecord}, where both are meant to agree: dashed names of random addresses. */
class KnotIT {
  private static final int NAMES = 2_000;

  @RegisterExtension
  static final RunningServer SERVER =
      new RunningServer(builder ->
          builder
              .rateLimit(0)
              .ttl(Duration.ofMinutes(10))
              .reverse(
                  Stream.of("2a01::/16", "45.0.0.0/8")
                      .flatMap(prefix -> ReverseBlock.parse(prefix).stream())
                      .toList()));

  @TempDir Path directory;

  private Program knot(int port) throws IOException {
    String program = Program.find("knotd", "knot");
    for (String zone : new String[] {"magic.test", "1.0.a.2.ip6.arpa", "45.in-addr.arpa"}) {
      Files.writeString(
          directory.resolve(zone + ".zone"),
          """
          @ 600 SOA ns1.magic.test. hostmaster.magic.test. 1 14400 3600 1209600 300
          @ 600 NS ns1.magic.test.
          """);
    }
    Path config = directory.resolve("knot.conf");
    Files.writeString(
        config,
        Knot.settings(
            directory,
            "127.0.0.1@" + port,
            """
            mod-synthrecord:
              - id: forward6
                type: forward
                prefix: ""
                ttl: 600
                network: ::/0
              - id: forward4
                type: forward
                prefix: ""
                ttl: 600
                network: 0.0.0.0/0
              - id: reverse6
                type: reverse
                prefix: ""
                origin: magic.test.
                ttl: 600
                network: 2a01::/16
              - id: reverse4
                type: reverse
                prefix: ""
                origin: magic.test.
                ttl: 600
                network: 45.0.0.0/8
            zone:
              - domain: magic.test.
                storage: %s
                module: [ mod-synthrecord/forward6, mod-synthrecord/forward4 ]
              - domain: 1.0.a.2.ip6.arpa.
                storage: %s
                module: mod-synthrecord/reverse6
              - domain: 45.in-addr.arpa.
                storage: %s
                module: mod-synthrecord/reverse4
            """
                .formatted(directory, directory, directory)));
    return Program.start("server started", program, "-c", config.toString());
  }

  private static List<Packet> queries(Random random) {
    List<Packet> queries = new ArrayList<>();
    for (int i = 0; i < NAMES; i++) {
      // In the blocks that are reversed; no group of the IPv6 address is a decimal octet.
      Ipv6Address v6 =
          new Ipv6Address(
              0x2a01L << 48 | (random.nextLong() >>> 16 | 0x0000_f000_f000_f000L),
              random.nextLong() | 0xf000_f000_f000_f000L);
      Ipv4Address v4 = new Ipv4Address(45 << 24 | random.nextInt(1 << 24));
      String name6 = NameForm.EXPANDED.label(v6) + ".magic.test";
      String name4 = v4.toString().replace('.', '-') + ".magic.test";
      queries.add(
          switch (i % 6) {
            case 0 -> Packet.query(name6, Type.AAAA);
            case 1 -> Packet.query(name4, Type.A);
            case 2 -> Packet.query(name6, Type.A);
            case 3 -> Packet.query(name4, Type.TXT);
            case 4 -> Packet.query(reverse(v6.octets()), Type.PTR);
            default -> Packet.query(reverse(v4.octets()), Type.PTR);
          });
    }
    return queries;
  }

  private static String reverse(byte[] octets) {
    Name name = ReverseMap.fromAddress(octets);
    return name.toString(true);
  }

  @Test
  void agreesOnAnswersAndRcodes() throws IOException {
    long seed = new Random().nextLong();
    List<Packet> queries = queries(new Random(seed));
    int port = FreePorts.next();
    try (Program knot = knot(port)) {
      List<Reply> theirs =
          QueryLoad.replies(
              new InetSocketAddress(SERVER.address(false).getAddress(), port), queries);
      List<Reply> ours = QueryLoad.replies(SERVER.address(false), queries);
      assertThat(knot.isAlive()).isTrue();
      for (int i = 0; i < queries.size(); i++) {
        String where = "seed " + seed + ": " + ours.get(i).message();
        assertThat(ours.get(i).flags()).as(where).isEqualTo(theirs.get(i).flags());
        assertThat(ours.get(i).answer()).as(where).isEqualTo(theirs.get(i).answer());
        assertThat(ours.get(i).authority()).as(where).hasSameSizeAs(theirs.get(i).authority());
      }
    }
  }
}

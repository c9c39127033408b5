package dev.v6cert.dns.fast;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.v6cert.dns.HandlerFixture;
import dev.v6cert.dns.guard.AddressPolicy;
import dev.v6cert.dns.telemetry.QueryEvent;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.transport.FastHandler;
import dev.v6cert.dns.transport.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xbill.DNS.Type;

class FastPathTest {
  private final HandlerFixture fixture = new HandlerFixture(builder -> builder);
  private final BothPaths paths = new BothPaths(fixture.handler());

  @Nested
  class TheSameAsTheGeneralPath {
    @Test
    void holdsForTheVectors() throws IOException {
      int answered = 0;
      List<String> names = vectors();
      for (String name : names) {
        for (int type : new int[] {Type.A, Type.AAAA, Type.TXT}) {
          Packet plain = Packet.query(name + ".magic.test", type);
          Packet edns = Packet.query(name + ".magic.test", type).edns(1232);
          answered += paths.agreeOn(plain.bytes(), () -> name) ? 1 : 0;
          answered += paths.agreeOn(edns.bytes(), () -> name) ? 1 : 0;
        }
      }
      assertThat(answered).isGreaterThan(names.size() * 4);
    }

    private static List<String> vectors() throws IOException {
      String resource = "/dev/v6cert/ipv6/name/names.tsv";
      try (InputStream in =
          Objects.requireNonNull(FastPathTest.class.getResourceAsStream(resource))) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.substring(0, line.indexOf('\t')))
            .filter(name -> Stream.of(name.split("\\.", -1)).allMatch(FastPathTest::isLabel))
            .toList();
      }
    }

    @Test
    void holdsForAMillionGeneratedPackets() {
      long seed = new Random().nextLong();
      PacketGenerator packets = new PacketGenerator(new Random(seed), fixture);
      int answered = 0;
      for (int i = 0; i < 1_000_000; i++) {
        int number = i;
        byte[] packet = packets.next();
        answered +=
            paths.agreeOn(packet, () -> "seed " + seed + ", packet number " + number) ? 1 : 0;
      }
      assertThat(answered).as("answered by the fast path, seed %d", seed).isGreaterThan(100_000);
    }

    @Test
    void holdsForWhatFuzzingFound() throws IOException {
      try (Stream<Path> files = Files.walk(Path.of("src/test/resources/dev/v6cert/dns"))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          paths.agreeOn(Files.readAllBytes(file), file::toString);
        }
      }
    }
  }

  @Nested
  class Guards {
    private static final byte[] QUERY = Packet.query("10-0-0-1.magic.test", Type.A).bytes();

    @ParameterizedTest
    @EnumSource(AddressPolicy.class)
    void holdForEveryPolicy(AddressPolicy policy) {
      HandlerFixture strict = new HandlerFixture(b -> b.policy(policy));
      BothPaths guarded = new BothPaths(strict.handler());
      long seed = new Random().nextLong();
      PacketGenerator packets = new PacketGenerator(new Random(seed), strict);
      for (int i = 0; i < 50_000; i++) {
        int number = i;
        guarded.agreeOn(packets.next(), () -> "seed " + seed + ", packet number " + number);
      }
    }

    @Test
    void limitTheRateOverUdpAndNotOverTcp() {
      HandlerFixture fixture = new HandlerFixture(builder -> builder.rateLimit(1));
      List<String> replies = new ArrayList<>();
      FastHandler udp = fixture.handler().fast(Transport.UDP);
      for (int i = 0; i < 7; i++) {
        replies.add(BothPaths.reply(udp, QUERY));
      }
      assertThat(replies.get(0)).contains("10.0.0.1");
      assertThat(replies.get(3)).contains("8200").doesNotContain("10.0.0.1");
      assertThat(replies.get(6)).isEqualTo(replies.get(3));
      for (int i : new int[] {1, 2, 4, 5}) {
        assertThat(replies.get(i)).isEqualTo("silence");
      }
      FastHandler tcp = fixture.handler().fast(Transport.TCP);
      assertThat(BothPaths.reply(tcp, QUERY)).contains("10.0.0.1");
      udp.flush();
      tcp.flush();
      assertThat(fixture.counters().outcomes())
          .containsEntry(QueryEvent.Outcome.ANSWERED, 2L)
          .containsEntry(QueryEvent.Outcome.LIMITED_DROPPED, 4L)
          .containsEntry(QueryEvent.Outcome.LIMITED_TRUNCATED, 2L);
    }
  }

  @Nested
  class Allocation {
    private static final int QUERIES = 100_000;

    @Test
    void isNone() {
      ThreadMXBean threads =
          Objects.requireNonNull(ManagementFactory.getPlatformMXBean(ThreadMXBean.class));
      HandlerFixture fixture = new HandlerFixture(builder -> builder.rateLimit(1_000_000));
      FastHandler fast = fixture.handler().fast(Transport.UDP);
      List<byte[]> queries =
          List.of(
              Packet.query("10-0-0-1.magic.test", Type.A).edns(1232).bytes(),
              Packet.query("www.2001-db8--1.magic.test", Type.AAAA).bytes(),
              Packet.query("nothing.other.magic.test", Type.HTTPS).bytes(),
              withCookie(new byte[8]),
              withCookie(new byte[24]),
              Packet.query("magic.test", Type.NS).edns(1232).bytes(),
              Packet.query("static.magic.test", Type.A).bytes(),
              Packet.query("_acme-challenge.10-0-0-1.magic.test", Type.TXT).bytes(),
              Packet.query("_validation-persist.10-0-0-1.magic.test", Type.TXT).bytes());
      run(fast, queries); // Until it is compiled, and all classes are loaded.
      long before = threads.getCurrentThreadAllocatedBytes();
      run(fast, queries);
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertThat(allocated).as("octets for %d queries", QUERIES).isLessThan(QUERIES / 10);
    }

    private static byte[] withCookie(byte[] cookie) {
      byte[] option = Packet.option(10, cookie);
      return Packet.query("10-0-0-1.magic.test", Type.A).edns(1232, option).bytes();
    }

    private static void run(FastHandler fast, List<byte[]> queries) {
      byte[] octets = new byte[FastHandler.ROOM];
      for (int i = 0; i < QUERIES; i++) {
        byte[] query = queries.get(i % queries.size());
        System.arraycopy(query, 0, octets, 0, query.length);
        if (fast.handle(octets, 0, query.length, 0x2001_0db8_0000_0000L, i) <= 0) {
          throw new AssertionError("query " + i + " was not answered");
        }
        if (i % 32 == 0) {
          fast.flush();
        }
      }
    }
  }

  private static boolean isLabel(String text) {
    return !text.isEmpty() && text.length() <= 63;
  }
}

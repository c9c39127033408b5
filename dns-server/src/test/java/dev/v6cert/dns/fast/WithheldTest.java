package dev.v6cert.dns.fast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.HandlerFixture;
import dev.v6cert.dns.guard.AddressPolicy;
import dev.v6cert.dns.guard.AnswerRules;
import dev.v6cert.dns.guard.BlockList.Format;
import dev.v6cert.dns.guard.RefusedAddresses;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.Reply;
import dev.v6cert.dns.transport.FastHandler;
import dev.v6cert.dns.transport.MessageHandler;
import dev.v6cert.dns.transport.Peer;
import dev.v6cert.dns.transport.Transport;
import dev.v6cert.ipv6.AddressBlock;
import dev.v6cert.ipv6.Ipv4Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Type;

/** Checks that the fast path answers nothing that the general path withholds. */
class WithheldTest {
  private static final Peer CLIENT =
      new Peer(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.99"), 4321), Transport.UDP);

  @TempDir Path directory;

  /**
   * Asks on both paths; whether the general path answers, and the fast path if it does not decline.
   */
  private static boolean isAnswered(MessageHandler handler, String name, int type) {
    byte[] query = Packet.query(name, type).edns(1232).bytes();
    boolean fast = isOnFastPath(handler, name, type);
    ByteBuffer reply = handler.handle(ByteBuffer.wrap(query), CLIENT, ByteBuffer.allocate(4096));
    byte[] octets = new byte[reply.remaining()];
    reply.get(octets);
    Reply general = Reply.of(octets);
    boolean withheld = !general.message().getOPT().getOptions(15).isEmpty(); // RFC 8914.
    assertThat(withheld && fast).as("held back, and answered by the fast path: " + name).isFalse();
    return !general.answer().isEmpty();
  }

  private static boolean isOnFastPath(MessageHandler handler, String name, int type) {
    byte[] query = Packet.query(name, type).edns(1232).bytes();
    byte[] octets = Arrays.copyOf(query, FastHandler.ROOM);
    FastHandler fast = handler.fast(Transport.UDP);
    return fast.handle(octets, 0, query.length, 0, 0xffff_c000_0263L) != FastHandler.DECLINED;
  }

  private static MessageHandler handler(AnswerRules rules) {
    return new HandlerFixture(builder -> builder.rules(rules)).handler();
  }

  private AnswerRules rules(Format format, String... lines) throws IOException {
    Path file = Files.write(Files.createTempFile(directory, "list", ""), List.of(lines));
    AnswerRules plain = AnswerRules.DEFAULT;
    return new AnswerRules(
        plain.policy(), plain.allow(), Optional.of(file), format, true, plain.blockedTo());
  }

  @ParameterizedTest
  @EnumSource
  void eachRowOfTheTableIsRefusedWhateverThePolicy(RefusedAddresses row) {
    boolean ipv4 = row.block().ipv4();
    String text =
        ipv4
            ? new Ipv4Address((int) row.block().base().low()).toString()
            : row.block().base().toString();
    String name = text.replaceAll("[.:]", "-") + ".magic.test";
    for (AddressPolicy policy : AddressPolicy.values()) {
      MessageHandler handler = handler(AnswerRules.DEFAULT.with(policy));
      assertThat(isAnswered(handler, name, ipv4 ? Type.A : Type.AAAA)).as(name).isFalse();
      assertThat(isOnFastPath(handler, name, ipv4 ? Type.A : Type.AAAA)).as(name).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--",
        "---",
        "x.--",
        "www.---.shop",
        "0-0-0-0",
        "2a01-db8-a9fe-a9fe--",
        "--a9fe-a9fe",
        "2001-0-c000-201-0-0-5601-5601",
        "fe80--5efe-a9fe-a9fe",
        "64-ff9b-1-a9fe-a9-fe00--"
      })
  void formsThatLeadThereAreRefused(String name) {
    MessageHandler handler = handler(AnswerRules.DEFAULT);
    assertThat(isAnswered(handler, name + ".magic.test", Type.AAAA)).isFalse();
    assertThat(isAnswered(handler, name + ".magic.test", Type.A)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127-0-0-1", "127.1.2.3", "10-0-0-1", "169-254-169-253"})
  void localDevelopmentIsAnsweredOnTheFastPath(String name) {
    assertThat(isOnFastPath(handler(AnswerRules.DEFAULT), name + ".magic.test", Type.A)).isTrue();
    assertThat(isOnFastPath(handler(AnswerRules.DEFAULT), "--1.magic.test", Type.AAAA)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "10-1-2-3, A, true",
    "10-2-0-0, A, false",
    "8-8-8-8, A, false",
    "2001-db8-7--1, AAAA, true",
    "2001-db8-8--1, AAAA, false",
    "--ffff-10.1.2.3, AAAA, false", // Only its IPv4 form is in a prefix.
    "10-1-2-3.2001-db8-8--1, A, true",
    "10-1-2-3.2001-db8-8--1, AAAA, false",
  })
  void onlyAllowedPrefixesAreAnswered(String name, String type, boolean answered) {
    AnswerRules plain = AnswerRules.DEFAULT;
    MessageHandler handler =
        handler(
            new AnswerRules(
                plain.policy(),
                List.of(AddressBlock.parse("10.1.0.0/16"), AddressBlock.parse("2001:db8:7::/48")),
                plain.blockList(),
                plain.format(),
                false,
                plain.blockedTo()));
    assertThat(isAnswered(handler, name + ".magic.test", Type.value(type))).isEqualTo(answered);
    assertThat(isOnFastPath(handler, name + ".magic.test", Type.value(type)))
        .isEqualTo(answered && !name.contains(".2001"));
  }

  @Test
  void aHundredThousandWordsLeaveOtherNamesOnTheFastPath() throws IOException {
    String[] words =
        IntStream.range(0, 100_000)
            .mapToObj(i -> "*phish-%05d*".formatted(i))
            .toArray(String[]::new);
    MessageHandler handler = handler(rules(Format.OWN, words));
    for (String name : List.of("192-0-2-1", "www.192-0-2-1", "phish-1234.192-0-2-1")) {
      assertThat(isOnFastPath(handler, name + ".magic.test", Type.A)).as(name).isTrue();
    }
    for (int i = 0; i < words.length; i += 9_973) {
      String name =
          "X" + words[i].replace("*", "").toUpperCase(Locale.ROOT) + "y.192-0-2-1.magic.test";
      assertThat(isAnswered(handler, name, Type.A)).as(name).isFalse();
    }
  }

  /** Words of all kinds, some of them across the border of the zone or in its apex. */
  @Test
  void bothPathsAgreeWithWordsAndAnAllowListAndExemptions() throws IOException {
    long seed = new Random().nextLong();
    List<AnswerRules> variants =
        List.of(
            rules(Format.OWN, "blocked", "*ww*", "*7.mag*", "www", "*a-b*", "203.0.113.0/24"),
            rules(Format.OWN, "magic", "*.b.c*"),
            rules(Format.SSLIP_IO, "db8", "static", "10-20", "192.0.2.9/24", "t.o"));
    for (AnswerRules rules : variants) {
      HandlerFixture fixture = new HandlerFixture(builder -> builder.rules(rules));
      BothPaths paths = new BothPaths(fixture.handler());
      PacketGenerator packets = new PacketGenerator(new Random(seed), fixture);
      int answered = 0;
      for (int i = 0; i < 50_000; i++) {
        int number = i;
        answered +=
            paths.agreeOn(packets.next(), () -> "seed " + seed + ", packet number " + number)
                ? 1
                : 0;
      }
      assertThat(answered).as("seed %d", seed).isGreaterThan(100);
    }
  }
}

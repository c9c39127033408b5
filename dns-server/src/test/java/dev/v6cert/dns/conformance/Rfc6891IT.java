package dev.v6cert.dns.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.testing.Channel;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.Reply;
import dev.v6cert.dns.testing.RunningServer;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** Extension mechanisms for DNS. */
class Rfc6891IT {
  /** Zones with so many name servers that their list takes more than 512 octets. */
  @RegisterExtension
  static final RunningServer SERVER =
      new RunningServer(builder ->
          builder.nameServers(
              IntStream.range(0, 20)
                  .mapToObj(i ->
                      RunningServer.nameServer(
                          "name-server-number-" + i + ".magic.test", "192.0.2." + i))
                  .toList()));

  private static final byte[] ROOT = new byte[1];
  private static final byte[] NO_OPTIONS = new byte[0];

  private static OPTRecord opt(Reply reply) {
    return Optional.ofNullable(reply.message().getOPT()).orElseThrow();
  }

  private static Packet query() {
    return Packet.query("192-0-2-7.magic.test", Type.A);
  }

  @Test
  void noOptInMeansNoOptOut() {
    assertThat(SERVER.ask(query()).count(3)).isZero();
    assertThat(SERVER.ask(query()).message().getOPT()).isNull();
  }

  @ParameterizedTest
  @EnumSource(Channel.class)
  void anOptIsAnsweredWithOurPayloadSize(Channel channel) {
    Reply reply = channel.ask(SERVER, query().edns(4096).bytes());
    assertThat(opt(reply).getPayloadSize()).isEqualTo(1232);
    assertThat(opt(reply).getVersion()).isZero();
    assertThat(reply.answerData()).containsExactly("192.0.2.7");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 255})
  void laterVersionsGetBadVers(int version) {
    Reply reply = SERVER.ask(query().additional(ROOT, Type.OPT, 1232, version << 16, new byte[0]));
    assertThat(reply.rcode()).isEqualTo(Rcode.BADVERS);
    assertThat(opt(reply).getVersion()).isZero();
    assertThat(reply.answer()).isEmpty();
  }

  @Test
  void unknownOptionsAndFlagsAreIgnored() {
    byte[] option = Packet.option(65_001, (byte) 1, (byte) 2);
    Reply reply = SERVER.ask(query().additional(ROOT, Type.OPT, 1232, 0xffff, option));
    assertThat(reply.answerData()).containsExactly("192.0.2.7");
    assertThat(opt(reply).getOptions()).isEmpty();
    assertThat(opt(reply).getFlags()).isEqualTo(0x8000);
  }

  /** RFC 3225 section 3, RFC 4035 section 3.2.1: DO is copied into every answer. */
  @ParameterizedTest
  @EnumSource(Channel.class)
  void theFlagDoIsCopiedIntoAnswersAndErrors(Channel channel) {
    byte[] badOption = Packet.hex("0003 0001");
    byte[] cookie = Packet.option(10, new byte[8]);
    for (int flags : new int[] {0, 0x8000, 0x4000, 0xc000}) {
      List<Packet> queries =
          List.of(
              query().additional(ROOT, Type.OPT, 1232, flags, new byte[0]),
              query().additional(ROOT, Type.OPT, 1232, flags, cookie),
              Packet.query("magic.test", Type.NS)
                  .additional(ROOT, Type.OPT, 1232, flags, NO_OPTIONS),
              Packet.query("elsewhere", Type.A).additional(ROOT, Type.OPT, 1232, flags, NO_OPTIONS),
              Packet.query("magic.test", Type.NS)
                  .additional(ROOT, Type.OPT, 512, flags, NO_OPTIONS),
              query().additional(ROOT, Type.OPT, 1232, 1 << 16 | flags, NO_OPTIONS),
              query().additional(ROOT, Type.OPT, 1232, flags, badOption),
              Packet.empty().additional(ROOT, Type.OPT, 1232, flags, cookie));
      for (Packet query : queries) {
        assertThat(opt(channel.ask(SERVER, query.bytes())).getFlags()).isEqualTo(flags & 0x8000);
      }
    }
  }

  @Test
  void twoOptsAnOptWithAnOwnerAndAnOptOutsideTheAdditionalSectionAreFormErr() {
    assertThat(SERVER.ask(query().edns(1232).edns(1232)).rcode()).isEqualTo(Rcode.FORMERR);
    Packet owned = query().additional(Packet.name("a"), Type.OPT, 1232, 0, new byte[0]);
    assertThat(SERVER.ask(owned).rcode()).isEqualTo(Rcode.FORMERR);
    Packet answer = query().answer(ROOT, Type.OPT, 1232, 0, new byte[0]);
    assertThat(SERVER.ask(answer).rcode()).isEqualTo(Rcode.FORMERR);
  }

  @ParameterizedTest
  @ValueSource(strings = {"00", "000300", "0003 0001", "0003 0000 00", "0003 0002 61"})
  void optionsThatLieAboutTheirLengthAreFormErr(String options) {
    Reply reply = SERVER.ask(query().edns(1232, Packet.hex(options)));
    assertThat(reply.rcode()).isEqualTo(Rcode.FORMERR);
    assertThat(opt(reply).getPayloadSize())
        .as("section 7: a client that spoke EDNS")
        .isEqualTo(1232);
    assertThat(reply.count(0)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100, 512, 1000})
  void whatDoesNotFitIsSentEmptyWithTc(int payloadSize) {
    Packet query = Packet.query("magic.test", Type.NS);
    Reply reply = SERVER.ask(payloadSize == 0 ? query : query.edns(payloadSize));
    assertThat(reply.isTruncated()).isEqualTo(payloadSize < 1000);
    if (payloadSize < 1000) {
      assertThat(reply.count(1) + reply.count(2)).isZero();
    } else {
      assertThat(reply.answer()).hasSize(20); // Glue is left out before anything else.
      assertThat(reply.additionalData()).isEmpty();
    }
  }

  @Test
  void aLargeClientSizeCountsAsOurs() {
    Reply udp = SERVER.ask(Packet.query("magic.test", Type.NS).edns(65_535));
    assertThat(udp.length()).isLessThanOrEqualTo(1232);
    Reply tcp = Channel.TCP4.ask(SERVER, Packet.query("magic.test", Type.NS).bytes());
    assertThat(tcp.isTruncated()).isFalse();
    assertThat(tcp.additionalData()).hasSize(20);
  }
}

package dev.v6cert.dns.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.testing.Channel;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.Reply;
import dev.v6cert.dns.testing.RunningServer;
import java.util.Arrays;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/** Domain names, implementation and specification; with RFC 1034, their concepts. */
class Rfc1035IT {
  @RegisterExtension static final RunningServer SERVER = new RunningServer();

  private static final int QR = 0x8000;
  private static final int AA = 0x0400;
  private static final int RD = 0x0100;
  private static final int CD = 0x0010;

  @Nested
  class OrdinaryQueries {
    @ParameterizedTest
    @EnumSource(Channel.class)
    void areAnsweredWithTheAddressInTheName(Channel channel) {
      Reply aaaa = channel.ask(SERVER, Packet.query("2001-db8--1.magic.test", Type.AAAA).bytes());
      assertThat(aaaa.answerData()).containsExactly("2001:db8:0:0:0:0:0:1");
      assertThat(aaaa.answer().getFirst().getTTL()).isEqualTo(3600);
      Reply a = channel.ask(SERVER, Packet.query("www.192-0-2-7.magic.test", Type.A).bytes());
      assertThat(a.answerData()).containsExactly("192.0.2.7");
      assertThat(a.flags()).isEqualTo(QR | AA);
    }

    @ParameterizedTest
    @EnumSource(Channel.class)
    void haveTheirQuestionEchoedOctetForOctet(Channel channel) {
      byte[] odd =
          Packet.hex(
              "0300ff2e" + "0b3139322d302d322d375f41" + "056d41674963" + "0454657354" + "00");
      for (byte[] name : new byte[][] {Packet.name("wWw.192-0-2-7.MaGiC.tEsT"), odd}) {
        byte[] query = Packet.empty().question(name, Type.A, 1).bytes();
        Reply reply = channel.ask(SERVER, query);
        assertThat(reply.rcode()).isEqualTo(Rcode.NOERROR);
        assertThat(reply.bytes(12, query.length))
            .isEqualTo(Arrays.copyOfRange(query, 12, query.length));
      }
    }

    @Test
    void doNotTakeADotInsideALabelForASeparator() {
      byte[] name = Packet.hex("09 3139322e302e322e37 05 6d61676963 04 74657374 00");
      Reply reply = SERVER.ask(Packet.empty().question(name, Type.A, 1));
      assertThat(reply.answerData()).isEmpty();
    }

    @Test
    void haveTheOwnerCompressed() {
      Reply reply = SERVER.ask(Packet.query("192-0-2-7.magic.test", Type.A));
      int question = 12 + Packet.name("192-0-2-7.magic.test").length + 4;
      assertThat(reply.bytes(question, question + 2)).containsExactly(0xc0, 0x0c);
      assertThat(reply.length()).isEqualTo(question + 16);
    }

    @ParameterizedTest
    @CsvSource({"0x0000", "0x0100", "0x0010", "0x0110", "0x0200", "0x0400", "0x0040", "0x0020"})
    void areAnsweredWhateverTheirFlagsAndGetOnlyRdAndCdBack(String flags) {
      int sent = Integer.decode(flags);
      Reply reply = SERVER.ask(Packet.query("192-0-2-7.magic.test", Type.A).flags(sent).id(7));
      assertThat(reply.flags()).isEqualTo(QR | AA | (sent & (RD | CD)));
      assertThat(reply.id()).isEqualTo(7);
    }

    @ParameterizedTest
    @EnumSource(Channel.class)
    void mayHaveAnExtraRecordAndGarbageBehindThem(Channel channel) {
      Packet query =
          Packet.query("192-0-2-7.magic.test", Type.A)
              .additional(Packet.hex("c00c"), Type.A, 1, 0, Packet.hex("01020304"))
              .octets(Packet.hex("deadbeef"));
      assertThat(channel.ask(SERVER, query.bytes()).answerData()).containsExactly("192.0.2.7");
    }
  }

  @Nested
  class Apex {
    @Test
    void hasAnSoaAndNameServersWithGlue() {
      Reply soa = SERVER.ask(Packet.query("magic.test", Type.SOA));
      assertThat(soa.answer()).singleElement().isInstanceOf(SOARecord.class);
      Reply ns = SERVER.ask(Packet.query("magic.test", Type.NS));
      assertThat(ns.answerData()).containsExactly("ns1.magic.test.", "ns2.elsewhere.test.");
      assertThat(ns.additionalData()).containsExactly("192.0.2.53", "2001:db8:0:0:0:0:0:53");
      assertThat(ns.isAuthoritative()).isTrue();
    }

    @Test
    void ofEachZoneIsItsOwn() {
      Reply reply = SERVER.ask(Packet.query("192-0-2-7.other.magic.test", Type.TXT));
      assertThat(reply.authority().getFirst().getName()).hasToString("other.magic.test.");
    }

    @ParameterizedTest
    @ValueSource(ints = {Type.SOA, Type.NS})
    void keepsItsRecordsToItself(int type) {
      for (String name :
          new String[] {"192-0-2-7.magic.test", "www.magic.test", "a.b.magic.test"}) {
        Reply reply = SERVER.ask(Packet.query(name, type));
        assertThat(reply.answer()).isEmpty();
        assertThat(reply.authority()).singleElement().isInstanceOf(SOARecord.class);
      }
    }

    @Test
    void answersTheAddressesOfItsNameServers() {
      Reply reply = SERVER.ask(Packet.query("NS1.magic.test", Type.AAAA));
      assertThat(reply.answerData()).containsExactly("2001:db8:0:0:0:0:0:53");
      assertThat(SERVER.ask(Packet.query("ns2.elsewhere.test", Type.A)).rcode())
          .isEqualTo(Rcode.REFUSED);
    }
  }

  @Nested
  class WhatIsNotOurs {
    @ParameterizedTest
    @ValueSource(strings = {"", "test", "example.org", "notmagic.test", "192-0-2-1.elsewhere.test"})
    void isRefusedWithoutAuthority(String name) {
      Reply reply = SERVER.ask(Packet.query(name, Type.A));
      assertThat(reply.rcode()).isEqualTo(Rcode.REFUSED);
      assertThat(reply.isAuthoritative()).isFalse();
      assertThat(reply.count(1) + reply.count(2) + reply.count(3)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 254, 255, 0, 65_535})
    void isRefusedInOtherClasses(int dclass) {
      byte[] name = Packet.name("192-0-2-7.magic.test");
      Reply reply = SERVER.ask(Packet.empty().question(name, Type.A, dclass));
      assertThat(reply.rcode()).isEqualTo(Rcode.REFUSED);
    }

    @ParameterizedTest
    @EnumSource(Channel.class)
    void zoneTransfersAreRefused(Channel channel) {
      for (int type : new int[] {Type.AXFR, Type.IXFR}) {
        Reply reply = channel.ask(SERVER, Packet.query("magic.test", type).bytes());
        assertThat(reply.rcode()).isEqualTo(Rcode.REFUSED);
      }
    }

    @Test
    void versionBindIsHidden() {
      Reply reply = SERVER.ask(Packet.empty().question(Packet.name("version.bind"), Type.TXT, 3));
      assertThat(reply.rcode()).isEqualTo(Rcode.REFUSED);
    }

    @ParameterizedTest
    @CsvSource({"1, NOTIMP", "2, NOTIMP", "3, NOTIMP", "4, REFUSED", "5, REFUSED", "6, NOTIMP"})
    void opcodesAreTurnedDown(int opcode, String rcode) {
      Packet query = Packet.query("magic.test", Type.SOA).flags(opcode << 11 | RD | CD);
      Reply reply = SERVER.ask(query);
      assertThat(reply.rcode()).isEqualTo(Rcode.value(rcode));
      assertThat(reply.flags() & ~0xf)
          .as("RD and CD are of queries alone")
          .isEqualTo(QR | opcode << 11);
    }
  }

  @Nested
  class Silence {
    @ParameterizedTest
    @EnumSource(Channel.class)
    void meetsResponsesAndFragmentsOfAHeader(Channel channel) {
      byte[] response = Packet.query("192-0-2-7.magic.test", Type.A).flags(QR).bytes();
      assertThat(channel.exchange(SERVER, response)).isEmpty();
      for (int length = 0; length < 12; length++) {
        assertThat(channel.exchange(SERVER, Arrays.copyOf(response, length))).isEmpty();
      }
    }
  }

  @Nested
  class Malformed {
    @ParameterizedTest
    @ValueSource(
        strings = {
          "", // no question at all
          "c00c 0001 0001", // a pointer to itself
          "c000 0001 0001", // into the header
          "c020 0001 0001", // forward
          "01 61 c00c 0001 0001",
          "40 61 00 0001 0001", // reserved label types
          "80 61 00 0001 0001",
          "01 61 00 0001 00", // cut short
          "01 61 00",
          "3f 61 61",
        })
    void questionsGetFormErrWithAHeaderOnly(String question) {
      for (Channel channel : Channel.values()) {
        byte[] query =
            Packet.empty().counts(1, 0, 0, 0).octets(Packet.hex(question)).flags(RD).bytes();
        Reply reply = channel.ask(SERVER, query);
        assertThat(reply.rcode()).as(channel.name()).isEqualTo(Rcode.FORMERR);
        assertThat(reply.length()).isEqualTo(12);
        assertThat(reply.flags() & RD).isEqualTo(RD);
      }
    }

    @Test
    void namesOf256OctetsGetFormErrAndThoseOf255AnAnswer() {
      String labels = ("a".repeat(63) + ".").repeat(3);
      String longest = labels + "a".repeat(61 - "magic.test.".length()) + ".magic.test";
      assertThat(Packet.name(longest)).hasSize(255);
      assertThat(SERVER.ask(Packet.query(longest, Type.A)).rcode()).isEqualTo(Rcode.NOERROR);
      assertThat(SERVER.ask(Packet.query("a" + longest.substring(1) + "x", Type.A)).length())
          .isEqualTo(12);
    }

    @ParameterizedTest
    @CsvSource({"1,1,0,0", "1,0,1,0", "1,0,0,1", "1,65535,65535,65535", "2,0,0,0"})
    void countsThatLieGetFormErr(int questions, int answers, int authorities, int additionals) {
      Packet query =
          Packet.query("192-0-2-7.magic.test", Type.A)
              .counts(questions, answers, authorities, additionals);
      assertThat(SERVER.ask(query).rcode()).isEqualTo(Rcode.FORMERR);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "c026 0001 0001 00000000 0000", // the owner points to itself
          "c0ff 0001 0001 00000000 0000", // and beyond
          "c002 0001 0001 00000000 0000", // into the header
          "c00c 0001 0001 00000000 0004 0102", // data is cut short
          "c00c 0001 0001 000000",
          "41 61 00 0001 0001 00000000 0000",
        })
    void recordsGetFormErr(String record) {
      Packet query = Packet.query("192-0-2-7.magic.test", Type.A).counts(1, 0, 0, 1);
      assertThat(SERVER.ask(query.octets(Packet.hex(record))).rcode()).isEqualTo(Rcode.FORMERR);
    }

    @ParameterizedTest
    @ValueSource(ints = {Type.OPT, Type.TSIG, Type.TKEY})
    void questionsForTypesThatAreNoDataGetFormErr(int type) {
      assertThat(SERVER.ask(Packet.query("192-0-2-7.magic.test", type)).rcode())
          .isEqualTo(Rcode.FORMERR);
    }
  }
}

package dev.v6cert.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.testing.Channel;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.Reply;
import dev.v6cert.dns.testing.Resources;
import dev.v6cert.dns.testing.RunningServer;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/** Records from a master file, beside and instead of magic ones. */
class StaticRecordsIT {
  @RegisterExtension
  static final RunningServer SERVER =
      new RunningServer(builder -> builder.zoneFile(Resources.path("magic.zone")));

  private static Reply ask(String name, int type) {
    return SERVER.ask(Packet.query(name + ".magic.test", type));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mail | A | 198.51.100.25",
        "192-0-2-9 | TXT | \"beside the magic address\"",
        "192-0-2-9 | A | 192.0.2.9",
        "192-0-2-10 | A | 198.51.100.10",
        "192-0-2-11 | A | 192.0.2.11",
        "x.192-0-2-10 | A | 192.0.2.10",
        "inc | TXT | \"from the included file\"",
        "host.inc | A | 198.51.100.99",
        "odd | TYPE65400 | \\# 4 01020304",
        "ns1 | A | 192.0.2.53",
      })
  void areAnsweredAndWin(String name, String type, String data) {
    assertThat(ask(name, Type.value(type, true)).answerData()).containsExactly(data);
  }

  @Test
  void standAtTheApexToo() {
    Reply reply = SERVER.ask(Packet.query("magic.test", Type.MX));
    assertThat(reply.answerData()).containsExactly("10 mail.magic.test.");
    assertThat(reply.answer().getFirst().getTTL()).isEqualTo(600);
    assertThat(SERVER.ask(Packet.query("magic.test", Type.NS)).answer()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"txt", "er.txt", "x.deep.er.txt", "mail"})
  void makeEmptyNames(String name) {
    Reply reply = ask(name, Type.AAAA);
    assertThat(reply.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(reply.authority()).singleElement().isInstanceOf(SOARecord.class);
  }

  @Test
  void largerThanADatagramComeOverTcp() {
    assertThat(ask("big", Type.TXT).isTruncated()).isTrue();
    byte[] query = Packet.query("big.magic.test", Type.TXT).bytes();
    assertThat(Channel.TCP4.ask(SERVER, query).answer()).hasSize(5);
  }

  @Nested
  class Aliases {
    @Test
    void leadToMagicNames() {
      Reply reply = ask("chain", Type.A);
      assertThat(reply.answerData())
          .containsExactly("www.magic.test.", "192-0-2-80.magic.test.", "192.0.2.80");
      assertThat(reply.isAuthoritative()).isTrue();
    }

    @Test
    void areAnswersThemselves() {
      assertThat(ask("www", Type.CNAME).answerData()).containsExactly("192-0-2-80.magic.test.");
    }

    @Test
    void toNamesWithoutTheTypeBringTheSoa() {
      Reply reply = ask("www", Type.TXT);
      assertThat(reply.answer()).hasSize(1);
      assertThat(reply.authority()).singleElement().isInstanceOf(SOARecord.class);
    }

    @Test
    void outOfTheZonesEndThere() {
      Reply reply = ask("away", Type.A);
      assertThat(reply.answerData()).containsExactly("www.example.org.");
      assertThat(reply.rcode()).isEqualTo(Rcode.NOERROR);
    }

    @Test
    void inACircleEndWhereItCloses() {
      assertThat(ask("loop", Type.A).answerData())
          .containsExactly("loop2.magic.test.", "loop.magic.test.");
    }

    @Test
    void ofWholeTreesAreFollowed() {
      Reply reply = ask("192-0-2-5.old", Type.A);
      assertThat(reply.answer().stream().map(Record::getType))
          .containsExactly(Type.DNAME, Type.CNAME, Type.A);
      assertThat(reply.answerData()).last().isEqualTo("192.0.2.5");
      assertThat(ask("old", Type.A).answer()).isEmpty();
    }

    @Test
    void ofWholeTreesAnswerForTheAliasItself() {
      Reply reply = ask("192-0-2-5.old", Type.CNAME);
      assertThat(reply.answer().stream().map(Record::getType))
          .containsExactly(Type.DNAME, Type.CNAME);
      assertThat(reply.authority()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {Type.RRSIG, Type.NSEC})
    void areNotFollowedForTypesThatStandBesideThem(int type) {
      Reply reply = ask("www", type);
      assertThat(reply.answer()).isEmpty();
      assertThat(reply.authority()).singleElement().isInstanceOf(SOARecord.class);
    }
  }

  @Nested
  class Delegations {
    @ParameterizedTest
    @ValueSource(strings = {"sub", "www.sub", "192-0-2-7.sub", "a.b.c.sub", "ns.sub"})
    void areReferralsWithGlue(String name) {
      Reply reply = ask(name, Type.A);
      assertThat(reply.isAuthoritative()).isFalse();
      assertThat(reply.answer()).isEmpty();
      assertThat(reply.authority()).hasSize(3);
      assertThat(reply.authority().getFirst().getName()).hasToString("sub.magic.test.");
      assertThat(reply.additionalData())
          .containsExactly("198.51.100.53", "2001:db8:0:0:0:0:0:5353", "192.0.2.99");
    }

    @Test
    void haveTheirDsAnsweredHere() {
      Reply reply = ask("sub", Type.DS);
      assertThat(reply.isAuthoritative()).isTrue();
      assertThat(reply.answer()).hasSize(1);
      assertThat(ask("x.sub", Type.DS).isAuthoritative()).isFalse();
    }
  }

  /** Wildcards: RFC 4592. */
  @Nested
  class Rfc4592 {
    @ParameterizedTest
    @ValueSource(strings = {"a.wild", "b.c.wild", "_x.wild"})
    void wildcardsAnswerForNamesThatDoNotExist(String name) {
      Reply reply = ask(name, Type.TXT);
      assertThat(reply.answerData()).containsExactly("\"from the wildcard\"");
      assertThat(reply.answer().getFirst().getName()).hasToString(name + ".magic.test.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"host.wild", "x.host.wild", "192-0-2-1.wild", "wild"})
    void wildcardsDoNotAnswerForNamesThatExistOrLieBelowOne(String name) {
      Reply reply = ask(name, Type.TXT);
      assertThat(reply.answer()).isEmpty();
      assertThat(reply.authority()).hasSize(1);
    }

    @Test
    void wildcardsWithoutTheTypeAreNoData() {
      assertThat(ask("a.wild", Type.AAAA).authority()).hasSize(1);
    }

    @Test
    void wildcardsCanBeAliases() {
      assertThat(ask("any.alias", Type.A).answerData())
          .isEqualTo(List.of("192-0-2-81.magic.test.", "192.0.2.81"));
    }

    @Test
    void wildcardsCanBeAskedForByName() {
      assertThat(ask("*.wild", Type.TXT).answerData()).containsExactly("\"from the wildcard\"");
    }
  }
}

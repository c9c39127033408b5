package dev.v6cert.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.guard.AddressPolicy;
import dev.v6cert.dns.testing.Channel;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.Reply;
import dev.v6cert.dns.testing.RunningServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/** The answers of a magic zone beside addresses, and the addresses that it does not answer. */
class MagicZoneIT {
  @RegisterExtension static final RunningServer SERVER = new RunningServer();

  private static Reply ask(String name, int type) {
    return SERVER.ask(Packet.query(name + ".magic.test", type));
  }

  @Nested
  class Challenges {
    @ParameterizedTest
    @CsvSource({
      "'', _acme-challenge, 192-0-2-7, 192.0.2.7",
      "'', _ACME-Challenge, www.192-0-2-7, 192.0.2.7",
      "'', _acme-challenge, 2001-db8--7, 2001:db8:0:0:0:0:0:7",
      "x., _acme-challenge, 192-0-2-7, 192.0.2.7",
      "'', _validation-persist, 192-0-2-7, 192.0.2.7",
      "'', _Validation-PERSIST, www.2001-db8--7, 2001:db8:0:0:0:0:0:7",
      "x., _validation-persist, 192-0-2-7, 192.0.2.7",
    })
    void areDelegatedToTheHostInTheName(String below, String label, String host, String glue) {
      for (int type : new int[] {Type.TXT, Type.A, Type.NS, Type.SOA}) {
        Reply reply = ask(below + label + "." + host, type);
        assertThat(reply.isAuthoritative()).isFalse();
        assertThat(reply.authority()).hasSize(1);
        assertThat(reply.authority().getFirst().getName().toString())
            .isEqualToIgnoringCase(label + "." + host + ".magic.test.");
        assertThat(reply.authority().getFirst().getTTL()).isEqualTo(60);
        assertThat(reply.authority().getFirst().rdataToString()).isEqualTo(host + ".magic.test.");
        assertThat(reply.additionalData()).containsExactly(glue);
      }
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "_acme-challenge",
          "_acme-challenge.www",
          "foo_acme-challenge.192-0-2-7",
          "_acme-challenge-192-0-2-7",
          "192-0-2-7._acme-challenge",
          "_acme-challenge.169-254-169-254",
          "_validation-persist",
          "_validation-persist-192-0-2-7",
          "_validation-persist.169-254-169-254"
        })
    void areAnchoredAndNeedAnAddress(String name) {
      Reply reply = ask(name, Type.TXT);
      assertThat(reply.isAuthoritative()).isTrue();
      assertThat(reply.authority()).singleElement().isInstanceOf(SOARecord.class);
    }

    @Test
    void haveTheirDsAnsweredHere() {
      Reply reply = ask("_acme-challenge.192-0-2-7", Type.DS);
      assertThat(reply.isAuthoritative()).isTrue();
      assertThat(reply.authority()).singleElement().isInstanceOf(SOARecord.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"_acme-challenge", "_validation-persist"})
    void areAnsweredHereWhereTheZoneFileHasARecord(String label, @TempDir Path directory)
        throws IOException {
      Path file = directory.resolve("magic.zone");
      Files.writeString(
          file,
          """
          $ORIGIN magic.test.
          %s.192-0-2-7 60 IN TXT "here"
          """
              .formatted(label));
      try (RunningServer server = new RunningServer(builder -> builder.zoneFile(file)).start()) {
        Reply explicit = server.ask(Packet.query(label + ".192-0-2-7.magic.test", Type.TXT));
        assertThat(explicit.isAuthoritative()).isTrue();
        assertThat(explicit.answerData()).containsExactly("here");
        Reply other = server.ask(Packet.query(label + ".192-0-2-8.magic.test", Type.TXT));
        assertThat(other.additionalData()).containsExactly("192.0.2.8");
      }
    }

    @Test
    void canBeSwitchedOff() throws IOException {
      try (RunningServer server =
          new RunningServer(builder -> builder.delegateChallenges(false)).start()) {
        Packet query = Packet.query("_acme-challenge.192-0-2-7.magic.test", Type.TXT);
        assertThat(server.ask(query).isAuthoritative()).isTrue();
      }
    }
  }

  @Nested
  class Information {
    @ParameterizedTest
    @CsvSource({
      "UDP4, TXT, 127.0.0.1",
      "UDP6, TXT, ::1",
      "TCP4, A, 127.0.0.1",
      "TCP6, AAAA, 0:0:0:0:0:0:0:1",
    })
    void tellsTheAskersAddress(Channel channel, String type, String data) {
      Packet query = Packet.query("ip.magic.test", Type.value(type));
      assertThat(channel.ask(SERVER, query.bytes()).answerData()).containsExactly(data);
    }

    @Test
    void tellsNoAddressOfTheOtherFamily() {
      byte[] query = Packet.query("ip.magic.test", Type.AAAA).bytes();
      assertThat(Channel.UDP4.ask(SERVER, query).answer()).isEmpty();
    }

    @Test
    void tellsVersionAndFigures() {
      assertThat(ask("version", Type.TXT).answerData()).containsExactly("v6cert");
      assertThat(ask("metrics", Type.TXT).answerData())
          .anyMatch(line -> line.matches("\"answered [0-9]+, truncated .*\""));
    }

    @Test
    void canBeSwitchedOff() throws IOException {
      try (RunningServer server =
          new RunningServer(builder -> builder.statusNames(false)).start()) {
        assertThat(server.ask(Packet.query("version.magic.test", Type.TXT)).answer()).isEmpty();
      }
    }

    @Test
    void tellsItsIdentityInClassChaosAndByNsidOnlyWhenToldSo() throws IOException {
      Packet chaos = Packet.empty().question(Packet.name("ID.server"), Type.TXT, 3);
      Packet version = Packet.empty().question(Packet.name("version.bind"), Type.TXT, 3);
      byte[] nsid = Packet.option(3);
      Packet query = Packet.query("192-0-2-7.magic.test", Type.A).edns(1232, nsid);
      assertThat(SERVER.ask(chaos).rcode()).isEqualTo(Rcode.REFUSED);
      assertThat(SERVER.ask(query).message().getOPT().getOptions()).isEmpty();
      try (RunningServer server =
          new RunningServer(builder -> builder.identity("ns7").chaosVersion(true)).start()) {
        assertThat(server.ask(chaos).answerData()).containsExactly("ns7");
        assertThat(server.ask(version).answerData()).containsExactly("v6cert");
        assertThat(server.ask(query).message().getOPT().getOptions(3)).hasSize(1);
      }
    }
  }

  @Nested
  class RefusedContent {
    @ParameterizedTest
    @ValueSource(
        strings = {
          "0-0-0-0",
          "0-1-2-3",
          "169-254-169-254",
          "224-0-0-1",
          "239-1-2-3",
          "ff02--1",
          "--ffff-0-1",
          "--ffff-169.254.169.254",
          "64-ff9b--169.254.169.254",
          "64-ff9b--e000-1",
          "2002-a9fe-a9fe--1",
          "2002-1-1--",
        })
    void isNeverAnswered(String name) {
      for (int type : new int[] {Type.A, Type.AAAA, Type.ANY}) {
        Reply reply = SERVER.ask(Packet.query(name + ".magic.test", type).edns(1232));
        assertThat(reply.rcode()).isEqualTo(Rcode.NOERROR);
        assertThat(reply.answer()).as(name).isEmpty();
        assertThat(reply.message().getOPT().getOptions(15)).hasSize(1); // RFC 8914.
      }
    }

    @ParameterizedTest
    @CsvSource({
      "169-254-1-1, A",
      "255-255-255-255, A",
      "127-0-0-1, A",
      "2002-c000-207--1, AAAA",
      "--1, AAAA"
    })
    void leavesItsNeighboursAlone(String name, String type) {
      assertThat(ask(name, Type.value(type)).answer()).hasSize(1);
    }
  }

  @Nested
  class Policies {
    @ParameterizedTest
    @CsvSource({
      "PUBLIC, 1-1-1-1, 1",
      "PUBLIC, 10-0-0-1, 0",
      "PUBLIC, 127-0-0-1, 0",
      "PUBLIC, 192-168-1-1, 0",
      "PRIVATE, 1-1-1-1, 0",
      "PRIVATE, 10-0-0-1, 1",
      "PRIVATE, 100-64-0-1, 1",
      "PRIVATE, 127-0-0-1, 1",
      "PUBLIC, 2a01-4f8--1, 1",
      "PUBLIC, fd00--1, 0",
      "PUBLIC, 2002-a00-1--1, 0",
      "PRIVATE, 2a01-4f8--1, 0",
      "PRIVATE, fd00--1, 1",
      "PRIVATE, fe80--1, 1",
    })
    void letThroughWhatTheySay(AddressPolicy policy, String name, int answers) throws IOException {
      try (RunningServer server = new RunningServer(builder -> builder.policy(policy)).start()) {
        int type = name.contains("--") ? Type.AAAA : Type.A;
        assertThat(server.ask(Packet.query(name + ".magic.test", type)).answer()).hasSize(answers);
      }
    }
  }
}

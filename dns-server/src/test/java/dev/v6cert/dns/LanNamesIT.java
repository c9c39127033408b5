package dev.v6cert.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.guard.AnswerRules;
import dev.v6cert.dns.testing.Channel;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.Reply;
import dev.v6cert.dns.testing.RunningServer;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/** {@code --lan-names}: names with addresses of both families, with and without it. */
class LanNamesIT {
  @RegisterExtension
  static final RunningServer ON =
      new RunningServer(config -> config.rules(AnswerRules.DEFAULT.withLanNames()));

  @RegisterExtension static final RunningServer OFF = new RunningServer();

  private static List<String> data(RunningServer server, String name, int type) {
    return server.ask(Packet.query(name + ".magic.test", type)).answerData();
  }

  @ParameterizedTest
  @CsvSource({
    "192-168-0-10.2001-db8--7, 192.168.0.10",
    "www.192-168-0-10.2001-db8--7, 192.168.0.10",
    "192.168.0.10.2001-db8--7, 192.168.0.10",
    "c0a8000a.2001-db8--7, 192.168.0.10",
    "198-51-100-1.2001-db8--7, 198.51.100.1",
  })
  void aLeadingIpv4AddressIsTheOnlyOne(String name, String ipv4) {
    assertThat(data(ON, name, Type.A)).containsExactly(ipv4);
    for (Channel channel : Channel.values()) {
      Reply reply = channel.ask(ON, Packet.query(name + ".magic.test", Type.AAAA).bytes());
      assertThat(reply.rcode()).isEqualTo(Rcode.NOERROR);
      assertThat(reply.answer()).isEmpty();
      assertThat(reply.authority()).singleElement().isInstanceOf(SOARecord.class);
    }
    assertThat(data(OFF, name, Type.A)).containsExactly(ipv4);
    assertThat(data(OFF, name, Type.AAAA)).containsExactly("2001:db8:0:0:0:0:0:7");
  }

  @ParameterizedTest
  @CsvSource({
    "2001-db8--7, '', 2001:db8:0:0:0:0:0:7",
    "2001-db8--7.192-168-0-10, 192.168.0.10, 2001:db8:0:0:0:0:0:7",
    "fd00--5.2001-db8--7, '', fd00:0:0:0:0:0:0:5",
    "192-168-0-10, 192.168.0.10, ''",
    "www, '', ''",
  })
  void allElseIsAsWithoutIt(String name, String ipv4, String ipv6) {
    for (RunningServer server : List.of(ON, OFF)) {
      assertThat(String.join(" ", data(server, name, Type.A))).isEqualTo(ipv4);
      assertThat(String.join(" ", data(server, name, Type.AAAA))).isEqualTo(ipv6);
    }
  }
}

package dev.v6cert.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.answer.ReverseBlock;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.Reply;
import dev.v6cert.dns.testing.Resources;
import dev.v6cert.dns.testing.RunningServer;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/** Names of addresses. */
class ReverseZoneIT {
  @RegisterExtension
  static final RunningServer SERVER =
      new RunningServer(builder ->
          builder
              .zoneFile(Resources.path("reverse.zone"))
              .reverse(
                  Stream.of(
                          "2a01:4f8:c17::/48",
                          "198.51.100.0/24",
                          "203.0.113.0/24",
                          "2a01:4f8:d00::/46",
                          "192.0.2.64/26",
                          "10.128.0.0/9")
                      .flatMap(prefix -> ReverseBlock.parse(prefix).stream())
                      .toList()));

  private static final String IPV6_APEX = "7.1.c.0.8.f.4.0.1.0.a.2.ip6.arpa";
  private static final String IPV4_APEX = "100.51.198.in-addr.arpa";

  @ParameterizedTest
  @CsvSource({
    "2a01:4f8:c17:b8f:0:a:0:b, 2a01-4f8-c17-b8f-0-a-0-b.magic.test.",
    "2a01:4f8:c17:b8f:1:2:3:4, 2a01-04f8-0c17-0b8f-0001-0002-0003-0004.magic.test.",
    "198.51.100.7, 198-51-100-7.magic.test.",
    "198.51.100.255, 198-51-100-255.magic.test.",
    "2a01:4f8:d03:1::a, 2a01-04f8-0d03-0001-0000-0000-0000-000a.magic.test.",
    "192.0.2.127, 192-0-2-127.magic.test.",
    "10.255.0.1, 10-255-0-1.magic.test.",
  })
  void areTheSafeMagicOnes(String address, String name) throws Exception {
    String reverse = ReverseMap.fromAddress(address).toString(true);
    Reply reply = SERVER.ask(Packet.query(reverse, Type.PTR));
    assertThat(reply.answerData()).containsExactly(name);
    assertThat(reply.isAuthoritative()).isTrue();
    boolean ipv4 = address.contains(".");
    String magic = name.substring(0, name.length() - 1);
    assertThat(SERVER.ask(Packet.query(magic, ipv4 ? Type.A : Type.AAAA)).answer()).hasSize(1);
    assertThat(SERVER.ask(Packet.query(reverse, Type.TXT)).authority()).hasSize(1);
  }

  @Test
  void ofTheApexHaveSoaAndNsOfTheirOwn() {
    for (String apex : new String[] {IPV6_APEX, IPV4_APEX}) {
      Reply soa = SERVER.ask(Packet.query(apex, Type.SOA));
      assertThat(soa.answer().getFirst().getName()).hasToString(apex + ".");
      assertThat(SERVER.ask(Packet.query(apex, Type.NS)).answer()).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"f." + IPV6_APEX, "0.F.0." + IPV6_APEX, IPV6_APEX, IPV4_APEX})
  void onTheWayToAnAddressAreEmpty(String name) {
    Reply reply = SERVER.ask(Packet.query(name, Type.PTR));
    assertThat(reply.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(reply.authority()).singleElement().isInstanceOf(SOARecord.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "g." + IPV6_APEX,
        "00." + IPV6_APEX,
        "0.x." + IPV6_APEX,
        "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0." + IPV6_APEX,
        "256." + IPV4_APEX,
        "01." + IPV4_APEX,
        "1.1." + IPV4_APEX,
        "x." + IPV4_APEX,
      })
  void thatSpellNoAddressDoNotExist(String name) {
    Reply reply = SERVER.ask(Packet.query(name, Type.PTR));
    assertThat(reply.rcode()).isEqualTo(Rcode.NXDOMAIN);
    SOARecord soa = (SOARecord) reply.authority().getFirst();
    assertThat(name).endsWith(soa.getName().toString(true));
  }

  @ParameterizedTest
  @CsvSource({
    "x, from the wildcard",
    "x.y, from the wildcard",
    "7, ",
    "x.7, ",
    "deep.static, ",
    "static, beside the addresses",
    "x.static, ",
    "below.deep.static, ",
  })
  void beyondTheAddressesComeFromStaticRecords(String name, @Nullable String text) {
    Reply reply = SERVER.ask(Packet.query(name + ".113.0.203.in-addr.arpa", Type.TXT));
    if (text == null) {
      assertThat(reply.answer()).isEmpty();
      assertThat(reply.authority()).singleElement().isInstanceOf(SOARecord.class);
    } else {
      assertThat(reply.answerData()).containsExactly("\"" + text + "\"");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.101.51.198.in-addr.arpa",
        "128.2.0.192.in-addr.arpa",
        "1.0.127.10.in-addr.arpa",
        "0.4.0.d.0.8.f.4.0.1.0.a.2.ip6.arpa",
        "10.in-addr.arpa",
      })
  void outsideOfTheBlocksAreRefused(String name) {
    assertThat(SERVER.ask(Packet.query(name, Type.PTR)).rcode()).isEqualTo(Rcode.REFUSED);
  }

  @Test
  void ofAllAddressesAreOneZoneAFamily() throws IOException {
    UnaryOperator<DnsServerConfigBuilder> setUp =
        builder ->
            builder.reverse(
                Stream.of("::/0", "0.0.0.0/0")
                    .flatMap(prefix -> ReverseBlock.parse(prefix).stream())
                    .toList());
    try (RunningServer server = new RunningServer(setUp).start()) {
      for (String address : List.of("2001:db8::1", "192.0.2.1")) {
        String name = ReverseMap.fromAddress(address).toString(true);
        assertThat(server.ask(Packet.query(name, Type.PTR)).answer()).hasSize(1);
      }
      for (String apex : List.of("ip6.arpa", "in-addr.arpa")) {
        assertThat(server.ask(Packet.query(apex, Type.SOA)).answer()).hasSize(1);
        assertThat(server.ask(Packet.query("x." + apex, Type.PTR)).rcode())
            .isEqualTo(Rcode.NXDOMAIN);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "::/0, 1",
    "0.0.0.0/0, 1",
    "::/1, 8",
    "0.0.0.0/1, 128",
    "2001:db8::/29, 8",
    "2001:db8::/32, 1",
    "192.0.2.0/29, 8",
    "192.0.2.1/32, 1",
    "2001:db8::1/128, 1",
    "2001:db8::/127, 2",
    "2001:db8:8000::/33, 8",
  })
  void ofAnyPrefixAreWholeZones(String prefix, int zones) {
    assertThat(new HashSet<>(ReverseBlock.parse(prefix))).hasSize(zones);
  }
}

package dev.v6cert.dns.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.testing.Channel;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.Reply;
import dev.v6cert.ipv6.name.HostName;
import dev.v6cert.testing.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/** The server of an order's TXT records, asked as resolvers ask. */
class TxtServerIT {

  private static final HostName ZONE = HostName.of("_acme-challenge.2a01--2.sslip.io");
  private static final String FIRST = "a".repeat(43);
  private static final String SECOND = "b".repeat(43);

  private final List<TxtQuery> queries = new CopyOnWriteArrayList<>();
  private final List<TxtServer> servers = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    InetSocketAddress any = new InetSocketAddress(InetAddress.ofLiteral("::1"), FreePorts.next());
    servers.add(TxtServer.listen(any, List.of(ZONE), queries::add));
    server().add(ZONE, FIRST);
    server().add(ZONE, SECOND);
  }

  @AfterEach
  void stop() {
    servers.forEach(TxtServer::close);
  }

  private TxtServer server() {
    return servers.getFirst();
  }

  private Reply ask(Channel channel, String name, int type) throws IOException {
    return channel.ask(server().address(), Packet.query(name, type).bytes()).orElseThrow();
  }

  private static List<String> values(Reply reply) {
    return reply.answer().stream()
        .filter(TXTRecord.class::isInstance)
        .map(record -> ((TXTRecord) record).getStrings().getFirst())
        .toList();
  }

  @ParameterizedTest
  @EnumSource(names = {"UDP6", "TCP6"})
  void bothValuesAreShownAtOnceWithoutATimeToLive(Channel channel) throws IOException {
    Reply reply = ask(channel, "_AcMe-challenge.2A01--2.SSLIP.io", Type.TXT);

    assertThat(reply.isAuthoritative()).isTrue();
    assertThat(values(reply)).containsExactlyInAnyOrder(FIRST, SECOND);
    assertThat(reply.answer()).allSatisfy(record -> assertThat(record.getTTL()).isZero());
    assertThat(queries.getFirst())
        .satisfies(query -> {
          assertThat(query.byTcp()).isEqualTo(channel.isTcp());
          assertThat(query.outcome()).isEqualTo(TxtQuery.Outcome.VALUES);
          assertThat(query.type()).isEqualTo("TXT");
        });
  }

  @Test
  void aValueThatIsTakenAwayIsGoneAndTheOtherStays() throws IOException {
    server().remove(ZONE, FIRST);

    assertThat(values(ask(Channel.UDP6, ZONE.text(), Type.TXT))).containsExactly(SECOND);
  }

  @Test
  void otherTypesAndNamesBelowHaveNoDataAndAnAuthority() throws IOException {
    for (Reply reply :
        List.of(
            ask(Channel.UDP6, ZONE.text(), Type.AAAA),
            ask(Channel.UDP6, "x." + ZONE.text(), Type.TXT),
            ask(Channel.UDP6, ZONE.text(), Type.CAA))) {
      assertThat(reply.rcode()).isEqualTo(Rcode.NOERROR);
      assertThat(reply.isAuthoritative()).isTrue();
      assertThat(reply.answer()).isEmpty();
      assertThat(reply.authority()).singleElement().isInstanceOf(SOARecord.class);
    }
  }

  @Test
  void theApexHasAStartOfAuthorityAndTheHostAsNameServer() throws IOException {
    assertThat(ask(Channel.TCP6, ZONE.text(), Type.SOA).answer())
        .singleElement()
        .isInstanceOf(SOARecord.class);
    assertThat(ask(Channel.TCP6, ZONE.text(), Type.NS).answer())
        .singleElement()
        .extracting(Record::rdataToString)
        .isEqualTo("2a01--2.sslip.io.");
  }

  @Test
  void namesOfOthersAreRefused() throws IOException {
    assertThat(ask(Channel.UDP6, "2a01--2.sslip.io", Type.TXT).rcode()).isEqualTo(Rcode.REFUSED);
    assertThat(queries.getFirst().outcome()).isEqualTo(TxtQuery.Outcome.REFUSED);
  }

  @Test
  void whatIsForTcpAloneHasDatagramsComeBackByTcp() throws IOException {
    HostName name = ZONE.under("ghijkl");
    server().addForTcp(name, "here");

    Reply datagram = ask(Channel.UDP6, name.text(), Type.TXT);

    assertThat(datagram.isTruncated()).isTrue();
    assertThat(datagram.answer()).isEmpty();
    assertThat(values(ask(Channel.TCP6, name.text(), Type.TXT))).containsExactly("here");
  }

  @Test
  void idleConnectionsKeepNobodyOut() throws IOException {
    List<Socket> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        Socket socket = new Socket();
        socket.connect(server().address());
        idle.add(socket);
      }

      assertThat(values(ask(Channel.TCP6, ZONE.text(), Type.TXT))).hasSize(2);
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }

  @Test
  void senselessMessagesGetAnErrorOrNothing() throws IOException {
    byte[] update = Packet.query(ZONE.text(), Type.SOA).flags(5 << 11).bytes();
    assertThat(Channel.UDP6.ask(server().address(), update).orElseThrow().rcode())
        .isEqualTo(Rcode.NOTIMP);
    byte[] response = Packet.query(ZONE.text(), Type.TXT).flags(0x8000).bytes();
    assertThat(Channel.UDP6.ask(server().address(), response)).isEmpty();
    byte[] broken = Packet.query(ZONE.text(), Type.TXT).counts(1, 7, 0, 0).bytes();
    assertThat(Channel.UDP6.ask(server().address(), broken).orElseThrow().rcode())
        .isEqualTo(Rcode.FORMERR);
  }
}

package dev.v6cert.dns.transfer;

import static dev.v6cert.dns.transfer.HostedServer.KEY;
import static dev.v6cert.dns.transfer.HostedServer.UPDATE_KEY;
import static dev.v6cert.dns.transfer.HostedServer.ZONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.http.ApiClient.Account;
import dev.v6cert.dns.testing.Channel;
import dev.v6cert.dns.testing.Reply;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TSIGRecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;
import org.xbill.DNS.ZoneTransferException;
import org.xbill.DNS.ZoneTransferIn;
import org.xbill.DNS.ZoneTransferIn.Delta;

/** Transfers of the hosted zone, as an independent library takes them (RFC 5936, 1995, 8945). */
class TransferIT {
  private static final String ONE = "1".repeat(43);
  private static final String TWO = "2".repeat(43);
  private static final String THREE = "3".repeat(43);

  @TempDir Path home;
  private HostedServer server;

  @BeforeEach
  void start() throws IOException {
    server = new HostedServer(home).start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private List<Record> whole() throws Exception {
    ZoneTransferIn transfer = ZoneTransferIn.newAXFR(ZONE, server.running().address(false), KEY);
    transfer.run();
    return transfer.getAXFR();
  }

  private ZoneTransferIn since(long serial) throws Exception {
    ZoneTransferIn transfer =
        ZoneTransferIn.newIXFR(ZONE, serial, true, server.running().address(true), KEY);
    transfer.run();
    return transfer;
  }

  private long serial() throws Exception {
    return ((SOARecord) whole().getFirst()).getSerial();
  }

  @Test
  void areCountedInTheMetricsAndSeenAsQueries() throws Exception {
    Account account = server.register();
    server.set(account, ONE);
    long serial = serial(); // A whole zone.
    server.set(account, TWO);
    assertThat(since(serial).isIXFR()).isTrue();
    Message _ = ask(query(Type.AXFR), Optional.empty(), Channel.TCP4);
    assertThat(server.metrics())
        .contains(
            "dns_transfers_total{kind=\"whole\"} 1.0",
            "dns_transfers_total{kind=\"difference\"} 1.0",
            "dns_transfers_total{kind=\"refused\"} 1.0",
            "dns_zone_messages_total{outcome=\"answered\",zone=\"auth.magic.test\"} 3.0");
  }

  private static List<String> texts(List<Record> records) {
    return records.stream()
        .filter(TXTRecord.class::isInstance)
        .map(record -> ((TXTRecord) record).getStrings().getFirst())
        .toList();
  }

  private static Message query(int type) {
    return Message.newQuery(Record.newRecord(ZONE, type, DClass.IN));
  }

  private Message ask(Message query, Optional<TSIG> key, Channel channel) throws IOException {
    key.ifPresent(query::setTSIG);
    byte[] sent = query.toWire(65_535);
    Reply reply = channel.ask(server.running(), sent);
    byte[] octets = reply.bytes(0, reply.length());
    Message message = new Message(octets);
    if (key.isPresent() && message.getRcode() != Rcode.NOTAUTH) {
      assertThat(key.get().verify(message, octets, new Message(sent).getTSIG()))
          .isEqualTo(Rcode.NOERROR);
    }
    return message;
  }

  private static List<String> reasons(Message reply) {
    return reply.getOPT().getOptions().stream()
        .map(option -> (ExtendedErrorCodeOption) option)
        .map(option -> option.getErrorCode() + " " + option.getText())
        .toList();
  }

  @Nested
  class OfTheWholeZone {
    @Test
    void haveEveryRecordBetweenTwoEqualOnes() throws Exception {
      Account account = server.register();
      server.set(account, ONE);
      server.set(account, TWO);
      List<Record> records = whole();
      assertThat(records.getFirst()).isInstanceOf(SOARecord.class).isEqualTo(records.getLast());
      assertThat(records.stream().map(record -> Type.string(record.getType())))
          .containsExactly("SOA", "NS", "A", "AAAA", "TXT", "TXT", "SOA");
      assertThat(texts(records)).containsExactly(ONE, TWO);
    }

    @Test
    void goOverManyMessagesEachOfThemSigned() throws Exception {
      server.close();
      server.fill("n", 3_000);
      server.start();
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
        Message query = query(Type.AXFR);
        query.setTSIG(KEY);
        byte[] octets = query.toWire(65_535);
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        out.writeShort(octets.length);
        out.write(octets);
        TSIG.StreamVerifier verifier = new TSIG.StreamVerifier(KEY, new Message(octets).getTSIG());
        List<Record> records = new ArrayList<>();
        int messages = 0;
        Optional<Reply> reply = Channel.readFrame(socket);
        while (reply.isPresent()) {
          Message message = reply.get().message();
          byte[] received = reply.get().bytes(0, reply.get().length());
          assertThat(verifier.verify(message, received, true)).isEqualTo(Rcode.NOERROR);
          assertThat(message.getHeader().getID()).isEqualTo(query.getHeader().getID());
          records.addAll(message.getSection(Section.ANSWER));
          messages++;
          reply = Channel.readFrame(socket);
        }
        assertThat(messages).isGreaterThan(5);
        assertThat(texts(records)).hasSize(3_000).doesNotHaveDuplicates();
      }
    }

    @Test
    void needAKeyThatIsForThem() throws Exception {
      Message bare = query(Type.AXFR);
      bare.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);
      Message reply = ask(bare, Optional.empty(), Channel.TCP4);
      assertThat(reply.getRcode()).isEqualTo(Rcode.REFUSED);
      assertThat(reply.getSection(Section.ANSWER)).isEmpty();
      assertThat(reasons(reply))
          .containsExactly("18 sign the request with a key of --transfer-key");
      assertThat(ask(query(Type.AXFR), Optional.of(UPDATE_KEY), Channel.TCP4).getRcode())
          .isEqualTo(Rcode.REFUSED);
      TSIG unknown = new TSIG(TSIG.HMAC_SHA256, Name.fromConstantString("other."), new byte[32]);
      reply = ask(query(Type.AXFR), Optional.of(unknown), Channel.TCP4);
      assertThat(reply.getRcode()).isEqualTo(Rcode.NOTAUTH);
      assertThat(reply.getTSIG().getError()).isEqualTo(Rcode.BADKEY);
      TSIG wrong = new TSIG(TSIG.HMAC_SHA256, Name.fromConstantString("transfer."), new byte[32]);
      reply = ask(query(Type.AXFR), Optional.of(wrong), Channel.TCP4);
      assertThat(reply.getRcode()).isEqualTo(Rcode.NOTAUTH);
      assertThat(reply.getTSIG().getError()).isEqualTo(Rcode.BADSIG);
    }

    @Test
    void areForTheHostedZoneAndTcpOnly() throws Exception {
      Message magic =
          Message.newQuery(
              Record.newRecord(Name.fromConstantString("magic.test."), Type.AXFR, DClass.IN));
      assertThat(ask(magic, Optional.of(KEY), Channel.TCP6).getRcode()).isEqualTo(Rcode.NOTAUTH);
      assertThat(ask(query(Type.AXFR), Optional.of(KEY), Channel.UDP6).getRcode())
          .isEqualTo(Rcode.SERVFAIL);
    }

    @Test
    void areBoundedInNumberAndLeaveTheServerAnswering() throws Exception {
      server.close();
      server.fill("n", 60_000);
      server.start();
      List<Socket> idle = new ArrayList<>();
      try {
        for (int i = 0; i < ZoneTransfers.MOST_AT_A_TIME; i++) {
          idle.add(beginAndReadNothing());
        }
        Message reply = ask(query(Type.AXFR), Optional.of(KEY), Channel.TCP4);
        assertThat(reply.getRcode()).isEqualTo(Rcode.SERVFAIL);
        assertThat(ask(query(Type.SOA), Optional.empty(), Channel.TCP4).getRcode())
            .isEqualTo(Rcode.NOERROR);
        assertThat(texts(wholeOnceThereIsAPlace())).hasSize(60_000);
      } finally {
        for (Socket socket : idle) {
          socket.close();
        }
      }
    }

    /** Each try takes all of the zone: one that is broken off would hold a place itself. */
    private List<Record> wholeOnceThereIsAPlace() throws Exception {
      long until = System.nanoTime() + 15_000_000_000L; // The limit of a write is 5 seconds.
      while (true) {
        try {
          return whole();
        } catch (ZoneTransferException busy) {
          if (System.nanoTime() > until) {
            throw busy;
          }
          Thread.sleep(200);
        }
      }
    }

    private Socket beginAndReadNothing() throws IOException {
      Socket socket = new Socket();
      socket.setReceiveBufferSize(4096);
      socket.connect(server.running().address(false));
      Message query = query(Type.AXFR);
      query.setTSIG(KEY);
      byte[] octets = query.toWire(65_535);
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      out.writeShort(octets.length);
      out.write(octets);
      assertThat(socket.getInputStream().read()).isNotNegative();
      return socket;
    }
  }

  @Nested
  class OfDifferences {
    @Test
    void haveWhatChangedSinceASerialAndNothingElse() throws Exception {
      Account account = server.register();
      Account other = server.register();
      server.set(other, ONE);
      server.set(account, ONE);
      long before = serial();
      server.set(account, TWO);
      server.set(account, THREE);
      ZoneTransferIn transfer = since(before);
      assertThat(transfer.isIXFR()).isTrue();
      Delta delta = transfer.getIXFR().getFirst();
      assertThat(delta.start).isEqualTo(before);
      assertThat(delta.end).isEqualTo(before + 2);
      assertThat(texts(delta.deletes)).containsExactly(ONE);
      assertThat(texts(delta.adds)).containsExactly(TWO, THREE);
    }

    @Test
    void areEmptyWhereNothingChanged() throws Exception {
      assertThat(since(serial()).isCurrent()).isTrue();
      assertThat(since(serial() + 5).isCurrent()).isTrue();
    }

    @Test
    void outliveARestart() throws Exception {
      Account account = server.register();
      server.set(account, ONE);
      long before = serial();
      server.set(account, TWO);
      server.restart();
      assertThat(serial()).isEqualTo(before + 1);
      ZoneTransferIn transfer = since(before);
      assertThat(transfer.isIXFR()).isTrue();
      assertThat(texts(transfer.getIXFR().getFirst().adds)).containsExactly(TWO);
    }

    @Test
    void giveWayToTheWholeZoneWhereTheHistoryDoesNotReach() throws Exception {
      Account account = server.register();
      server.set(account, ONE);
      long before = serial();
      server.close();
      server.fill("n", 10_001);
      server.start();
      ZoneTransferIn transfer = since(before);
      assertThat(transfer.isAXFR()).isTrue();
      assertThat(texts(transfer.getAXFR())).hasSize(10_002);
    }

    @Test
    void needASerialAndAKey() throws Exception {
      assertThat(ask(query(Type.IXFR), Optional.of(KEY), Channel.TCP4).getRcode())
          .isEqualTo(Rcode.FORMERR);
      assertThat(ask(query(Type.IXFR), Optional.empty(), Channel.TCP4).getRcode())
          .isEqualTo(Rcode.REFUSED);
    }

    @Test
    void overUdpAreTheSerialOnWhichTheClientComesByTcp() throws Exception {
      Account account = server.register();
      server.set(account, ONE);
      Message query = query(Type.IXFR);
      SOARecord soa = (SOARecord) whole().getFirst();
      query.addRecord(
          new SOARecord(ZONE, DClass.IN, 0, soa.getHost(), soa.getAdmin(), 1, 0, 0, 0, 0),
          Section.AUTHORITY);
      Message reply = ask(query, Optional.of(KEY), Channel.UDP6);
      assertThat(reply.getRcode()).isEqualTo(Rcode.NOERROR);
      assertThat(reply.getSection(Section.ANSWER)).containsExactly(soa);
    }
  }

  @Nested
  class SignedQueries {
    @Test
    void areAnsweredAndTheAnswerIsSigned() throws Exception {
      for (TSIG key : List.of(KEY, UPDATE_KEY)) {
        for (Channel channel : Channel.values()) {
          Message reply = ask(query(Type.SOA), Optional.of(key), channel);
          assertThat(reply.getRcode()).isEqualTo(Rcode.NOERROR);
          assertThat(reply.getSection(Section.ANSWER)).hasSize(1);
          TSIGRecord signature = reply.getTSIG();
          assertThat(signature.getSignature()).isNotEmpty();
        }
      }
    }
  }
}

package dev.v6cert.dns.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.testing.Channel;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.Reply;
import dev.v6cert.dns.testing.RunningServer;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TSIGRecord;
import org.xbill.DNS.Type;

/** Secret key transaction authentication: this server has no keys. */
class Rfc8945IT {
  @RegisterExtension static final RunningServer SERVER = new RunningServer();

  @Test
  void signedQueriesAreNotAuthWithBadKey() {
    Name name = Name.fromConstantString("192-0-2-7.magic.test.");
    Message query = Message.newQuery(Record.newRecord(name, Type.A, DClass.IN));
    new TSIG(TSIG.HMAC_SHA256, Name.fromConstantString("key."), new byte[32]).apply(query, null);
    Reply reply = Channel.UDP6.ask(SERVER, query.toWire());
    assertThat(reply.rcode()).isEqualTo(Rcode.NOTAUTH);
    TSIGRecord tsig = Optional.ofNullable(reply.message().getTSIG()).orElseThrow();
    assertThat(tsig.getError()).isEqualTo(Rcode.BADKEY);
    assertThat(tsig.getSignature()).isEmpty();
    assertThat(reply.answer()).isEmpty();
  }

  @Test
  void aTsigRecordIsTheLastOne() {
    Packet query =
        Packet.query("192-0-2-7.magic.test", Type.A)
            .additional(Packet.name("key"), Type.TSIG, 255, 0, new byte[0])
            .edns(1232);
    assertThat(SERVER.ask(query).rcode()).isEqualTo(Rcode.FORMERR);
  }
}

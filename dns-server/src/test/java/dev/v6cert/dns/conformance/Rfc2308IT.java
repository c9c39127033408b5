package dev.v6cert.dns.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.Reply;
import dev.v6cert.dns.testing.RunningServer;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/** Negative answers. */
class Rfc2308IT {
  @RegisterExtension static final RunningServer SERVER = new RunningServer();

  @ParameterizedTest
  @ValueSource(ints = {Type.AAAA, Type.TXT, Type.CAA, Type.MX, Type.HTTPS, Type.DS, 65_534, 0})
  void everyTypeAlikeHasTheApexSoaWithTheTtlOfNegativeAnswers(int type) {
    Reply reply = SERVER.ask(Packet.query("192-0-2-7.magic.test", type));
    assertThat(reply.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(reply.isAuthoritative()).isTrue();
    assertThat(reply.answer()).isEmpty();
    SOARecord soa = (SOARecord) reply.authority().getFirst();
    assertThat(soa.getName()).hasToString("magic.test.");
    assertThat(soa.getTTL()).isEqualTo(Math.min(3600, soa.getMinimum()));
    SOARecord own =
        (SOARecord) SERVER.ask(Packet.query("magic.test", Type.SOA)).answer().getFirst();
    assertThat(own.getTTL()).isEqualTo(3600);
  }
}

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

/** NXDOMAIN: there really is nothing underneath. In a magic zone there always may be something. */
class Rfc8020IT {
  @RegisterExtension static final RunningServer SERVER = new RunningServer();

  @ParameterizedTest
  @ValueSource(strings = {"www", "a.b.c.d.e", "1", "_tcp", "_acme-challenge", "db8--1x"})
  void namesWithoutAnAddressAreEmptyAndNeverNonexistent(String name) {
    Reply reply = SERVER.ask(Packet.query(name + ".magic.test", Type.A));
    assertThat(reply.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(reply.authority()).singleElement().isInstanceOf(SOARecord.class);
  }
}

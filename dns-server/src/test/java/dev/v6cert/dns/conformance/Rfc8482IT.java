package dev.v6cert.dns.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.Reply;
import dev.v6cert.dns.testing.RunningServer;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** Queries of type ANY. */
class Rfc8482IT {
  @RegisterExtension static final RunningServer SERVER = new RunningServer();

  @ParameterizedTest
  @CsvSource({
    "192-0-2-7.magic.test, 1",
    "2001-db8--1.magic.test, 1",
    "192-0-2-7.2001-db8--1.magic.test, 1",
    "www.magic.test, 0"
  })
  void getOneSetOfRecords(String name, int records) {
    Reply reply = SERVER.ask(Packet.query(name, Type.ANY));
    assertThat(reply.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(reply.answer()).hasSize(records);
  }
}

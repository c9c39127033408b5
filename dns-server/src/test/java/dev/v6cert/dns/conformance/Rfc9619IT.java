package dev.v6cert.dns.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.testing.Channel;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.RunningServer;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** In the DNS, QDCOUNT is (usually) one. */
class Rfc9619IT {
  @RegisterExtension static final RunningServer SERVER = new RunningServer();

  @ParameterizedTest
  @EnumSource(Channel.class)
  void noQuestionAndTwoQuestionsAreFormErr(Channel channel) {
    byte[] name = Packet.name("192-0-2-7.magic.test");
    Packet two = Packet.empty().question(name, Type.A, 1).question(name, Type.AAAA, 1);
    assertThat(channel.ask(SERVER, two.bytes()).rcode()).isEqualTo(Rcode.FORMERR);
    assertThat(channel.ask(SERVER, Packet.empty().bytes()).rcode()).isEqualTo(Rcode.FORMERR);
    assertThat(channel.ask(SERVER, Packet.empty().edns(1232).bytes()).rcode())
        .isEqualTo(Rcode.FORMERR);
  }
}

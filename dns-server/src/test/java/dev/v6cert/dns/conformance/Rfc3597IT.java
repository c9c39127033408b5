package dev.v6cert.dns.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.testing.Channel;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.Reply;
import dev.v6cert.dns.testing.Resources;
import dev.v6cert.dns.testing.RunningServer;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xbill.DNS.Rcode;

/** Handling of unknown record types. */
class Rfc3597IT {
  @RegisterExtension
  static final RunningServer SERVER =
      new RunningServer(builder -> builder.zoneFile(Resources.path("magic.zone")));

  @ParameterizedTest
  @EnumSource(Channel.class)
  void unknownTypesAreAnsweredFromTheirOctetsAndAreNoDataElsewhere(Channel channel) {
    Reply known = channel.ask(SERVER, Packet.query("odd.magic.test", 65_400).bytes());
    assertThat(known.answer().getFirst().rdataToWireCanonical()).containsExactly(1, 2, 3, 4);
    Reply unknown = channel.ask(SERVER, Packet.query("odd.magic.test", 65_401).bytes());
    assertThat(unknown.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(unknown.authority()).hasSize(1);
  }
}

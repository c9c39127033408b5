package dev.v6cert.dns.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.Reply;
import dev.v6cert.dns.testing.Resources;
import dev.v6cert.dns.testing.RunningServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Clarifications to the DNS specification. */
class Rfc2181IT {
  @RegisterExtension
  static final RunningServer SERVER =
      new RunningServer(builder -> builder.zoneFile(Resources.path("magic.zone")));

  @Test
  void section5RecordsOfASetHaveOneTtl() {
    Reply reply = SERVER.ask(Packet.query("ttls.magic.test", Type.A));
    assertThat(reply.answer()).hasSize(3);
    assertThat(reply.answer()).extracting(Record::getTTL).containsOnly(30L);
  }

  @Test
  void section9WhatDoesNotFitIsNotSentInPart() {
    Reply reply = SERVER.ask(Packet.query("big.magic.test", Type.TXT));
    assertThat(reply.isTruncated()).isTrue();
    assertThat(reply.answer()).isEmpty();
  }

  @Test
  void section11AnyOctetCanStandInALabel() {
    byte[] name = Packet.hex("04 00ff2e5c 05 6d61676963 04 74657374 00");
    Reply reply = SERVER.ask(Packet.empty().question(name, Type.A, 1));
    assertThat(reply.bytes(12, 12 + name.length)).isEqualTo(name);
    assertThat(reply.authority()).hasSize(1);
  }
}

package dev.v6cert.dns.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.HandlerFixture;
import dev.v6cert.dns.telemetry.QueryEvent.Outcome;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.Reply;
import dev.v6cert.dns.transport.FastHandler;
import dev.v6cert.dns.transport.Transport;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

class QueryPipelineTest {
  private static final int OFFSET = 7;

  private final HandlerFixture fixture =
      new HandlerFixture(builder -> builder, _ -> QueryPipelineTest::fail);

  private static int fail(byte[] octets, int from, int length, long high, long low) {
    throw new ArrayIndexOutOfBoundsException("a fault");
  }

  @Test
  void aFaultOfTheFastPathCostsOneQueryAndIsCounted() {
    byte[] query = Packet.query("10-0-0-1.magic.test", Type.A).bytes();
    byte[] octets = new byte[OFFSET + FastHandler.ROOM];
    System.arraycopy(query, 0, octets, OFFSET, query.length);
    FastHandler handler = fixture.handler().fast(Transport.UDP);
    int length = handler.handle(octets, OFFSET, query.length, 0, 0xffff_c000_0263L);
    Reply reply = Reply.of(Arrays.copyOfRange(octets, OFFSET, OFFSET + length));
    assertThat(reply.rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(fixture.counters().outcomes()).containsEntry(Outcome.FAILED, 1L);
  }
}

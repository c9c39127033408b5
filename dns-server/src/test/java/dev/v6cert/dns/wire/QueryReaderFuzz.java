package dev.v6cert.dns.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;

/** Any octets as a packet: read without a fault, and what is read agrees with another reader. */
class QueryReaderFuzz {
  private static final int OFFSET = 3;

  @FuzzTest(maxDuration = "2h")
  void readsAnything(byte[] packet) throws IOException {
    ReceivedMessage inbound = QueryReader.read(ByteBuffer.wrap(packet));
    assertThat(QueryReader.read(elsewhere(packet))).isEqualTo(inbound);
    switch (inbound) {
      case ReceivedMessage.Dropped _ ->
          assertThat(packet.length < MessageHeader.LENGTH || packet[2] < 0).isTrue();
      case ReceivedMessage.Malformed(var header) -> expectHeader(packet, header);
      case ReceivedMessage.MalformedQuery(var query) -> {
        assertThat(query.edns()).isPresent();
        expectEcho(packet, query);
      }
      case ReceivedMessage.OtherOpcode(var header) -> expectHeader(packet, header);
      case ReceivedMessage.CookieRequest request -> {
        Message reply = new Message(ResponseWriter.write(request, Response.of(Rcode.NOERROR)));
        assertThat(reply.getOPT()).isNotNull();
        assertThat(reply.getQuestion()).isNull();
      }
      case ReceivedMessage.Query query -> {
        expectSameQuestion(packet, query);
        expectEcho(packet, query);
      }
    }
  }

  /** The same packet in the middle of a direct buffer. */
  private static ByteBuffer elsewhere(byte[] packet) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(packet.length + 2 * OFFSET);
    return buffer.put(OFFSET, packet).position(OFFSET).limit(OFFSET + packet.length);
  }

  private static void expectHeader(byte[] packet, MessageHeader header) {
    byte[] reply = ResponseWriter.headerOnly(header, Rcode.FORMERR);
    assertThat(Arrays.copyOf(reply, 2)).isEqualTo(Arrays.copyOf(packet, 2));
    assertThatCode(() -> new Message(reply)).doesNotThrowAnyException();
  }

  /** The library also reads record data, and refuses some that is skipped here. */
  private static void expectSameQuestion(byte[] packet, ReceivedMessage.Query query) {
    Optional<Message> message = read(packet);
    message.ifPresent(read -> {
      Record question = Optional.ofNullable(read.getQuestion()).orElseThrow();
      assertThat(question.getName()).isEqualTo(query.name());
      assertThat(question.getType()).isEqualTo(query.type());
      assertThat(question.getDClass()).isEqualTo(query.dclass());
      assertThat(read.getOPT() != null).isEqualTo(query.edns().isPresent());
    });
  }

  private static Optional<Message> read(byte[] packet) {
    byte[] whole = packet.clone();
    whole[2] &= ~2; // With TC set the library takes a broken record for the end of the message.
    try {
      return Optional.of(new Message(whole));
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  private static void expectEcho(byte[] packet, ReceivedMessage.Query query) throws IOException {
    int limit = ResponseWriter.udpLimit(query.edns());
    assertThat(limit).isBetween(512, 1232);
    byte[] reply = ResponseWriter.write(query, Response.of(Rcode.REFUSED), limit);
    int end = MessageHeader.LENGTH + query.name().length() + 4;
    assertThat(Arrays.copyOfRange(reply, MessageHeader.LENGTH, end))
        .isEqualTo(Arrays.copyOfRange(packet, MessageHeader.LENGTH, end));
    assertThat(reply.length).isLessThanOrEqualTo(limit);
    assertThat(new Message(reply).getRcode()).isEqualTo(Rcode.REFUSED);
  }
}

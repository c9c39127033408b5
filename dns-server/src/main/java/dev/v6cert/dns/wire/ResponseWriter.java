package dev.v6cert.dns.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/**
 * Writes responses. One that would not fit is sent without its records and with TC, never cut in
 * between (RFC 2181 section 9); the question and the client's spelling of it are always repeated.
 */
public final class ResponseWriter {
  /** The EDNS payload size of this server, in octets: no fragments on any usual path. */
  public static final int PAYLOAD_SIZE = 1232;

  private static final int CLASSIC_PAYLOAD_SIZE = 512;
  private static final int RESPONSE = 0x8000;

  private ResponseWriter() {}

  /** The largest response over UDP to a client that sent {@code edns}, in octets. */
  public static int udpLimit(Optional<Edns> edns) {
    return edns.map(said -> Math.clamp(said.payloadSize(), CLASSIC_PAYLOAD_SIZE, PAYLOAD_SIZE))
        .orElse(CLASSIC_PAYLOAD_SIZE);
  }

  /** A header alone, for a message that could not be read further; {@code rcode} 0 to 15. */
  public static byte[] headerOnly(MessageHeader header, int rcode) {
    return ByteBuffer.allocate(MessageHeader.LENGTH)
        .putShort((short) header.id())
        .putShort((short) (RESPONSE | header.echoedFlags() | rcode))
        .array();
  }

  /** The response to a query without a question. */
  public static byte[] write(ReceivedMessage.CookieRequest request, Response response) {
    return message(request.header(), Optional.empty(), Optional.of(request.edns()), response)
        .toWire();
  }

  /** The response to {@code query}, of at most {@code limit} octets. */
  public static byte[] write(ReceivedMessage.Query query, Response response, int limit) {
    byte[] whole = message(query, response).toWire();
    if (whole.length <= limit) {
      return whole;
    }
    if (response.authoritative() && !response.additional().isEmpty()) {
      return write(query, response.withoutAdditional(), limit);
    }
    return truncated(query, response);
  }

  /** The response to {@code query} without its records and with TC: "come back over TCP". */
  public static byte[] truncated(ReceivedMessage.Query query, Response response) {
    Message message = message(query, response.withoutRecords());
    message.getHeader().setFlag(Flags.TC);
    return message.toWire();
  }

  /** Whether a written response has TC set. */
  public static boolean isTruncated(byte[] response) {
    return (response[2] & 2) != 0;
  }

  private static Message message(ReceivedMessage.Query query, Response response) {
    Record question = Record.newRecord(query.name(), query.type(), query.dclass());
    return message(query.header(), Optional.of(question), query.edns(), response);
  }

  private static Message message(
      MessageHeader query, Optional<Record> question, Optional<Edns> edns, Response response) {
    Message message = new Message();
    message.setHeader(header(query, response));
    question.ifPresent(record -> message.addRecord(record, Section.QUESTION));
    response.answer().forEach(record -> message.addRecord(record, Section.ANSWER));
    response.authority().forEach(record -> message.addRecord(record, Section.AUTHORITY));
    if (edns.isPresent()) {
      int extended = response.rcode() >>> 4;
      int flags = edns.get().dnssecOk() ? Edns.DNSSEC_OK : 0;
      message.addRecord(
          new OPTRecord(PAYLOAD_SIZE, extended, 0, flags, response.options()), Section.ADDITIONAL);
    }
    // After OPT, since a TSIG record is the last of all.
    response.additional().forEach(record -> message.addRecord(record, Section.ADDITIONAL));
    return message;
  }

  private static Header header(MessageHeader query, Response response) {
    try {
      Header header = new Header(headerOnly(query, response.rcode() & 0xf));
      if (response.authoritative()) {
        header.setFlag(Flags.AA);
      }
      return header;
    } catch (IOException e) {
      throw new AssertionError("twelve octets are always a header", e);
    }
  }
}

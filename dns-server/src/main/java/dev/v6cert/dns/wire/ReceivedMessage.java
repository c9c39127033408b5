package dev.v6cert.dns.wire;

import java.util.Optional;
import org.xbill.DNS.Name;

/** A received message, as it was understood. */
public sealed interface ReceivedMessage {

  /**
   * A message that is never answered.
   *
   * @param cause why not
   */
  record Dropped(Cause cause) implements ReceivedMessage {}

  /** The reason for which a message is not answered. */
  enum Cause {
    /** Fewer than twelve octets. */
    SHORTER_THAN_A_HEADER,
    /** QR is set; an answer could start a loop between two servers. */
    RESPONSE
  }

  /**
   * A message that breaks the wire format; FORMERR.
   *
   * @param header its header
   */
  record Malformed(MessageHeader header) implements ReceivedMessage {}

  /**
   * A query with a question and an OPT record, in which something else breaks the wire format, most
   * often an option; FORMERR with an OPT record, by which the client knows that it is not EDNS as
   * such that is unknown here (RFC 6891 section 7).
   *
   * @param query what could be read of it
   */
  record MalformedQuery(Query query) implements ReceivedMessage {}

  /**
   * A message whose opcode is not QUERY; the rest of it was not read.
   *
   * @param header its header
   */
  record OtherOpcode(MessageHeader header) implements ReceivedMessage {}

  /**
   * A query without a question that asks for a server cookie (RFC 7873 section 5.4).
   *
   * @param header its header
   * @param edns its EDNS record, which holds a cookie
   */
  record CookieRequest(MessageHeader header, Edns edns) implements ReceivedMessage {}

  /**
   * A query with exactly one question.
   *
   * @param header its header
   * @param name the name asked for, in the case it was asked in
   * @param type the record type asked for, 0 to 65535
   * @param dclass the class asked for, 0 to 65535
   * @param edns its EDNS record
   * @param signed whether a TSIG record ends it (RFC 8945)
   */
  record Query(
      MessageHeader header, Name name, int type, int dclass, Optional<Edns> edns, boolean signed)
      implements ReceivedMessage {

    /** This query as if no TSIG record ended it. */
    public Query withoutSignature() {
      return new Query(header, name, type, dclass, edns, false);
    }
  }
}

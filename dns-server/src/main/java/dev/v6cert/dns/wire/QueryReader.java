package dev.v6cert.dns.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Type;

/**
 * Reads one received message, strictly: every record is walked, so that counts that lie, pointers
 * that lead nowhere and broken EDNS options are seen. Octets after the last record are allowed.
 * Record data other than that of OPT is skipped unread.
 */
public final class QueryReader {
  private static final int RESPONSE = 0x8000;

  /** Type, class, TTL and data length. */
  private static final int FIXED_RECORD_PART = 10;

  private static final int CLIENT_COOKIE = 8;
  private static final int MIN_FULL_COOKIE = 16;
  private static final int MAX_FULL_COOKIE = 40;
  private static final int OUR_FULL_COOKIE = 24;

  private final ByteBuffer message;
  private final int start;
  private Optional<Edns> edns = Optional.empty();
  private boolean signed;

  private QueryReader(ByteBuffer message) {
    this.message = message;
    this.start = message.position();
  }

  /** Reads the message between position and limit of {@code message}, and moves neither. */
  public static ReceivedMessage read(ByteBuffer message) {
    return new QueryReader(message).read();
  }

  private ReceivedMessage read() {
    if (message.remaining() < MessageHeader.LENGTH) {
      return new ReceivedMessage.Dropped(ReceivedMessage.Cause.SHORTER_THAN_A_HEADER);
    }
    MessageHeader header = new MessageHeader(u16(start), u16(start + 2));
    if ((header.flags() & RESPONSE) != 0) {
      return new ReceivedMessage.Dropped(ReceivedMessage.Cause.RESPONSE);
    }
    if (header.opcode() != Opcode.QUERY) {
      return new ReceivedMessage.OtherOpcode(header);
    }
    int questions = u16(start + 4);
    int nameEnd = start + MessageHeader.LENGTH;
    int at = nameEnd;
    if (questions == 1) { // More than one: RFC 9619.
      nameEnd = WireName.plainEnd(message, at);
      at = nameEnd + 4;
    }
    if (questions > 1 || nameEnd == WireName.INVALID || at > message.limit()) {
      return new ReceivedMessage.Malformed(header);
    }
    boolean wellFormed = readRecords(at);
    if (questions == 0) {
      return wellFormed && edns.flatMap(Edns::cookie).isPresent()
          ? new ReceivedMessage.CookieRequest(header, edns.orElseThrow())
          : new ReceivedMessage.Malformed(header);
    }
    ReceivedMessage.Query query = query(header, nameEnd);
    if (wellFormed && !isMeta(query.type())) {
      return query;
    }
    return edns.isPresent()
        ? new ReceivedMessage.MalformedQuery(query)
        : new ReceivedMessage.Malformed(header);
  }

  /** Types of records that only messages have, and no names. */
  private static boolean isMeta(int type) {
    return type == Type.OPT || type == Type.TSIG || type == Type.TKEY;
  }

  private ReceivedMessage.Query query(MessageHeader header, int nameEnd) {
    byte[] octets = new byte[nameEnd - start - MessageHeader.LENGTH];
    message.get(start + MessageHeader.LENGTH, octets);
    try {
      return new ReceivedMessage.Query(
          header, new Name(octets), u16(nameEnd), u16(nameEnd + 2), edns, signed);
    } catch (IOException e) {
      throw new AssertionError("the name was checked before", e);
    }
  }

  /** Walks the three record sections; false where they are malformed. */
  private boolean readRecords(int from) {
    int beforeAdditional = u16(start + 6) + u16(start + 8);
    int records = beforeAdditional + u16(start + 10);
    int at = from;
    for (int i = 0; i < records; i++) {
      int fixed = WireName.end(message, at, start + MessageHeader.LENGTH);
      int data = fixed + FIXED_RECORD_PART;
      if (fixed == WireName.INVALID || data > message.limit() || signed) {
        return false; // Also: RFC 8945 section 5.1, nothing follows a TSIG record.
      }
      int end = data + u16(fixed + 8);
      if (end > message.limit()) {
        return false;
      }
      int type = u16(fixed);
      if (type == Type.OPT) {
        boolean allowed = i >= beforeAdditional && fixed == at + 1 && edns.isEmpty();
        if (!allowed || !readEdns(fixed, data, end)) {
          return false;
        }
      }
      if (type == Type.TSIG) {
        if (i < beforeAdditional) {
          return false;
        }
        signed = true;
      }
      at = end;
    }
    return true;
  }

  private boolean readEdns(int fixed, int data, int end) {
    int payloadSize = u16(fixed + 2);
    int version = message.get(fixed + 5) & 0xff;
    boolean dnssecOk = (u16(fixed + 6) & Edns.DNSSEC_OK) != 0;
    Optional<Edns.Cookie> cookie = Optional.empty();
    boolean nameServerIdWanted = false;
    edns = Optional.of(new Edns(payloadSize, version, dnssecOk, cookie, nameServerIdWanted));
    int at = data;
    while (at < end) {
      if (end - at < 4) {
        return false;
      }
      int code = u16(at);
      int length = u16(at + 2);
      at += 4;
      if (length > end - at) {
        return false;
      }
      if (code == EDNSOption.Code.COOKIE) {
        if (length != CLIENT_COOKIE && (length < MIN_FULL_COOKIE || length > MAX_FULL_COOKIE)) {
          return false; // RFC 7873 section 5.2.2.
        }
        cookie = cookie.isPresent() ? cookie : Optional.of(cookie(at, length));
      } else if (code == EDNSOption.Code.NSID) {
        nameServerIdWanted = true;
      }
      at += length;
    }
    edns = Optional.of(new Edns(payloadSize, version, dnssecOk, cookie, nameServerIdWanted));
    return true;
  }

  private Edns.Cookie cookie(int at, int length) {
    Optional<Edns.ServerCookie> server =
        length == OUR_FULL_COOKIE
            ? Optional.of(new Edns.ServerCookie(message.getLong(at + 8), message.getLong(at + 16)))
            : Optional.empty();
    return new Edns.Cookie(message.getLong(at), server);
  }

  private int u16(int at) {
    return message.getShort(at) & 0xffff;
  }
}

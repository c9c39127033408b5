package dev.v6cert.dns.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** A response: its octets, and what an independent library reads in them. */
public final class Reply {
  private final byte[] octets;

  private Reply(byte[] octets) {
    this.octets = octets;
  }

  /** The response in the given octets. */
  public static Reply of(byte[] octets) {
    return new Reply(octets.clone());
  }

  /** The number of octets. */
  public int length() {
    return octets.length;
  }

  /** The octets from {@code from} to {@code to}. */
  public byte[] bytes(int from, int to) {
    return Arrays.copyOfRange(octets, from, to);
  }

  /** The identifier. */
  public int id() {
    return u16(0);
  }

  /** All 16 bits of flags. */
  public int flags() {
    return u16(2);
  }

  /** The response code, with the extension that an OPT record gives it. */
  public int rcode() {
    return message().getRcode();
  }

  /** Whether AA is set. */
  public boolean isAuthoritative() {
    return (flags() & 0x0400) != 0;
  }

  /** Whether TC is set. */
  public boolean isTruncated() {
    return (flags() & 0x0200) != 0;
  }

  /** The count of a section, 0 the question to 3 the additional one. */
  public int count(int section) {
    return u16(4 + 2 * section);
  }

  private int u16(int at) {
    return ByteBuffer.wrap(octets).getShort(at) & 0xffff;
  }

  /** The records of the answer section. */
  public List<Record> answer() {
    return message().getSection(Section.ANSWER);
  }

  /** The data of the answer section's records, as text. */
  public List<String> answerData() {
    return data(Section.ANSWER);
  }

  /** The records of the authority section. */
  public List<Record> authority() {
    return message().getSection(Section.AUTHORITY);
  }

  /** The data of the additional section's records, as text, without OPT. */
  public List<String> additionalData() {
    return data(Section.ADDITIONAL);
  }

  private List<String> data(int section) {
    return message().getSection(section).stream()
        .filter(record -> !(record instanceof OPTRecord))
        .map(Record::rdataToString)
        .toList();
  }

  /**
   * All that a client can see in it; two replies with the same meaning are equal to anybody. Only
   * the question is in the case that it was written in: the case of a name in a record follows from
   * how it is compressed, and means nothing (RFC 4343).
   */
  public String meaning() {
    Message message = message();
    StringBuilder text = new StringBuilder();
    text.append(id()).append(' ').append(Integer.toHexString(flags()));
    for (Record question : message.getSection(Section.QUESTION)) {
      text.append(HexFormat.of().formatHex(question.getName().toWire()));
    }
    for (int section = Section.QUESTION; section <= Section.ADDITIONAL; section++) {
      message
          .getSection(section)
          .forEach(record -> text.append('\n').append(record.toString().toLowerCase(Locale.ROOT)));
    }
    return text.toString();
  }

  /** The message as the library reads it. */
  public Message message() {
    try {
      return new Message(octets);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

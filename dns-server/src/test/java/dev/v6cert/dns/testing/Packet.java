package dev.v6cert.dns.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** A DNS message made octet by octet, well-formed or not. */
public final class Packet {
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private int id = 0x1234;
  private int flags;
  private int questions;
  private int answers;
  private int authorities;
  private int additionals;

  private Packet() {}

  /** A message with no sections. */
  public static Packet empty() {
    return new Packet();
  }

  /** A query for a dotted name and a type, class IN. */
  public static Packet query(String name, int type) {
    return empty().question(name(name), type, 1);
  }

  /** The labels of a dotted name, with the root at the end. */
  public static byte[] name(String dotted) {
    ByteArrayOutputStream labels = new ByteArrayOutputStream();
    for (String label : dotted.split("\\.", -1)) {
      byte[] octets = label.getBytes(StandardCharsets.ISO_8859_1);
      if (octets.length > 0) {
        labels.write(octets.length);
        labels.writeBytes(octets);
      }
    }
    labels.write(0);
    return labels.toByteArray();
  }

  /** Octets written as hexadecimal digits; blanks are left out. */
  public static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  /** Sets the identifier. */
  public Packet id(int value) {
    id = value;
    return this;
  }

  /** Sets all 16 bits of flags. */
  public Packet flags(int value) {
    flags = value;
    return this;
  }

  /** Sets the four section counts, true or not. */
  public Packet counts(int question, int answer, int authority, int additional) {
    questions = question;
    answers = answer;
    authorities = authority;
    additionals = additional;
    return this;
  }

  /** Adds a question. */
  public Packet question(byte[] name, int type, int dclass) {
    questions++;
    return octets(name).u16(type).u16(dclass);
  }

  /** Adds a record to the additional section. */
  public Packet additional(byte[] owner, int type, int dclass, long ttl, byte[] data) {
    additionals++;
    return record(owner, type, dclass, ttl, data);
  }

  /** Adds a record to the answer section; before any additional one. */
  public Packet answer(byte[] owner, int type, int dclass, long ttl, byte[] data) {
    answers++;
    return record(owner, type, dclass, ttl, data);
  }

  private Packet record(byte[] owner, int type, int dclass, long ttl, byte[] data) {
    octets(owner).u16(type).u16(dclass);
    return u16((int) (ttl >>> 16)).u16((int) ttl).u16(data.length).octets(data);
  }

  /** Adds an OPT record of EDNS version 0 with the given options, already encoded. */
  public Packet edns(int payloadSize, byte... options) {
    return additional(new byte[1], 41, payloadSize, 0, options);
  }

  /** One EDNS option. */
  public static byte[] option(int code, byte... data) {
    return ByteBuffer.allocate(4 + data.length)
        .putShort((short) code)
        .putShort((short) data.length)
        .put(data)
        .array();
  }

  /** Adds any octets. */
  public Packet octets(byte... octets) {
    body.writeBytes(octets);
    return this;
  }

  private Packet u16(int value) {
    body.write(value >>> 8);
    body.write(value);
    return this;
  }

  /** The message. */
  public byte[] bytes() {
    return ByteBuffer.allocate(12 + body.size())
        .putShort((short) id)
        .putShort((short) flags)
        .putShort((short) questions)
        .putShort((short) answers)
        .putShort((short) authorities)
        .putShort((short) additionals)
        .put(body.toByteArray())
        .array();
  }
}

package dev.v6cert.dns.wire;

import java.nio.ByteBuffer;

/** Names as they stand in a message (RFC 1035 sections 3.1 and 4.1.4). */
final class WireName {
  private static final int MAX_NAME = 255;
  private static final int MAX_LABEL = 63;
  private static final int POINTER = 0xc0;

  /** The result of {@link #end} and {@link #plainEnd} for octets that are no name. */
  static final int INVALID = -1;

  private WireName() {}

  /**
   * The end of the uncompressed name at {@code at}, or {@link #INVALID}. The first name of a
   * message has nothing before it to point to.
   */
  static int plainEnd(ByteBuffer message, int at) {
    int next = at;
    while (next < message.limit()) {
      int length = message.get(next) & 0xff;
      next += 1 + length;
      if (length > MAX_LABEL || next - at > MAX_NAME) {
        return INVALID;
      }
      if (length == 0) {
        return next;
      }
    }
    return INVALID;
  }

  /**
   * The end of the name at {@code at}, perhaps a compressed one, or {@link #INVALID}. A pointer
   * must lead to an octet before the labels that it continues, so that following it always ends.
   *
   * @param first where the first name of the message starts; nothing may point before it
   */
  static int end(ByteBuffer message, int at, int first) {
    int end = INVALID;
    int start = at;
    int next = at;
    int length = 0;
    while (next < message.limit()) {
      int label = message.get(next) & 0xff;
      if (label >= POINTER) {
        if (next + 1 >= message.limit()) {
          return INVALID;
        }
        int target = first - MessageHeader.LENGTH + (message.getShort(next) & 0x3fff);
        end = end == INVALID ? next + 2 : end;
        if (target < first || target >= start) {
          return INVALID;
        }
        start = target;
        next = target;
        continue;
      }
      length += 1 + label;
      next += 1 + label;
      if (label > MAX_LABEL || length > MAX_NAME) {
        return INVALID;
      }
      if (label == 0) {
        return end == INVALID ? next : end;
      }
    }
    return INVALID;
  }
}

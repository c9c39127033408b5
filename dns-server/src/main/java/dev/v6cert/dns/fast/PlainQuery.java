package dev.v6cert.dns.fast;

import static dev.v6cert.dns.fast.Octets.s64;
import static dev.v6cert.dns.fast.Octets.u16;

/**
 * The reader of the most common queries: one question in class IN for an ordinary type, nothing
 * behind it but perhaps an OPT record, of whose options only the cookie changes the answer. One
 * thread at a time.
 */
final class PlainQuery {
  /** The length of a message header, in octets. */
  static final int HEADER = 12;

  /** The longest name on the wire, in octets. */
  static final int MAX_NAME = 255;

  /** One question and no records, as the four counts of a header. */
  static final long QUESTION = 1L << 48;

  /** One record in the additional section. */
  static final long ADDITIONAL = 1;

  static final int OPT = 41;
  static final int IN = 1;
  private static final int FIRST_SPECIAL = 249; // TKEY, TSIG, IXFR, AXFR, MAILB, MAILA, ANY
  private static final int LAST_SPECIAL = 255;

  private static final int QR_AND_OPCODE = 0xf800;
  private static final int MAX_LABEL = 63;
  private static final int MAX_LABELS = 127;
  private static final int OPT_LENGTH = 11;
  private static final int NAME_SERVER_ID = 3;
  private static final int COOKIE = 10;
  private static final int CLIENT_COOKIE = 8;
  private static final int MIN_FULL_COOKIE = 16;
  private static final int MAX_FULL_COOKIE = 40;
  private static final int OUR_FULL_COOKIE = 24;

  /** The starts of the labels of the name, without the root's. */
  final int[] starts = new int[MAX_LABELS];

  /** The number of labels. */
  int count;

  /** The type asked for. */
  int type;

  /** The end of the question. */
  int end;

  /** Whether an OPT record follows. */
  boolean edns;

  /** The 16 flags of the OPT record. */
  int ednsFlags;

  /** The largest response that the client takes over UDP, in octets, as it wrote it. */
  int payloadSize;

  /** Whether there is a cookie, and {@link #clientCookie} is set. */
  boolean hasCookie;

  /** Whether it has a server cookie of the length of ours, and head and hash are set. */
  boolean hasServerCookie;

  long clientCookie;
  long serverHead;
  long serverHash;

  /** Reads a message; false where it is any other than described above. */
  boolean read(byte[] octets, int from, int length) {
    if (length < HEADER || (u16(octets, from + 2) & QR_AND_OPCODE) != 0) {
      return false;
    }
    long counts = s64(octets, from + 4);
    if ((counts & ~ADDITIONAL) != QUESTION) {
      return false;
    }
    int limit = from + length;
    int nameEnd = readName(octets, from + HEADER, limit);
    end = nameEnd + 4;
    if (end > limit || u16(octets, nameEnd + 2) != IN) {
      return false;
    }
    type = u16(octets, nameEnd);
    edns = (counts & ADDITIONAL) != 0;
    hasCookie = false;
    hasServerCookie = false;
    return type != 0
        && type != OPT
        && (type < FIRST_SPECIAL || type > LAST_SPECIAL)
        && (!edns || readOpt(octets, end, limit));
  }

  /** The end of the name at {@code at}; {@code limit} where it is none. */
  private int readName(byte[] octets, int at, int limit) {
    int labels = 0;
    int next = at;
    int last = Math.min(limit, at + MAX_NAME);
    while (next < last) {
      int length = octets[next];
      if (length == 0) {
        count = labels;
        return next + 1;
      }
      if (length < 0 || length > MAX_LABEL || labels == MAX_LABELS) {
        return limit;
      }
      starts[labels++] = next;
      next += 1 + length;
    }
    return limit;
  }

  private boolean readOpt(byte[] octets, int at, int limit) {
    int option = at + OPT_LENGTH;
    if (option > limit || octets[at] != 0 || u16(octets, at + 1) != OPT || octets[at + 6] != 0) {
      return false; // Another record, or another version of EDNS.
    }
    payloadSize = u16(octets, at + 3);
    ednsFlags = u16(octets, at + 7);
    int last = option + u16(octets, at + 9);
    if (last > limit) {
      return false;
    }
    while (option + 4 <= last) {
      int code = u16(octets, option);
      int next = option + 4 + u16(octets, option + 2);
      if (code == NAME_SERVER_ID
          || next > last
          || (code == COOKIE && !readCookie(octets, option + 4, next))) {
        return false;
      }
      option = next;
    }
    return option == last;
  }

  /** Reads a cookie, of which the first counts; false where it has no valid length. */
  private boolean readCookie(byte[] octets, int at, int end) {
    int length = end - at;
    if (length != CLIENT_COOKIE && (length < MIN_FULL_COOKIE || length > MAX_FULL_COOKIE)) {
      return false; // RFC 7873 section 5.2.2.
    }
    if (!hasCookie) {
      hasCookie = true;
      clientCookie = s64(octets, at);
      hasServerCookie = length == OUR_FULL_COOKIE;
      if (hasServerCookie) {
        serverHead = s64(octets, at + 8);
        serverHash = s64(octets, at + 16);
      }
    }
    return true;
  }
}

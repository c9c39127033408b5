package dev.v6cert.proxy.upstream;

import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.nio.charset.StandardCharsets;

/**
 * The status line and the header fields of a response (RFC 9112).
 *
 * @param status 100 to 999
 * @param http11 whether it is of HTTP/1.1, rather than 1.0
 * @param headers as they came
 */
record ResponseHead(int status, boolean http11, HeaderMap headers) {

  private static final int SWITCHING_PROTOCOLS = 101;
  private static final int OK = 200;
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;

  /** HTTP/1.x, a blank, and three digits. */
  private static final int SHORTEST_STATUS_LINE = 12;

  /** Reads a head; the empty line at its end may be part of the octets. */
  static ResponseHead parse(byte[] octets, int length, HeaderNames names) throws UpstreamFault {
    int end = lineEnd(octets, 0, length);
    int first = trimmed(octets, 0, end);
    String protocol = new String(octets, 0, Math.min(first, 9), StandardCharsets.ISO_8859_1);
    if (first < SHORTEST_STATUS_LINE || !protocol.startsWith("HTTP/1.") || octets[8] != ' ') {
      throw new UpstreamFault("the answer is not HTTP/1.1");
    }
    int status = 0;
    for (int i = 9; i < SHORTEST_STATUS_LINE; i++) {
      int digit = octets[i] - '0';
      if (digit < 0 || digit > 9) {
        throw new UpstreamFault("the status of the answer is not a number");
      }
      status = status * 10 + digit;
    }
    if (status < 100) {
      throw new UpstreamFault("the status of the answer is " + status);
    }
    HeaderMap headers = new HeaderMap();
    fields(octets, end + 1, length, headers, names);
    return new ResponseHead(status, octets[7] != '0', headers);
  }

  private static void fields(
      byte[] octets, int from, int length, HeaderMap headers, HeaderNames names)
      throws UpstreamFault {
    int start = from;
    while (start < length) {
      int next = lineEnd(octets, start, length);
      int end = trimmed(octets, start, next);
      if (end == start) {
        return;
      }
      int colon = start;
      while (colon < end && octets[colon] != ':') {
        colon++;
      }
      if (colon == start || colon == end || octets[colon - 1] <= ' ') {
        throw new UpstreamFault("a header of the answer has no name");
      }
      HttpString name = names.of(octets, start, colon);
      StringBuilder folded = null;
      String value = value(octets, colon + 1, end);
      while (next + 1 < length && (octets[next + 1] == ' ' || octets[next + 1] == '\t')) {
        start = next + 1; // A folded line (RFC 9112 section 5.2) is put behind the one before.
        next = lineEnd(octets, start, length);
        folded = folded == null ? new StringBuilder(value) : folded;
        folded.append(' ').append(value(octets, start, trimmed(octets, start, next)));
      }
      headers.add(name, folded == null ? value : folded.toString());
      start = next + 1;
    }
  }

  private static String value(byte[] octets, int from, int to) throws UpstreamFault {
    int start = from;
    int end = to;
    while (start < end && octets[start] <= ' ' && octets[start] >= 0) {
      start++;
    }
    while (end > start && octets[end - 1] <= ' ' && octets[end - 1] >= 0) {
      end--;
    }
    for (int i = start; i < end; i++) {
      if (octets[i] == '\r' || octets[i] == 0) {
        throw new UpstreamFault("a header of the answer has a control character");
      }
    }
    return new String(octets, start, end - start, StandardCharsets.ISO_8859_1);
  }

  private static int lineEnd(byte[] octets, int from, int length) {
    int i = from;
    while (i < length && octets[i] != '\n') {
      i++;
    }
    return i;
  }

  private static int trimmed(byte[] octets, int start, int end) {
    return end > start && octets[end - 1] == '\r' ? end - 1 : end;
  }

  /** Whether another head follows, the one that counts. */
  boolean isInterim() {
    return status < OK && status != SWITCHING_PROTOCOLS;
  }

  boolean isUpgrade() {
    return status == SWITCHING_PROTOCOLS;
  }

  /** Whether the connection may be used again after the body. */
  boolean keepsAlive() {
    boolean close = false;
    boolean keep = http11;
    HeaderValues values = headers.get(Headers.CONNECTION);
    for (int i = 0; values != null && i < values.size(); i++) {
      String value = values.get(i).toLowerCase(java.util.Locale.ROOT);
      close |= value.contains("close");
      keep |= value.contains("keep-alive");
    }
    return keep && !close;
  }

  /** The body's framing (RFC 9112 section 6.3). */
  BodyDecoder body(boolean isHead) throws UpstreamFault {
    if (isHead || status < OK || status == NO_CONTENT || status == NOT_MODIFIED) {
      return BodyDecoder.ofNothing();
    }
    HeaderValues codings = headers.get(Headers.TRANSFER_ENCODING);
    if (codings != null) {
      if (codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked")) {
        throw new UpstreamFault("the answer has an unknown Transfer-Encoding");
      }
      return BodyDecoder.ofChunks();
    }
    HeaderValues lengths = headers.get(Headers.CONTENT_LENGTH);
    return lengths == null ? BodyDecoder.untilClose() : BodyDecoder.ofLength(length(lengths));
  }

  private static long length(HeaderValues values) throws UpstreamFault {
    String text = values.getFirst();
    for (int i = 1; i < values.size(); i++) {
      if (!values.get(i).equals(text)) {
        throw new UpstreamFault("the answer has two lengths");
      }
    }
    long length = 0;
    if (text.isEmpty() || text.length() > 18) {
      throw new UpstreamFault("the length of the answer is not a number");
    }
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        throw new UpstreamFault("the length of the answer is not a number");
      }
      length = length * 10 + digit;
    }
    return length;
  }
}

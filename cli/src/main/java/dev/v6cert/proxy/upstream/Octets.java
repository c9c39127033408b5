package dev.v6cert.proxy.upstream;

import io.undertow.util.HttpString;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Octets of a message's head as they are written or read; one for each thread, used anew. */
final class Octets {

  /** The longest head that is handed on. */
  static final int MAX_HEAD = 256 * 1024;

  private static final int FIRST_SIZE = 8 * 1024;

  private byte[] octets = new byte[FIRST_SIZE];
  private int length;

  void clear() {
    length = 0;
  }

  int length() {
    return length;
  }

  byte[] array() {
    return octets;
  }

  /** Adds all that is left in the buffer. */
  void take(ByteBuffer buffer, int count) throws UpstreamFault {
    if (length + count > MAX_HEAD) {
      throw new UpstreamFault("the head of the answer is too long");
    }
    reserve(count);
    buffer.get(octets, length, count);
    length += count;
  }

  Octets add(HttpString name) {
    reserve(name.length());
    name.copyTo(octets, length);
    length += name.length();
    return this;
  }

  /**
   * Adds text of a header field.
   *
   * @throws IllegalArgumentException when it has a character that would end the field
   */
  Octets add(String text) {
    int count = text.length();
    reserve(count);
    for (int i = 0; i < count; i++) {
      char c = text.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
        throw new IllegalArgumentException("a control character in a header");
      }
      octets[length + i] = (byte) c;
    }
    length += count;
    return this;
  }

  /** Adds text without any blank or control character. */
  Octets addWord(String text) {
    if (text.indexOf(' ') >= 0 || text.indexOf('\t') >= 0) {
      throw new IllegalArgumentException("a blank in the request line");
    }
    return add(text);
  }

  /** Ends the line. */
  Octets end() {
    reserve(2);
    octets[length++] = '\r';
    octets[length++] = '\n';
    return this;
  }

  private void reserve(int more) {
    if (length + more > octets.length) {
      octets = Arrays.copyOf(octets, Math.max(octets.length * 2, length + more));
    }
  }
}

package dev.v6cert.dns.transport;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Cuts a stream of octets into messages, each behind its length in two octets (RFC 1035 section
 * 4.2.2), however the stream was segmented. Memory grows with what has arrived, not with what a
 * length announces. One thread at a time.
 */
final class TcpFramer {
  private static final int LENGTH_OCTETS = 2;
  private static final int FIRST_CAPACITY = 1024;

  /** A client that sends more at once than was read gets so much room. */
  private static final int PIPELINED_CAPACITY = 16 * 1024;

  private static final int MAX_CAPACITY = LENGTH_OCTETS + 65_535;

  /** What the octets that have arrived amount to. */
  sealed interface Frame {}

  /**
   * A whole message.
   *
   * @param content the message, valid until the next {@link #fill}
   */
  record Message(ByteBuffer content) implements Frame {}

  /**
   * More octets are needed.
   *
   * @param started whether some octets of the next frame are here
   */
  record Incomplete(boolean started) implements Frame {}

  private byte[] octets = new byte[FIRST_CAPACITY];
  private int from;
  private int to;
  private boolean lastWasFull;

  /** The next frame. */
  Frame next() {
    int available = to - from;
    if (available < LENGTH_OCTETS) {
      return new Incomplete(available > 0);
    }
    int length = (octets[from] & 0xff) << 8 | (octets[from + 1] & 0xff);
    if (available < LENGTH_OCTETS + length) {
      return new Incomplete(true);
    }
    ByteBuffer content = ByteBuffer.wrap(octets, from + LENGTH_OCTETS, length);
    from += LENGTH_OCTETS + length;
    return new Message(content);
  }

  /** Takes what the stream has next, waiting for at least one octet; false at its end. */
  boolean fill(InputStream stream) throws IOException {
    if (from > 0) {
      System.arraycopy(octets, from, octets, 0, to - from);
      to -= from;
      from = 0;
    }
    boolean pipelined = lastWasFull && octets.length < PIPELINED_CAPACITY;
    if (to == octets.length || pipelined) {
      octets = Arrays.copyOf(octets, Math.min(2 * octets.length, MAX_CAPACITY));
    }
    int count = stream.read(octets, to, octets.length - to);
    to += Math.max(count, 0);
    lastWasFull = to == octets.length;
    return count >= 0;
  }
}

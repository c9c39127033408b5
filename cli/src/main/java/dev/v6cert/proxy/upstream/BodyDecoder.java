package dev.v6cert.proxy.upstream;

import io.undertow.util.HeaderMap;
import io.undertow.util.HttpString;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Finds the content in the body of a response, by its framing (RFC 9112 section 6). */
final class BodyDecoder {

  private static final int MAX_SIZE_DIGITS = 15;
  private static final int MAX_LINE = 16 * 1024;

  private enum State {
    SIZE,
    EXTENSION,
    DATA,
    DATA_END,
    TRAILER,
    REST,
    DONE
  }

  private State state;
  private long left;
  private int digits;
  private final boolean endsByClose;
  private final StringBuilder line = new StringBuilder(0);
  private final HeaderMap trailers = new HeaderMap();

  private BodyDecoder(State state, long left, boolean endsByClose) {
    this.state = state;
    this.left = left;
    this.endsByClose = endsByClose;
  }

  /** The decoder of a response that has no body. */
  static BodyDecoder ofNothing() {
    return new BodyDecoder(State.DONE, 0, false);
  }

  static BodyDecoder ofLength(long length) {
    return new BodyDecoder(length == 0 ? State.DONE : State.REST, length, false);
  }

  static BodyDecoder ofChunks() {
    return new BodyDecoder(State.SIZE, 0, false);
  }

  static BodyDecoder untilClose() {
    return new BodyDecoder(State.REST, Long.MAX_VALUE, true);
  }

  /** Whether the body has ended. */
  boolean isDone() {
    return state == State.DONE;
  }

  /** Whether it is as long as the connection lasts, so that the connection cannot be used again. */
  boolean endsByClose() {
    return endsByClose;
  }

  /** The fields behind the last chunk. */
  Optional<HeaderMap> trailers() {
    return trailers.size() == 0 ? Optional.empty() : Optional.of(trailers);
  }

  /** Whether the body is whole, now that the connection has ended. */
  boolean endOfInput() {
    if (endsByClose) {
      state = State.DONE;
    }
    return isDone();
  }

  /**
   * Skips framing, and tells how many of the next octets are content; 0 when more input is needed,
   * or the body has ended.
   */
  int content(ByteBuffer in) throws UpstreamFault {
    while (in.hasRemaining() && state != State.DONE) {
      switch (state) {
        case DATA, REST -> {
          return (int) Math.min(left, in.remaining());
        }
        case SIZE -> size(in.get());
        case EXTENSION -> {
          if (in.get() == '\n') {
            afterSize();
          }
        }
        case DATA_END -> dataEnd(in.get());
        case TRAILER -> trailer(in.get());
        case DONE -> throw new IllegalStateException("it has ended");
      }
    }
    return 0;
  }

  /** Counts content that was taken from the input. */
  void taken(int count) {
    if (endsByClose) {
      return;
    }
    left -= count;
    if (left == 0) {
      state = state == State.DATA ? State.DATA_END : State.DONE;
    }
  }

  private void size(byte octet) throws UpstreamFault {
    int digit = Character.digit(octet, 16);
    if (digit >= 0 && digits < MAX_SIZE_DIGITS) {
      left = left << 4 | digit;
      digits++;
    } else if (digits > 0 && (octet == ';' || octet == ' ' || octet == '\t' || octet == '\r')) {
      state = State.EXTENSION;
    } else if (digits > 0 && octet == '\n') {
      afterSize();
    } else {
      throw new UpstreamFault("the size of a chunk is not a number");
    }
  }

  private void afterSize() {
    state = left == 0 ? State.TRAILER : State.DATA;
    digits = 0;
  }

  private void dataEnd(byte octet) throws UpstreamFault {
    if (octet == '\n') {
      state = State.SIZE;
    } else if (octet != '\r') {
      throw new UpstreamFault("a chunk is longer than its size");
    }
  }

  private void trailer(byte octet) throws UpstreamFault {
    if (octet != '\n') {
      if (line.length() > MAX_LINE) {
        throw new UpstreamFault("a trailer is too long");
      }
      line.append((char) (octet & 0xff));
      return;
    }
    String text = line.toString().strip();
    line.setLength(0);
    if (text.isEmpty()) {
      state = State.DONE;
      return;
    }
    int colon = text.indexOf(':');
    if (colon > 0 && trailers.size() < 100) {
      trailers.add(new HttpString(text.substring(0, colon)), text.substring(colon + 1).strip());
    }
  }
}

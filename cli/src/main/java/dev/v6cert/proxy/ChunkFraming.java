package dev.v6cert.proxy;

import io.undertow.server.Connectors;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The framing of a request's body in chunks, read to the letter (RFC 9112 section 7.1): the size is
 * hexadecimal digits, each line ends with CR LF, and a chunk is as long as its size says. Of blanks
 * behind the size, which some clients pad it with, nothing depends.
 */
final class ChunkFraming {

  private static final int MAX_SIZE_DIGITS = 15;
  private static final int MAX_EXTENSION = 4 * 1024;
  private static final int MAX_TRAILERS = 64 * 1024;

  private enum State {
    SIZE,
    PADDING,
    EXTENSION,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILER,
    TRAILER_NAME,
    TRAILER_VALUE,
    TRAILER_LF,
    END_LF,
    DONE
  }

  private State state = State.SIZE;
  private long left;

  /** The octets of the part that is being read, of which there may be so many. */
  private int length;

  /** Whether the body has ended. */
  boolean isDone() {
    return state == State.DONE;
  }

  /** The octets of content that come next, without framing before them; 0 where that comes. */
  long left() {
    return state == State.DATA ? left : 0;
  }

  /**
   * Skips framing.
   *
   * @return how many of the next octets are content; 0 where more input is needed, or the body has
   *     ended
   * @throws IOException when the framing is malformed
   */
  int content(ByteBuffer in) throws IOException {
    while (in.hasRemaining() && state != State.DONE) {
      if (state == State.DATA) {
        return (int) Math.min(left, in.remaining());
      }
      state = after(in.get());
    }
    return 0;
  }

  /** Counts content that was taken from the input. */
  void taken(int count) {
    left -= count;
    if (left == 0) {
      state = State.DATA_CR;
    }
  }

  private State after(byte octet) throws IOException {
    return switch (state) {
      case SIZE -> size(octet);
      case PADDING -> octet == ' ' || octet == '\t' ? counted(MAX_EXTENSION) : afterSize(octet);
      case EXTENSION -> octet == '\r' ? afterSize(octet) : text(octet, MAX_EXTENSION);
      case SIZE_LF -> expect('\n', octet, left == 0 ? State.TRAILER : State.DATA);
      case DATA_CR -> expect('\r', octet, State.DATA_LF);
      case DATA_LF -> expect('\n', octet, State.SIZE);
      case TRAILER -> octet == '\r' ? State.END_LF : trailerName(octet);
      case TRAILER_NAME ->
          octet == ':' ? counted(MAX_TRAILERS, State.TRAILER_VALUE) : trailerName(octet);
      case TRAILER_VALUE -> octet == '\r' ? State.TRAILER_LF : text(octet, MAX_TRAILERS);
      case TRAILER_LF -> expect('\n', octet, State.TRAILER);
      case END_LF -> expect('\n', octet, State.DONE);
      case DATA, DONE -> throw new IllegalStateException("no framing comes here");
    };
  }

  private State size(byte octet) throws IOException {
    int digit = Character.digit(octet, 16);
    if (digit < 0) {
      if (length == 0) {
        throw malformed();
      }
      length = 0;
      return octet == ' ' || octet == '\t' ? State.PADDING : afterSize(octet);
    }
    left = length == 0 ? digit : left << 4 | digit;
    return counted(MAX_SIZE_DIGITS);
  }

  private State afterSize(byte octet) throws IOException {
    length = 0;
    return octet == ';' ? State.EXTENSION : expect('\r', octet, State.SIZE_LF);
  }

  /** Trailers are not passed on, and have to be fields nonetheless. */
  private State trailerName(byte octet) throws IOException {
    if (!Connectors.isValidTokenCharacter(octet)) {
      throw malformed();
    }
    return counted(MAX_TRAILERS, State.TRAILER_NAME);
  }

  private State text(byte octet, int most) throws IOException {
    if (octet == '\n' || octet == 0) {
      throw malformed();
    }
    return counted(most);
  }

  private State counted(int most) throws IOException {
    return counted(most, state);
  }

  private State counted(int most, State next) throws IOException {
    length++;
    if (length > most) {
      throw malformed();
    }
    return next;
  }

  private static State expect(char wanted, byte octet, State next) throws IOException {
    if (octet != wanted) {
      throw malformed();
    }
    return next;
  }

  private static IOException malformed() {
    return new IOException("the body's chunks are malformed");
  }
}

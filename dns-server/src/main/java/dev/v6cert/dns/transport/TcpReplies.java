package dev.v6cert.dns.transport;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Answers the messages of one TCP client, and gathers the replies, each behind its length, so that
 * those to pipelined queries leave together (RFC 7766 section 8). One thread at a time.
 */
final class TcpReplies {
  private static final int LENGTH_OCTETS = 2;
  private static final int SCRATCH = 4096;

  /** So much is gathered at most before it is sent. */
  private static final int FULL = 16 * 1024;

  private static final int FIRST_CAPACITY = 2 * InPlaceHandler.ROOM;

  private final MessageHandler handler;
  private final InPlaceHandler inPlace;
  private final Peer peer;
  private final long clientHigh;
  private final long clientLow;
  private final ByteBuffer scratch = ByteBuffer.allocate(SCRATCH);
  private byte[] octets = new byte[FIRST_CAPACITY];
  private int end;

  TcpReplies(MessageHandler handler, Peer peer) {
    this.handler = handler;
    this.inPlace = handler.inPlace(Transport.TCP);
    this.peer = peer;
    this.clientHigh = peer.high();
    this.clientLow = peer.low();
  }

  /** Adds the reply to a message. */
  void answer(ByteBuffer message) {
    int length = message.remaining();
    if (length <= InPlaceHandler.ROOM) {
      reserve(InPlaceHandler.ROOM);
      int at = end + LENGTH_OCTETS;
      message.get(message.position(), octets, at, length);
      int written = inPlace.handle(octets, at, length, clientHigh, clientLow);
      if (written != InPlaceHandler.DECLINED) {
        finish(written);
        return;
      }
    }
    ByteBuffer reply = handler.handle(message, peer, scratch.clear());
    int written = reply.remaining();
    reserve(written);
    reply.get(octets, end + LENGTH_OCTETS, written);
    finish(written);
  }

  private void reserve(int length) {
    int needed = end + LENGTH_OCTETS + length;
    if (needed > octets.length) {
      octets = Arrays.copyOf(octets, Math.max(needed, 2 * octets.length));
    }
  }

  private void finish(int written) {
    if (written > 0) {
      octets[end] = (byte) (written >>> 8);
      octets[end + 1] = (byte) written;
      end += LENGTH_OCTETS + written;
    }
  }

  /** Whether enough is gathered to be sent at once. */
  boolean isFull() {
    return end >= FULL;
  }

  /** Sends what is gathered. */
  void send(OutputStream out) throws IOException {
    inPlace.flush();
    if (end > 0) {
      out.write(octets, 0, end);
      end = 0;
    }
  }
}

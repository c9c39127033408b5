package dev.v6cert.proxy.upstream;

import io.undertow.connector.ByteBufferPool;
import io.undertow.connector.PooledByteBuffer;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.xnio.ChannelListener;
import org.xnio.conduits.ConduitStreamSourceChannel;

/**
 * Reads the head of a response. Interim responses (RFC 9110 section 15.2) are skipped: the front
 * has no way to send them on.
 */
final class ResponseReader implements ChannelListener<ConduitStreamSourceChannel> {

  private final Forwarding forwarding;
  private final UpstreamConnection connection;
  private final ConnectionPool pool;
  private final ByteBufferPool buffers;

  /** The parts that have been read of a head that comes in several. */
  private byte[] before = {};

  private @Nullable PooledByteBuffer pooled;

  ResponseReader(
      Forwarding forwarding,
      UpstreamConnection connection,
      ConnectionPool pool,
      ByteBufferPool buffers) {
    this.forwarding = forwarding;
    this.connection = connection;
    this.pool = pool;
    this.buffers = buffers;
  }

  void start() {
    connection.source().getReadSetter().set(this);
    connection.source().resumeReads();
  }

  @Override
  public void handleEvent(ConduitStreamSourceChannel source) {
    if (!forwarding.isFor(connection)) {
      source.suspendReads();
      return;
    }
    try {
      read(source);
    } catch (IOException e) {
      Forwarding.close(pooled);
      pooled = null;
      forwarding.upstreamFailed(e);
    }
  }

  private void read(ConduitStreamSourceChannel source) throws IOException {
    PooledByteBuffer buffer = buffers.allocate();
    pooled = buffer;
    ByteBuffer in = buffer.getBuffer();
    while (true) {
      in.clear();
      int count = source.read(in);
      if (count < 0) {
        throw new EOFException("closed before an answer");
      }
      if (count == 0) {
        buffer.close();
        pooled = null;
        return;
      }
      in.flip();
      while (in.hasRemaining()) {
        int end = headEnd(in);
        if (end < 0) {
          keep(in);
          break;
        }
        ResponseHead head = head(in, end);
        if (!head.isInterim()) {
          source.suspendReads();
          pooled = null;
          forwarding.answered(head, in, buffer);
          return;
        }
      }
    }
  }

  private void keep(ByteBuffer in) throws UpstreamFault {
    Octets octets = pool.octets();
    octets.clear();
    octets.take(ByteBuffer.wrap(before), before.length);
    octets.take(in, in.remaining());
    before = java.util.Arrays.copyOf(octets.array(), octets.length());
  }

  private ResponseHead head(ByteBuffer in, int end) throws UpstreamFault {
    Octets octets = pool.octets();
    octets.clear();
    octets.take(ByteBuffer.wrap(before), before.length);
    octets.take(in, end - in.position());
    before = new byte[0];
    return ResponseHead.parse(octets.array(), octets.length(), pool.names());
  }

  /**
   * The position behind the empty line that ends the head, in what is new; -1 if it is not there.
   */
  private int headEnd(ByteBuffer in) {
    int last = before.length == 0 ? 0 : before[before.length - 1];
    int butLast = before.length < 2 ? 0 : before[before.length - 2];
    for (int i = in.position(); i < in.limit(); i++) {
      int octet = in.get(i);
      if (octet == '\n' && (last == '\n' || (last == '\r' && butLast == '\n'))) {
        return i + 1;
      }
      butLast = last;
      last = octet;
    }
    return -1;
  }
}

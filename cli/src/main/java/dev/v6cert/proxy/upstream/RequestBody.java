package dev.v6cert.proxy.upstream;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.xnio.channels.StreamSourceChannel;
import org.xnio.conduits.ConduitStreamSinkChannel;

/**
 * Moves the content of a request to the upstream, in chunks where its length is not known. One
 * buffer at most is held; the client is read from no faster than the upstream takes it.
 *
 * <p>Content of another length than the request's head says is cut off (RFC 9113 section 8.1.1):
 * the server of HTTP/2 lets it through, and the upstream would read the rest as a request of its
 * own.
 */
final class RequestBody implements Runnable {

  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  /** Room for the size of a chunk, four hexadecimal digits, and its end of line. */
  private static final int BEFORE_CHUNK = 6;

  private static final int AFTER_CHUNK = 2;

  private final Forwarding forwarding;
  private final HttpServerExchange exchange;
  private final StreamSourceChannel source;
  private final ConduitStreamSinkChannel sink;
  private final boolean chunked;
  private @Nullable PooledByteBuffer pooled;
  private boolean ended;
  private long left;

  RequestBody(
      Forwarding forwarding,
      HttpServerExchange exchange,
      ConduitStreamSinkChannel sink,
      boolean chunked) {
    this.forwarding = forwarding;
    this.exchange = exchange;
    this.source = exchange.getRequestChannel();
    this.sink = sink;
    this.chunked = chunked;
    this.left = chunked ? Long.MAX_VALUE : exchange.getRequestContentLength();
    source.getReadSetter().set(_ -> run());
    sink.getWriteSetter().set(_ -> run());
  }

  @Override
  public void run() {
    while (!forwarding.isRequestOver()) {
      if (!forwarding.isActive()) {
        free();
        return;
      }
      if (pooled != null || ended) {
        if (!written()) {
          return;
        }
      } else if (!filled()) {
        return;
      }
    }
    free();
  }

  /** Writes what is there; whether to go on. */
  private boolean written() {
    try {
      PooledByteBuffer buffer = pooled;
      while (buffer != null && buffer.getBuffer().hasRemaining()) {
        if (sink.write(buffer.getBuffer()) == 0) {
          source.suspendReads();
          sink.resumeWrites();
          return false;
        }
      }
      free();
      if (ended) {
        if (!sink.flush()) {
          sink.resumeWrites();
          return false;
        }
        sink.suspendWrites();
        source.suspendReads();
        forwarding.requestSent();
      }
      return true;
    } catch (IOException e) {
      free();
      source.suspendReads();
      sink.suspendWrites();
      forwarding.requestBroken();
      return false;
    }
  }

  /** Reads what there is; whether to go on. */
  private boolean filled() {
    PooledByteBuffer buffer = exchange.getConnection().getByteBufferPool().allocate();
    ByteBuffer content = buffer.getBuffer();
    content.clear();
    if (chunked) {
      content.position(BEFORE_CHUNK).limit(content.capacity() - AFTER_CHUNK);
    }
    int count;
    try {
      count = source.read(content);
      if (count == 0) {
        buffer.close();
        if (sink.flush()) {
          sink.suspendWrites();
        } else {
          sink.resumeWrites();
        }
        source.resumeReads();
        return false;
      }
    } catch (IOException e) {
      buffer.close();
      forwarding.clientGone();
      return false;
    }
    ended = count < 0;
    left -= Math.max(count, 0);
    if (left < 0 || (ended && !chunked && left > 0)) {
      buffer.close();
      forwarding.clientGone();
      return false;
    }
    frame(content, count);
    pooled = buffer;
    return true;
  }

  private void frame(ByteBuffer content, int count) {
    if (!chunked) {
      content.flip();
      return;
    }
    if (count < 0) {
      content.clear().put(LAST_CHUNK).flip();
      return;
    }
    int end = content.position();
    content.limit(content.capacity());
    content.put(end, (byte) '\r').put(end + 1, (byte) '\n');
    for (int i = 0; i < 4; i++) {
      int digit = (count >> (4 * (3 - i))) & 0xf;
      content.put(i, (byte) Character.forDigit(digit, 16));
    }
    content.put(4, (byte) '\r').put(5, (byte) '\n');
    content.position(0).limit(end + AFTER_CHUNK);
  }

  private void free() {
    Forwarding.close(pooled);
    pooled = null;
  }
}

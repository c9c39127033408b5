package dev.v6cert.proxy.upstream;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.xnio.channels.StreamSinkChannel;

/**
 * Moves the content of a response to the client. Whenever the upstream has no more at the moment,
 * what there is is flushed: an event of a stream must not wait for the next one, nor the header for
 * the first. One buffer at most is held, and none while the upstream is silent.
 */
final class ResponseBody implements Runnable {

  private final Forwarding forwarding;
  private final HttpServerExchange exchange;
  private final UpstreamConnection connection;
  private final BodyDecoder body;
  private final StreamSinkChannel out;
  private @Nullable ByteBuffer in;
  private @Nullable PooledByteBuffer pooled;
  private boolean read;

  ResponseBody(
      Forwarding forwarding,
      HttpServerExchange exchange,
      UpstreamConnection connection,
      BodyDecoder body,
      ByteBuffer in,
      @Nullable PooledByteBuffer pooled,
      StreamSinkChannel out) {
    this.forwarding = forwarding;
    this.exchange = exchange;
    this.connection = connection;
    this.body = body;
    this.in = in;
    this.pooled = pooled;
    this.out = out;
    connection.source().getReadSetter().set(_ -> run());
    out.getWriteSetter().set(_ -> run());
  }

  @Override
  public void run() {
    try {
      while (forwarding.isActive()) {
        if (read) {
          finish();
          return;
        }
        ByteBuffer now = in;
        if (now != null && !written(now)) {
          return;
        }
        if (body.isDone()) {
          read = true;
          boolean leftOver = now != null && now.hasRemaining();
          free();
          forwarding.responseRead(body, leftOver);
        } else if (!filled()) {
          return;
        }
      }
      free();
    } catch (UpstreamFault e) {
      free();
      forwarding.upstreamFailed(e);
    } catch (IOException e) {
      free();
      forwarding.clientGone();
    }
  }

  private void finish() throws IOException {
    out.shutdownWrites();
    if (out.flush()) {
      out.suspendWrites();
      forwarding.responseSent();
    } else {
      out.resumeWrites();
    }
  }

  /** Writes the content in the buffer; whether all of it has gone. */
  private boolean written(ByteBuffer now) throws IOException {
    while (true) {
      int count = body.content(now);
      if (count == 0) {
        return true;
      }
      int limit = now.limit();
      int start = now.position();
      now.limit(start + count);
      int sent;
      try {
        sent = out.write(now);
      } finally {
        now.limit(limit);
      }
      if (sent == 0) {
        connection.source().suspendReads();
        out.resumeWrites();
        return false;
      }
      body.taken(sent);
    }
  }

  /** Reads from the upstream; whether there is something to write, or the end. */
  private boolean filled() throws IOException {
    if (pooled == null) {
      pooled = exchange.getConnection().getByteBufferPool().allocate();
    }
    ByteBuffer buffer = pooled.getBuffer();
    buffer.clear();
    int count;
    try {
      count = connection.source().read(buffer);
    } catch (IOException e) {
      throw new UpstreamFault("the connection broke: " + e.getMessage());
    }
    if (count > 0) {
      in = buffer.flip();
      return true;
    }
    free();
    if (count < 0) {
      if (!body.endOfInput()) {
        throw new UpstreamFault("closed within the body");
      }
      return true;
    }
    if (out.flush()) {
      out.suspendWrites();
    } else {
      out.resumeWrites();
    }
    connection.source().resumeReads();
    return false;
  }

  private void free() {
    Forwarding.close(pooled);
    pooled = null;
    in = null;
  }
}

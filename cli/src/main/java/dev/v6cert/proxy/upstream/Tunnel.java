package dev.v6cert.proxy.upstream;

import io.undertow.connector.ByteBufferPool;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.conduits.ConduitStreamSinkChannel;
import org.xnio.conduits.ConduitStreamSourceChannel;

/**
 * Moves octets both ways between the client and the upstream once they speak another protocol, such
 * as WebSocket. Each way holds one buffer at most; the end of one connection ends the other.
 */
final class Tunnel {

  private final StreamConnection client;
  private final StreamConnection upstream;

  private Tunnel(StreamConnection client, StreamConnection upstream) {
    this.client = client;
    this.upstream = upstream;
  }

  /** Answers the client with 101, and moves octets from then on. */
  static void open(
      HttpServerExchange exchange,
      ResponseHead head,
      UpstreamConnection from,
      ByteBuffer first,
      @Nullable PooledByteBuffer pooled) {
    ByteBufferPool buffers = exchange.getConnection().getByteBufferPool();
    exchange.getConnection().addCloseListener(_ -> from.close());
    exchange.upgradeChannel((client, _) -> {
      Tunnel tunnel = new Tunnel(client, from.channel());
      from.andWhenClosed(() -> IoUtils.safeClose(client));
      tunnel.new Way(from.source(), client.getSinkChannel(), buffers, first, pooled).run();
      tunnel.new Way(client.getSourceChannel(), from.sink(), buffers, first, null).run();
    });
    String protocol = head.headers().getFirst(Headers.UPGRADE);
    exchange.getResponseHeaders().put(Headers.UPGRADE, protocol == null ? "" : protocol);
    exchange.endExchange();
  }

  private void close() {
    IoUtils.safeClose(client);
    IoUtils.safeClose(upstream);
  }

  /** One direction. */
  private final class Way implements Runnable {
    private final ConduitStreamSourceChannel source;
    private final ConduitStreamSinkChannel sink;
    private final ByteBufferPool buffers;
    private @Nullable PooledByteBuffer pooled;

    Way(
        ConduitStreamSourceChannel source,
        ConduitStreamSinkChannel sink,
        ByteBufferPool buffers,
        ByteBuffer first,
        @Nullable PooledByteBuffer pooled) {
      this.source = source;
      this.sink = sink;
      this.buffers = buffers;
      this.pooled = pooled;
      if (pooled != null && !first.hasRemaining()) {
        free();
      }
      source.getReadSetter().set(_ -> run());
      sink.getWriteSetter().set(_ -> run());
    }

    @Override
    public void run() {
      try {
        while (moved()) {}
      } catch (IOException e) {
        free();
        close();
      }
    }

    private boolean moved() throws IOException {
      PooledByteBuffer buffer = pooled;
      if (buffer != null) {
        while (buffer.getBuffer().hasRemaining()) {
          if (sink.write(buffer.getBuffer()) == 0) {
            source.suspendReads();
            sink.resumeWrites();
            return false;
          }
        }
        free();
      }
      buffer = buffers.allocate();
      int count;
      try {
        count = source.read(buffer.getBuffer());
      } catch (IOException e) {
        buffer.close();
        throw e;
      }
      if (count > 0) {
        buffer.getBuffer().flip();
        pooled = buffer;
        return true;
      }
      buffer.close();
      boolean flushed = sink.flush();
      if (count < 0) {
        close();
        return false;
      }
      if (flushed) {
        sink.suspendWrites();
      } else {
        sink.resumeWrites();
      }
      source.resumeReads();
      return false;
    }

    private void free() {
      Forwarding.close(pooled);
      pooled = null;
    }
  }
}

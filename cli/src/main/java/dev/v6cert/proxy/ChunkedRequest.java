package dev.v6cert.proxy;

import io.undertow.conduits.ReadDataStreamSourceConduit;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.Connectors;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import org.xnio.IoUtils;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.conduits.AbstractStreamSourceConduit;
import org.xnio.conduits.ConduitReadableByteChannel;
import org.xnio.conduits.StreamSourceConduit;

/**
 * The body of a request of HTTP/1.1 in chunks, in the place of Undertow's own reader: to that one,
 * what stands between the octets of a chunk and the end of the line is nothing. Malformed framing
 * ends the connection.
 */
final class ChunkedRequest extends AbstractStreamSourceConduit<StreamSourceConduit> {

  private final HttpServerExchange exchange;
  private final HttpServerConnection connection;
  private final ChunkFraming framing = new ChunkFraming();
  private boolean ended;

  private ChunkedRequest(HttpServerExchange exchange, HttpServerConnection connection) {
    super(new ReadDataStreamSourceConduit(connection.getOriginalSourceConduit(), connection));
    this.exchange = exchange;
    this.connection = connection;
  }

  /** Has the body read this way; called before anything of it is. */
  static void read(HttpServerExchange exchange) {
    if (exchange.getConnection() instanceof HttpServerConnection connection) {
      connection
          .getChannel()
          .getSourceChannel()
          .setConduit(new ChunkedRequest(exchange, connection));
    }
  }

  @Override
  public int read(ByteBuffer to) throws IOException {
    try {
      int count = 0;
      if (!framing.isDone()) {
        count = framing.left() > 0 ? readContent(to) : readFramed(to);
      }
      if (count > 0 || !framing.isDone()) {
        return count;
      }
    } catch (IOException | RuntimeException e) {
      IoUtils.safeClose(connection);
      throw e;
    }
    if (!ended) {
      ended = true;
      Connectors.terminateRequest(exchange);
    }
    return -1;
  }

  /** Without a copy, as much as the chunk has left. */
  private int readContent(ByteBuffer to) throws IOException {
    int limit = to.limit();
    if (framing.left() < to.remaining()) {
      to.limit(to.position() + (int) framing.left());
    }
    try {
      int count = next.read(to);
      if (count < 0) {
        throw new ClosedChannelException();
      }
      framing.taken(count);
      return count;
    } finally {
      to.limit(limit);
    }
  }

  /** By way of a buffer, as what is read may go beyond the chunk, and beyond the request. */
  private int readFramed(ByteBuffer to) throws IOException {
    int total = 0;
    while (total == 0 && !framing.isDone() && to.hasRemaining()) {
      PooledByteBuffer pooled = connection.getByteBufferPool().allocate();
      try {
        ByteBuffer in = pooled.getBuffer();
        int count = next.read(in);
        if (count < 0) {
          throw new ClosedChannelException();
        }
        in.flip();
        total = copy(in, to);
        if (in.hasRemaining()) {
          connection.ungetRequestBytes(pooled);
          pooled = null;
        }
        if (count == 0) {
          return 0;
        }
      } finally {
        if (pooled != null) {
          pooled.close();
        }
      }
    }
    return total;
  }

  private int copy(ByteBuffer in, ByteBuffer to) throws IOException {
    int total = 0;
    int count = framing.content(in);
    while (count > 0 && to.hasRemaining()) {
      int taken = Math.min(count, to.remaining());
      to.put(to.position(), in, in.position(), taken);
      to.position(to.position() + taken);
      in.position(in.position() + taken);
      framing.taken(taken);
      total += taken;
      count = framing.content(in);
    }
    return total;
  }

  @Override
  public long read(ByteBuffer[] to, int offset, int count) throws IOException {
    for (int i = offset; i < offset + count; i++) {
      if (to[i].hasRemaining()) {
        return read(to[i]);
      }
    }
    return 0;
  }

  @Override
  public long transferTo(long position, long count, FileChannel to) throws IOException {
    return to.transferFrom(new ConduitReadableByteChannel(this), position, count);
  }

  @Override
  public long transferTo(long count, ByteBuffer through, StreamSinkChannel to) throws IOException {
    return IoUtils.transfer(new ConduitReadableByteChannel(this), count, through, to);
  }

  @Override
  public void terminateReads() throws IOException {
    if (!framing.isDone()) {
      exchange.setPersistent(false);
      super.terminateReads();
    }
  }
}

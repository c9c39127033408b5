package dev.v6cert.proxy.upstream;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpAttachments;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.conduits.ConduitStreamSinkChannel;

/**
 * One request on its way to the upstream, and the response on its way back. Everything happens on
 * the I/O thread of the client's connection, and nothing waits.
 *
 * <pre>
 *   begin ─ connected ─ head sent ─┬─ RequestBody ──── requestSent ─┐
 *                                  └─ ResponseReader ─ answered ─ ResponseBody ─ responseSent
 * </pre>
 */
final class Forwarding {

  private final HttpServerExchange exchange;
  private final Upstream upstream;
  private final ResponseHeaders headers;
  private final ConnectionPool pool;
  private final UpstreamHandler.Faults faults;
  private final ClientWatch watch;
  private @Nullable UpstreamConnection connection;
  private @Nullable ByteBuffer unsent;
  private boolean requestSent;
  private boolean requestBroken;
  private boolean ended;
  private boolean keepsAlive;
  private boolean upgrade;

  Forwarding(
      HttpServerExchange exchange,
      Upstream upstream,
      ResponseHeaders headers,
      ConnectionPool pool,
      UpstreamHandler.Faults faults) {
    this.exchange = exchange;
    this.upstream = upstream;
    this.headers = headers;
    this.pool = pool;
    this.faults = faults;
    this.watch = new ClientWatch(exchange, this::clientGone);
  }

  void begin() {
    upgrade = ForwardedHead.isUpgrade(exchange);
    watch.start();
    connect(false);
  }

  private void connect(boolean fresh) {
    pool.take(
        fresh,
        new ConnectionPool.Taker() {
          @Override
          public void connected(UpstreamConnection taken) {
            if (ended) {
              taken.close();
              return;
            }
            send(taken);
          }

          @Override
          public void failed(IOException why) {
            if (!ended) {
              end();
              faults.unreachable(exchange, upstream);
            }
          }

          @Override
          public void crowded() {
            if (!ended) {
              end();
              faults.crowded(exchange, upstream);
            }
          }

          @Override
          public void late() {
            if (!ended) {
              end();
              faults.late(exchange, upstream);
            }
          }
        });
  }

  private void send(UpstreamConnection taken) {
    connection = taken;
    boolean chunked;
    try {
      chunked = ForwardedHead.write(exchange, upstream, pool.octets());
    } catch (IllegalArgumentException e) {
      end();
      faults.badRequest(exchange);
      return;
    }
    ByteBuffer head = ByteBuffer.wrap(pool.octets().array(), 0, pool.octets().length());
    new ResponseReader(this, taken, pool, exchange.getConnection().getByteBufferPool()).start();
    try {
      while (head.hasRemaining()) {
        if (taken.sink().write(head) == 0) {
          // The octets are written over by the next request.
          unsent = ByteBuffer.allocate(head.remaining()).put(head).flip();
          taken.sink().getWriteSetter().set(_ -> sendRest(chunked));
          taken.sink().resumeWrites();
          return;
        }
      }
      headSent(taken, chunked);
    } catch (IOException e) {
      upstreamFailed(e);
    }
  }

  private void sendRest(boolean chunked) {
    UpstreamConnection to = connection;
    ByteBuffer rest = unsent;
    if (ended || to == null || rest == null) {
      return;
    }
    try {
      while (rest.hasRemaining()) {
        if (to.sink().write(rest) == 0) {
          return;
        }
      }
      unsent = null;
      to.sink().suspendWrites();
      headSent(to, chunked);
    } catch (IOException e) {
      upstreamFailed(e);
    }
  }

  private void headSent(UpstreamConnection to, boolean chunked) throws IOException {
    if (exchange.isRequestComplete() || upgrade) {
      flush(to.sink());
      requestSent();
      return;
    }
    new RequestBody(this, exchange, to.sink(), chunked).run();
  }

  private void flush(ConduitStreamSinkChannel sink) throws IOException {
    if (!sink.flush()) {
      sink.getWriteSetter()
          .set(channel -> {
            try {
              if (channel.flush()) {
                channel.suspendWrites();
              }
            } catch (IOException e) {
              upstreamFailed(e);
            }
          });
      sink.resumeWrites();
    }
  }

  void requestSent() {
    requestSent = true;
    if (!ended && !upgrade) {
      watch.requestComplete();
    }
  }

  /** Notes that the upstream reads no more; it may have answered all the same. */
  void requestBroken() {
    requestBroken = true;
  }

  /** Whether the whole request has been sent, or sending it makes no sense. */
  boolean isRequestOver() {
    return requestSent || requestBroken;
  }

  /** Starts to answer the client. */
  void answered(ResponseHead head, ByteBuffer in, @Nullable PooledByteBuffer pooled)
      throws UpstreamFault {
    UpstreamConnection from = connection;
    if (ended || from == null) {
      close(pooled);
      return;
    }
    if (head.isUpgrade()) {
      if (!upgrade) {
        throw new UpstreamFault("the answer changes the protocol unasked");
      }
      exchange.setStatusCode(head.status());
      headers.copy(head, BodyDecoder.ofNothing(), exchange);
      end(false);
      connection = null;
      Tunnel.open(exchange, head, from, in, pooled);
      return;
    }
    BodyDecoder body = head.body(exchange.getRequestMethod().equals(Methods.HEAD));
    keepsAlive = head.keepsAlive() && !body.endsByClose();
    exchange.setStatusCode(head.status());
    headers.copy(head, body, exchange);
    if (!body.isDone() && exchange.isHttp11()) {
      markChunks();
    }
    StreamSinkChannel out = exchange.getResponseChannel();
    if (out == null) {
      close(pooled);
      clientGone();
      return;
    }
    new ResponseBody(this, exchange, from, body, in, pooled, out).run();
  }

  /**
   * On a connection that is to be closed, its early end could not be told from that of the body.
   */
  private void markChunks() {
    if (!exchange.getResponseHeaders().contains(Headers.CONTENT_LENGTH)) {
      exchange.getResponseHeaders().put(Headers.TRANSFER_ENCODING, Headers.CHUNKED.toString());
    }
  }

  /** Takes the upstream's connection back, or closes it, when the response has been read. */
  void responseRead(BodyDecoder body, boolean leftOver) {
    body.trailers()
        .ifPresent(trailers -> exchange.putAttachment(HttpAttachments.RESPONSE_TRAILERS, trailers));
    UpstreamConnection from = connection;
    connection = null;
    if (from == null) {
      return;
    }
    if (keepsAlive && requestSent && !leftOver && from.isOpen()) {
      from.source().suspendReads();
      pool.giveBack(from);
    } else {
      from.close();
    }
  }

  /** Ends the exchange when the response is on its way to the client as a whole. */
  void responseSent() {
    end();
    exchange.endExchange();
  }

  /**
   * The upstream's connection failed. A request without content whose connection had been idle is
   * sent once more on a new one; else the client gets a page, or the response ends broken.
   */
  void upstreamFailed(IOException why) {
    UpstreamConnection failed = connection;
    if (ended) {
      return;
    }
    if (failed != null
        && failed.isReused()
        && !exchange.isResponseStarted()
        && exchange.isRequestComplete()
        && isRepeatable()) {
      failed.close();
      connection = null;
      unsent = null;
      requestSent = false;
      connect(true);
      return;
    }
    end();
    if (exchange.isResponseStarted()) {
      IoUtils.safeClose(exchange.getConnection());
      exchange.endExchange();
    } else if (why instanceof UpstreamFault) {
      faults.malformed(exchange, upstream, String.valueOf(why.getMessage()));
    } else {
      faults.broken(exchange, upstream);
    }
  }

  private boolean isRepeatable() {
    return exchange.getRequestMethod().equals(Methods.GET)
        || exchange.getRequestMethod().equals(Methods.HEAD);
  }

  /** Whether the exchange goes on. */
  boolean isActive() {
    return !ended;
  }

  /** Whether the connection is the one that is in use: not one that another took the place of. */
  boolean isFor(UpstreamConnection one) {
    return !ended && one.equals(connection);
  }

  /** Passes a cancellation on: the upstream sees its connection end. */
  void clientGone() {
    if (!ended) {
      end();
      IoUtils.safeClose(exchange.getConnection());
      exchange.endExchange();
    }
  }

  private void end() {
    end(true);
  }

  private void end(boolean closing) {
    ended = true;
    watch.stop();
    if (closing && connection != null) {
      connection.close();
      connection = null;
    }
  }

  static void close(@Nullable PooledByteBuffer pooled) {
    if (pooled != null) {
      pooled.close();
    }
  }
}

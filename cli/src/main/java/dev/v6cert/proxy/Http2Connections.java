package dev.v6cert.proxy;

import io.undertow.connector.ByteBufferPool;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.protocols.http2.Http2Channel;
import io.undertow.server.ConnectorStatistics;
import io.undertow.server.DelegateOpenListener;
import io.undertow.server.HttpHandler;
import io.undertow.server.protocol.http2.Http2OpenListener;
import io.undertow.server.protocol.http2.Http2ReceiveListener;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.xnio.OptionMap;
import org.xnio.StreamConnection;

/**
 * The connections of HTTP/2. Undertow's own listener ends them without a word, so that a client
 * cannot know which of its requests were served (RFC 9113 section 6.8).
 */
final class Http2Connections implements DelegateOpenListener {

  /** The time for writing the last frame; a client that reads nothing is not waited for. */
  private static final long END_MILLIS = 200;

  private final ByteBufferPool buffers;
  private final Set<Http2Channel> open = ConcurrentHashMap.newKeySet();
  private OptionMap options;
  private HttpHandler handler;

  /**
   * None so far.
   *
   * @param options those of requests and of the protocol
   */
  Http2Connections(ByteBufferPool buffers, OptionMap options, HttpHandler handler) {
    this.buffers = buffers;
    this.options = options;
    this.handler = handler;
  }

  @Override
  public void handleEvent(StreamConnection connection) {
    handleEvent(connection, null);
  }

  @Override
  public void handleEvent(StreamConnection connection, @Nullable PooledByteBuffer first) {
    Http2Channel channel =
        new Http2Channel(
            connection, Http2OpenListener.HTTP2, buffers, first, false, false, options);
    open.add(channel);
    channel.addCloseTask(open::remove);
    channel
        .getReceiveSetter()
        .set(new Http2ReceiveListener(handler, options, buffers.getBufferSize(), null));
    channel.resumeReceives();
  }

  /** Tells every client the last of its requests that was served, and closes its connection. */
  void goAway() throws InterruptedException {
    Collection<Http2Channel> channels = List.copyOf(open);
    CountDownLatch told = new CountDownLatch(channels.size());
    for (Http2Channel channel : channels) {
      try {
        channel
            .getIoThread()
            .execute(() -> {
              channel.sendGoAway(Http2Channel.ERROR_NO_ERROR);
              told.countDown();
            });
      } catch (RejectedExecutionException e) {
        told.countDown(); // It has ended.
      }
    }
    boolean _ = told.await(END_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public HttpHandler getRootHandler() {
    return handler;
  }

  @Override
  public void setRootHandler(HttpHandler next) {
    handler = next;
  }

  @Override
  public OptionMap getUndertowOptions() {
    return options;
  }

  @Override
  public void setUndertowOptions(OptionMap next) {
    options = next;
  }

  @Override
  public ByteBufferPool getBufferPool() {
    return buffers;
  }

  /** None are kept. */
  @Override
  public @Nullable ConnectorStatistics getConnectorStatistics() {
    return null;
  }
}

package dev.v6cert.proxy;

import io.undertow.connector.ByteBufferPool;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.protocols.http2.AbstractHttp2StreamSourceChannel;
import io.undertow.protocols.http2.Http2Channel;
import io.undertow.protocols.http2.Http2StreamSourceChannel;
import io.undertow.server.ConnectorStatistics;
import io.undertow.server.DelegateOpenListener;
import io.undertow.server.HttpHandler;
import io.undertow.server.protocol.http2.Http2OpenListener;
import io.undertow.server.protocol.http2.Http2ReceiveListener;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.StreamConnection;
import org.xnio.channels.Channels;

/**
 * The connections of HTTP/2. Undertow's own listener ends them without a word, so that a client
 * cannot know which of its requests were served (RFC 9113 section 6.8). Of fields that no parser
 * takes it writes an error with a stack trace to the log, as often as a client likes.
 */
final class Http2Connections implements DelegateOpenListener {

  /**
   * Marks a request whose Host is not what it is for (RFC 9113 section 8.3.1), which the front
   * refuses. A reset of its stream would end the connection, and with it the requests of others,
   * once its content comes: to Undertow that is an error of the protocol.
   */
  static final HttpString OF_ANOTHER_HOST = new HttpString("v6cert-of-another-host");

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
    Http2Channel channel = new StrictChannel(connection, buffers, first, options);
    open.add(channel);
    channel.addCloseTask(open::remove);
    channel
        .getReceiveSetter()
        .set(new Http2ReceiveListener(handler, options, buffers.getBufferSize(), null));
    channel.resumeReceives();
  }

  /** Refuses what Undertow takes, or stumbles over. */
  private static final class StrictChannel extends Http2Channel {

    StrictChannel(
        StreamConnection connection,
        ByteBufferPool buffers,
        @Nullable PooledByteBuffer first,
        OptionMap options) {
      super(connection, Http2OpenListener.HTTP2, buffers, first, false, false, options);
    }

    @Override
    public synchronized @Nullable AbstractHttp2StreamSourceChannel receive() throws IOException {
      AbstractHttp2StreamSourceChannel frame;
      try {
        frame = super.receive();
      } catch (RuntimeException e) {
        IoUtils.safeClose(this); // A name with a newline, a length that is none: the client's.
        return null;
      }
      if (frame instanceof Http2StreamSourceChannel request) {
        HeaderMap headers = request.getHeaders();
        String authority = headers.getFirst(AUTHORITY);
        if (authority == null) {
          sendRstStream(request.getStreamId(), ERROR_PROTOCOL_ERROR);
          drain(request);
          return null;
        }
        HeaderValues hosts = headers.get(Headers.HOST);
        if (hosts != null && !hosts.stream().allMatch(authority::equalsIgnoreCase)) {
          headers.put(OF_ANOTHER_HOST, "");
        }
      }
      return frame;
    }

    private static void drain(Http2StreamSourceChannel request) {
      try {
        long _ = Channels.drain(request, Long.MAX_VALUE);
      } catch (IOException e) {
        // It is reset.
      }
    }
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

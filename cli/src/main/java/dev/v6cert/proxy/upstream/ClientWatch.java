package dev.v6cert.proxy.upstream;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.Connectors;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.ServerConnection;
import io.undertow.server.protocol.http.HttpServerConnection;
import io.undertow.util.AttachmentKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.xnio.XnioExecutor;
import org.xnio.conduits.ConduitStreamSourceChannel;

/**
 * Notices that a client has gone while the upstream still works for it. The end of the connection
 * is told by the front. Of HTTP/1.1 it must be read for, which is possible once the request has
 * been read. The reset of one HTTP/2 stream is told by nobody until something is written: its
 * channel is looked at every {@value #POLL_MILLIS} ms.
 */
final class ClientWatch {

  private static final long POLL_MILLIS = 100;

  private static final AttachmentKey<OpenExchanges> OPEN =
      AttachmentKey.create(OpenExchanges.class);

  private final HttpServerExchange exchange;
  private final Runnable gone;
  private XnioExecutor.@Nullable Key poll;
  private boolean stopped;

  ClientWatch(HttpServerExchange exchange, Runnable gone) {
    this.exchange = exchange;
    this.gone = gone;
  }

  /** The watches of one connection, which outlives them. */
  private static final class OpenExchanges implements ServerConnection.CloseListener {
    private final Set<ClientWatch> watches = new LinkedHashSet<>();

    @Override
    public void closed(ServerConnection connection) {
      List<ClientWatch> open = new ArrayList<>(watches);
      try {
        connection.getIoThread().execute(() -> open.forEach(ClientWatch::notice));
      } catch (RejectedExecutionException e) {
        // The front ends, and with its threads all connections.
      }
    }
  }

  void start() {
    ServerConnection connection = exchange.getConnection();
    OpenExchanges open = connection.getAttachment(OPEN);
    if (open == null) {
      open = new OpenExchanges();
      connection.putAttachment(OPEN, open);
      connection.addCloseListener(open);
    }
    open.watches.add(this);
    if (!(connection instanceof HttpServerConnection)) {
      poll();
    }
  }

  private void poll() {
    poll =
        exchange
            .getIoThread()
            .executeAfter(
                () -> {
                  if (stopped) {
                    return;
                  }
                  if (Connectors.getConduitSinkChannel(exchange).isOpen()) {
                    poll();
                  } else {
                    notice();
                  }
                },
                POLL_MILLIS,
                TimeUnit.MILLISECONDS);
  }

  /** Looks for the end of an HTTP/1.1 connection, now that nothing more of this request comes. */
  void requestComplete() {
    if (!stopped
        && exchange.getConnection() instanceof HttpServerConnection connection
        && exchange.isRequestComplete()
        && connection.getExtraBytes() == null) {
      ConduitStreamSourceChannel source = connection.getChannel().getSourceChannel();
      source.setConduit(connection.getOriginalSourceConduit());
      source.getReadSetter().set(channel -> look(connection, channel));
      source.resumeReads();
    }
  }

  private void look(HttpServerConnection connection, ConduitStreamSourceChannel source) {
    if (stopped) {
      return;
    }
    PooledByteBuffer buffer = connection.getByteBufferPool().allocate();
    boolean kept = false;
    try {
      int count = source.read(buffer.getBuffer());
      if (count < 0) {
        notice();
      } else if (count > 0) {
        source.suspendReads(); // The next request: it is served in its turn.
        buffer.getBuffer().flip();
        connection.ungetRequestBytes(buffer);
        kept = true;
      }
    } catch (IOException e) {
      notice();
    } finally {
      if (!kept) {
        buffer.close();
      }
    }
  }

  private void notice() {
    if (!stopped) {
      gone.run();
    }
  }

  void stop() {
    if (stopped) {
      return;
    }
    stopped = true;
    OpenExchanges open = exchange.getConnection().getAttachment(OPEN);
    if (open != null) {
      open.watches.remove(this);
    }
    if (poll != null) {
      poll.remove();
    }
  }
}

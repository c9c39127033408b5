package dev.v6cert.proxy.upstream;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.conduits.ConduitStreamSinkChannel;
import org.xnio.conduits.ConduitStreamSourceChannel;

/** A connection to the upstream; used on its I/O thread only. */
final class UpstreamConnection {

  private final StreamConnection channel;
  private final Runnable closed;
  private boolean reused;
  private long idleSince;

  /**
   * A connection.
   *
   * @param closed called once, when it is closed by either side
   */
  UpstreamConnection(StreamConnection channel, Runnable closed) {
    this.channel = channel;
    this.closed = closed;
    channel.setCloseListener(_ -> closed.run());
  }

  /** Has something more done when it is closed. */
  void andWhenClosed(Runnable more) {
    channel.setCloseListener(_ -> {
      closed.run();
      more.run();
    });
  }

  StreamConnection channel() {
    return channel;
  }

  ConduitStreamSourceChannel source() {
    return channel.getSourceChannel();
  }

  ConduitStreamSinkChannel sink() {
    return channel.getSinkChannel();
  }

  /** Whether it served a request before: the upstream may have closed it just now. */
  boolean isReused() {
    return reused;
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  long idleSince() {
    return idleSince;
  }

  /** Goes on to its next use at once. */
  void reuse() {
    reused = true;
    sink().getWriteSetter().set(null);
    sink().suspendWrites();
  }

  /** Waits for its next use; what comes meanwhile, the end or anything else, ends it. */
  void park(long now) {
    reuse();
    idleSince = now;
    source().getReadSetter().set(_ -> endIfSomethingCame());
    source().resumeReads();
  }

  /** Ends on data or an end; a record for TLS alone, such as a ticket, is neither. */
  private void endIfSomethingCame() {
    try {
      if (source().read(ByteBuffer.allocate(1)) == 0) {
        return;
      }
    } catch (IOException e) {
      // It has ended, too.
    }
    close();
  }

  void close() {
    IoUtils.safeClose(channel);
  }
}
